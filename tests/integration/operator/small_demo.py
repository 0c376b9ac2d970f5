"""A few canteens of the demo, with all that they buy in its two years, so that a test has it in seconds."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Protocol, TypeVar
from uuid import UUID

from deploy.operator.demo.load import counties_51, load_demo
from deploy.operator.demo.people import HOME_COUNTY, PROVINCE
from deploy.operator.demo.plan import Plan, make_plan
from deploy.operator.demo.tree import FLIPPED_UNIT, NONE, SHARED, Canteen, Fate


def small_plan(today: date) -> Plan:
    """Cut the plan of a day down to one canteen of each fate."""
    plan = deepcopy(make_plan(today, counties_51()))
    kept = {canteen.canteen_id for canteen in _chosen(plan)}
    plan.canteens = tuple(canteen for canteen in plan.canteens if canteen.canteen_id in kept)
    plan.requisitions = {month: _of(kept, found) for month, found in plan.requisitions.items()}
    plan.elsewhere = {month: _of(kept, found) for month, found in plan.elsewhere.items()}
    plan.attestations = {month: _of(kept, found) for month, found in plan.attestations.items()}
    plan.reservations = {month: _of(kept, found) for month, found in plan.reservations.items()}
    plan.expected = {key: expected for key, expected in plan.expected.items() if key[0] in kept}
    used = {order.supplier_id for requisition in plan.every_requisition() for order in requisition.orders}
    listed = {line.offer.listing_id for order in plan.every_order() for line in order.lines}
    listed |= {
        line.offer.listing_id for requisition in plan.live for order in requisition.orders for line in order.lines
    }
    listed |= {order.instead.listing_id for order in plan.every_order() if order.instead is not None}
    plan.producers = tuple(producer for producer in plan.producers if producer.supplier_id in used)
    for producer in plan.producers:
        offers = tuple(offer for offer in producer.offers if offer.listing_id in listed)
        object.__setattr__(producer, "offers", offers)
    for restocked in plan.restocks.values():
        restocked[:] = [offer for offer in restocked if offer.listing_id in listed]
    return plan


class OfCanteen(Protocol):
    @property
    def canteen(self) -> Canteen: ...


T = TypeVar("T", bound=OfCanteen)


def _of(kept: set[UUID], found: list[T]) -> list[T]:
    return [one for one in found if one.canteen.canteen_id in kept]


def _chosen(plan: Plan) -> list[Canteen]:
    fixed = {HOME_COUNTY, FLIPPED_UNIT, PROVINCE, NONE[0], next(iter(SHARED))}
    chosen = [canteen for canteen in plan.canteens if canteen.unit.code in fixed]
    for fate in (Fate.MISSED, Fate.UNPROVEN):
        chosen.append(next(canteen for canteen in plan.canteens if canteen.closed is fate))
        chosen.append(next(canteen for canteen in plan.canteens if canteen.running is fate))
    return chosen


async def load_small_demo(settings: Mapping[str, str], today: date) -> Plan:
    """Load it; gives what was planned."""
    return await load_demo(settings, lambda line: None, plan=small_plan(today))
