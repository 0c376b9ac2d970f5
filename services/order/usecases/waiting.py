"""A requisition that waits has people whom it waits for and a clock: silence hands it up, and at the top it expires.

Decision: whoever was asked first may still decide after it was handed up. Why: a late answer is an answer, and who is
above may know less. Price: two levels may look at it at once; the first decision stands.

Decision: time ends with the day that the goods are wanted on, however many days are left. Why: what is approved after
that cannot be delivered. Price: what is wanted tomorrow may expire before anybody above was asked. What was sold at a
fair has been delivered: it waits its days.

Decision: whoever stands in for another gives that person's yes, and no person's yes counts twice on one requisition,
in whichever role or stead. Why: several people are asked so that several look. Price: where too few are seated the
clock hands it up.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from services.order.domain.approval import stages_for, steps_for
from services.order.domain.approval_refusals import NotTheirTurn
from services.order.store.approval_policies import line_of, policy_in_force
from services.order.store.delegations import Delegation, given_to, who_stands_in
from services.order.store.requisitions import Requisition
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from shared.clock import business_date, day_is_over
from shared.contracts.authority import Identity, Owned, OwnRequest, Role, Seat, allows, require
from shared.contracts.order import TOLD_MAX, Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import ReadTx, Tx


async def with_stages(desk: Desk, tx: ReadTx, asked: Requisition) -> Requisition:
    """Let a requisition wait for the first of the stages that its unit's rule asks for."""
    policy = await policy_in_force(tx, asked.unit_path, asked.fund)
    steps = steps_for(policy.tiers if policy else (), asked.most_fen or asked.amount_fen, desk.approval_days)
    stages = stages_for(steps, await line_of(tx, asked.unit_path))
    return at_stage(asked._replace(stages=stages), 0, asked.requested_at)


def at_stage(asked: Requisition, stage: int, now: datetime) -> Requisition:
    """Let a requisition wait for one of its stages from now on."""
    first = asked.stages[stage]
    due_at = due_from(now, first.days, asked)
    return asked._replace(stage=stage, yeses=0, waits_for=first.unit_id, waits_path=first.path, due_at=due_at)


def due_from(now: datetime, days: int, asked: Requisition) -> datetime:
    """Give until when it waits where it begins to wait now."""
    until = now + timedelta(days=days)
    return until if asked.sale_id is not None else min(until, day_is_over(asked.wanted_on))


async def tell_deciders(tx: Tx, kind: NoticeKind, asked: Requisition, by: UUID | None = None) -> None:
    """Tell whoever it waits for now, and whoever stands in for them."""
    assert asked.waits_for is not None
    role = asked.now_for.role
    stand_ins = await who_stands_in(tx, asked.waits_for, role, business_date(tx.now), TOLD_MAX)
    audience = [Audience(organisation_id=asked.waits_for, roles=(role,))]
    facts = waiting_facts(asked)
    await raise_notice(tx, kind, asked.requisition_id, audience, facts, asked.due_at, accounts=stand_ins, by=by)


def waiting_facts(asked: Requisition) -> dict[str, Any]:
    """State what whoever it waits for is told of it."""
    return {
        "canteen": asked.canteen_name,
        "by": asked.requested_by_name,
        "amount_fen": asked.amount_fen,
        "wanted_on": asked.wanted_on,
    }


class Place(NamedTuple):
    """In which role, for which unit and in whose stead somebody decides; by their own seat in nobody's."""

    role: Role
    unit_id: UUID
    for_account_id: UUID | None = None
    for_account_name: str | None = None


def place_of(identity: Identity, given: Sequence[Delegation], asked: Requisition) -> Place:
    """Tell by which place somebody decides this, `given` being in whose stead they may.

    Raises OwnRequest, NotAllowed, NotTheirTurn. Who asked gives nobody their place in what they asked for.
    """
    usable = [one for one in given if one.account_id != asked.requested_by]
    seated = seated_as(identity, usable)
    levels = [Owned(canteen_id=asked.canteen_id, unit_path=path, asked_by=asked.requested_by) for path in asked.paths]
    level = next((one for one in levels if allows(seated, "decide_requisition", one)), levels[0])
    if len(usable) < len(given) and not allows(seated, "decide_requisition", level):
        raise OwnRequest(operation="decide_requisition")
    require(seated, "decide_requisition", level)
    role = asked.now_for.role
    for path in asked.paths:
        for seat in identity.seats:
            if (seat.role, seat.path) == (role, path):
                return Place(role, seat.organisation_id)
        for one in usable:
            if (one.role, one.unit_path) == (role, path):
                return Place(role, one.unit_id, one.account_id, one.account_name)
    raise NotTheirTurn(requisition_id=str(asked.requisition_id), waits_for_role=role.value)


def seated_as(identity: Identity, given: Sequence[Delegation]) -> Identity:
    """Seat a person in the places of those that they stand in for, behind their own."""
    seats = tuple(Seat(one.role, one.unit_id, one.unit_path) for one in given)
    return replace(identity, seats=(*identity.seats, *seats))


async def standing_in(tx: ReadTx, desk: Desk, identity: Identity) -> Identity:
    """Seat a person in the places of those that they stand in for today."""
    return seated_as(identity, await given_to(tx, identity.account_id, business_date(desk.clock.now())))
