"""An acceptance is booked once, whoever's yes it waited for: what is kept, what is owed, and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.weighing import Weighed, reason_of, verb_of
from services.order.store.orders import Order, OrderLine, add_to_order, move_order, settle_if_paid, write_accepted
from services.order.store.payments import Payment, live_card, move_payment
from services.order.usecases.steps import kept_lines, purchase_facts
from shared.contracts.order import AcceptanceRecorded
from shared.db.unit_of_work import Tx


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is accepted, when, and by whose hands; `second` is the second person, where one stood by."""

    acceptance_id: UUID
    accepted_on: date
    weighed_at: datetime | None
    account_id: UUID
    account_name: str
    second: tuple[UUID, str] | None
    found: Mapping[UUID, Weighed]


async def book_acceptance(
    tx: Tx, order: Order, lines: Mapping[UUID, OrderLine], accepted: Accepted, *, by: Actor | None
) -> Payment | None:
    """Write an acceptance of a locked order; gives the card that is to be charged, or let go, afterwards.

    `by` is whose step it is: who weighed, who said the last yes, or None, the clock.
    """
    found = accepted.found
    verb = verb_of(found.values())
    await move_order(
        tx,
        order,
        verb,
        by=by,
        reason=reason_of(found.values()),
        acceptance_id=accepted.acceptance_id,
        accepted_on=accepted.accepted_on,
        accepted_at=tx.now,
        accepted_by=accepted.account_id,
        accepted_by_name=accepted.account_name,
        weighing_id=None,
        weighed_at=accepted.weighed_at,
        second_by=accepted.second and accepted.second[0],
        second_by_name=accepted.second and accepted.second[1],
    )
    await write_accepted(tx, order.order_id, list(found.values()))
    order = await add_to_order(tx, order, kept_fen=sum(one.kept.net_fen for one in found.values()))
    if verb != "refuse":
        await tx.publish(recorded(order, accepted, lines))
    card = await _charge(tx, order)
    await settle_if_paid(tx, order)
    return card


def recorded(order: Order, accepted: Accepted, lines: Mapping[UUID, OrderLine]) -> AcceptanceRecorded:
    """State an acceptance with every fact that judging needs."""
    found = accepted.found
    steps = {line_id: (one.accepted, one.kept.net_fen) for line_id, one in found.items() if one.accepted > 0}
    return AcceptanceRecorded(
        acceptance_id=accepted.acceptance_id,
        purchase=purchase_facts(order),
        accepted_on=accepted.accepted_on,
        lines=kept_lines(lines, steps, {line_id: one.lot_number for line_id, one in found.items()}),
        weighed_at=accepted.weighed_at,
        second_person=accepted.second is not None,
    )


async def _charge(tx: Tx, order: Order) -> Payment | None:
    """Mark the order's card to be charged the accepted amount, or let go when nothing is owed or nothing is held."""
    card = await live_card(tx, order.order_id, lock=True)
    if card is None:
        return None
    amount_fen = min(order.kept_fen, card.authorised_fen)
    if amount_fen <= 0 or not await move_payment(tx, card, "capture", amount_fen=amount_fen):
        await move_payment(tx, card, "void")
    return card
