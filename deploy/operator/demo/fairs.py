"""Thirteen prefectures hold an event of selling in the running year, and one does not: a duty that is not done shows.

Orders that are placed on its days are tagged to it; who supplies them takes part, beside the prefecture's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from deploy.operator.demo.calendar import Calendar, moment
from deploy.operator.demo.people import HOME_COUNTY
from deploy.operator.demo.producers import Offer, Producer
from deploy.operator.demo.purchases import End, Requisition
from deploy.operator.demo.tree import Unit
from shared.contracts.words import FairKind, UnitLevel
from shared.ids import derived_id

WITHOUT = "433100"
"""湘西州, which holds none."""
DAYS = 3
EVE = timedelta(days=1)
TAGGED_MAX = 1
"""Requisitions that are tagged to one event."""
LOCAL_MAX = 1
SHOWN_EACH = 3


@dataclass(frozen=True, slots=True)
class Fair:
    """One event: who holds it, when, and who takes part with what."""

    fair_id: UUID
    unit: Unit
    county_code: str
    kind: FairKind
    begins_on: date
    shown: Mapping[UUID, frozenset[UUID]]
    """By supplier, which of its goods are shown whatever else is: what was ordered there."""

    @property
    def ends_on(self) -> date:
        return self.begins_on + timedelta(days=DAYS - 1)

    def shows(self, producer: Producer) -> list[Offer]:
        """Give what a supplier shows: what was ordered of it there, and its first goods."""
        ordered = self.shown[producer.supplier_id]
        return [
            offer for place, offer in enumerate(producer.offers) if place < SHOWN_EACH or offer.listing_id in ordered
        ]

    @property
    def held_in(self) -> tuple[int, int]:
        return self.begins_on.year, self.begins_on.month

    @property
    def prepared_in(self) -> tuple[int, int]:
        """The month before it begins: the order service has heard of it when its first order is placed."""
        before = self.begins_on.replace(day=1) - timedelta(days=1)
        return before.year, before.month


def fairs_of(
    calendar: Calendar,
    units: Mapping[str, Unit],
    producers: Sequence[Producer],
    asked: Sequence[Requisition],
) -> list[Fair]:
    """Plan an event for each prefecture but one; `asked` is what is asked for in the running year."""
    chosen = [unit for unit in units.values() if unit.level is UnitLevel.PREFECTURE and unit.code != WITHOUT]
    first = date(calendar.running_year, 1, 1)
    whole = (min(calendar.yesterday, date(calendar.running_year, 12, 31)) - first).days - DAYS + 1
    planned = []
    for place, unit in enumerate(chosen, start=1):
        own = [one for one in asked if one.canteen.unit.path.startswith(unit.path)]
        begins_on = _when(own, first + timedelta(days=whole * place // (len(chosen) + 1)), first, whole)
        local = [producer for producer in producers if producer.county_code[:4] == unit.code[:4]]
        shown: dict[UUID, set[UUID]] = {producer.supplier_id: set() for producer in local[:LOCAL_MAX]}
        for requisition in tagged(asked, unit, begins_on):
            for order in requisition.orders:
                shown.setdefault(order.supplier_id, set()).update(line.offer.listing_id for line in order.lines)
        planned.append(
            Fair(
                fair_id=derived_id("demo-fair", unit.code, calendar.running_year),
                unit=unit,
                county_code=next(one.code for one in units.values() if one.path.startswith(unit.path) and one != unit),
                kind=FairKind.LIVESTREAM if place % 6 == 0 else FairKind.EXHIBITION,
                begins_on=begins_on,
                shown={supplier_id: frozenset(listings) for supplier_id, listings in shown.items()},
            )
        )
    return planned


def _when(own: Sequence[Requisition], about: date, first: date, days_max: int) -> date:
    """Choose the first day: the eve of what is asked for about then by the prefecture's own canteens, home's first."""
    eves = [
        (one.canteen.unit.code != HOME_COUNTY, abs(one.placed_at.date() - about), one.placed_at.date() - EVE)
        for one in own
        if any(order.end is End.ACCEPTED for order in one.orders)
    ]
    eves = [eve for eve in eves if first <= eve[2] <= first + timedelta(days=days_max)]
    return min(eves)[2] if eves else about


def tagged(asked: Sequence[Requisition], unit: Unit, begins_on: date) -> list[Requisition]:
    """Choose what is tagged to a prefecture's event: the first that are asked for while it is open, its own before."""
    opened, closed = moment(begins_on, 8), moment(begins_on + timedelta(days=DAYS - 1), 18)
    on_time = sorted(
        (one for one in asked if opened + timedelta(hours=1) <= one.placed_at <= closed and not one.awaits),
        key=lambda one: (not one.canteen.unit.path.startswith(unit.path), one.placed_at, one.requisition_id),
    )
    return on_time[:TAGGED_MAX]
