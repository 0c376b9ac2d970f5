"""What a bank takes back by a dispute (拒付) that is lost was never paid: it is booked back, and its order owed anew.

Decision: money moves in our books when the bank has decided, not when the dispute is opened, though the vendor sets it
aside at once. Why: until then nobody knows whose it is, and an order that is owed and paid in turn would be chased for
what its seller has. Price: for the weeks that a bank takes, the order reads as paid, with the dispute beside it, and
stays open.

Decision: days to pay keep the day on which the lost payment came. Why: it was paid then, and what is owed since stands
among what is overdue. Price: who disputes without cause has a better figure of days than it deserves.
"""

from dataclasses import replace
from uuid import UUID

from services.order.clients.cards import DisputeSeen
from services.order.domain.states import PAID_UP, DisputeState
from services.order.store.disputes import (
    Dispute,
    add_dispute_move,
    cover_refunds,
    note_dispute,
    taken_back,
    was_partly_accepted,
)
from services.order.store.orders import Order, add_step, find_order, move_order, settle_if_paid
from services.order.store.payments import Payment, find_payment
from services.order.store.reconciliations import topmost_units
from services.order.usecases.card_books import book, both_sides
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.owe_refund import owe_refund
from shared.contracts.authority import Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Tx


def dispute_of(seen: DisputeSeen) -> Dispute:
    """Give a dispute in our words."""
    state = DisputeState.OPEN if seen.won is None else DisputeState.WON if seen.won else DisputeState.LOST
    return Dispute(seen.dispute_id, state, seen.amount_fen, seen.reason, seen.evidence_due_at)


async def book_dispute(desk: Desk, payment_id: UUID, seen: DisputeSeen) -> None:
    """Write a dispute as it stands with the money that it moved; tell its people where it is new or decided.

    Finance of the topmost unit is told too. The same again changes nothing.
    """
    async with desk.uow.begin() as tx:
        payment = await find_payment(tx, payment_id)
        order = None if payment is None else await find_order(tx, payment.order_id, lock=True)
        if order is None:
            return
        dispute, state = dispute_of(seen), dispute_of(seen).state
        if not await note_dispute(tx, payment_id, dispute):
            return
        if not await _move(tx, order, payment_id, dispute):
            await add_step(tx, order, f"dispute_{state.value}", by=None, reason=seen.reason)
        above = [Audience(organisation_id=one, roles=(Role.FINANCE,)) for one, _ in await topmost_units(tx, 1)]
        facts = {
            "supplier": order.supplier_name,
            "amount_fen": seen.amount_fen,
            "outcome": state.value,
            "reason": seen.reason,
        }
        audience = [*both_sides(order), *above]
        await raise_notice(tx, NoticeKind.PAYMENT_DISPUTED, order.order_id, audience, facts, seen.evidence_due_at)


async def _move(tx: Tx, order: Order, payment_id: UUID, dispute: Dispute) -> bool:
    """Book the difference between what a dispute has taken back and what it took; tells whether there was one.

    A refund that the vendor has not done is not owed beside it; what is still owed back then is owed by a refund of
    its own. No more is taken back than is left of what was paid.
    """
    before_fen, moves = await taken_back(tx, dispute.dispute_id)
    if dispute.state is DisputeState.LOST:
        await cover_refunds(tx, payment_id)
    payment = await find_payment(tx, payment_id, lock=True)
    assert payment is not None
    left_fen = payment.paid_fen - payment.refunded_fen - payment.disputed_fen + before_fen
    back_fen = min(dispute.amount_fen, left_fen) if dispute.state is DisputeState.LOST else 0
    if back_fen == before_fen:
        return False
    move_id = await add_dispute_move(tx, dispute.dispute_id, payment_id, moves, back_fen - before_fen)
    order = await _book(tx, order, payment, before_fen - back_fen, dispute.state)
    await owe_refund(tx, order, move_id, "owed beside a dispute")
    await settle_if_paid(tx, order)
    return True


async def _book(tx: Tx, order: Order, payment: Payment, amount_fen: int, state: DisputeState) -> Order:
    """Add what a bank gave or took; an order that is owed anew is first moved to where it was accepted."""
    if order.state in PAID_UP and order.paid_fen + amount_fen < order.kept_fen:
        verb = "owe_anew_partly" if await was_partly_accepted(tx, order.order_id) else "owe_anew"
        order = replace(order, state=await move_order(tx, order, verb, by=None))
    return await book(tx, order, payment, amount_fen, f"dispute_{state.value}")
