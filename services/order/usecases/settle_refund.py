"""A refund that the vendor could not do is tried again, or transferred by the supplier and confirmed by its payer.

Decision: people choose which, and nothing is tried again by itself. Why: a card that was closed refuses for ever, and a
bank transfer beside a vendor that tries again pays twice. Price: until somebody does, the sum is owed, and is shown so.
"""

from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refund_refusals import NoSuchRefund
from services.order.domain.refusals import CardsNotOffered, ReasonWanted
from services.order.domain.states import REFUND
from services.order.store.orders import Order, add_step
from services.order.store.payments import find_payment
from services.order.store.refunds import Standing, find_refund, move_refund
from services.order.usecases.card_books import book
from services.order.usecases.commands import AnswerCancellation, SendRefund, WeighingOutcome
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card_soon
from services.order.usecases.notices import raise_notice
from services.order.usecases.steps import answer, hold_order
from shared.contracts.authority import Identity, Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind, PaymentMethod
from shared.db.unit_of_work import Stamp, Tx


async def retry_refund(
    desk: Desk, identity: Identity, order_id: UUID, refund_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Have the vendor try again. Raises NoSuchRefund, WrongState, CardsNotOffered."""
    if desk.cards is None:
        raise CardsNotOffered()
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by, found = await _held(tx, identity, "retry_refund", order_id, refund_id)
        REFUND.check(found.state, "retry")
        await move_refund(tx, refund_id, "retry")
        await add_step(tx, order, "retry_refund", by=by)
        view = await answer(tx, order_id)
    await finish_card_soon(desk, found.refund.payment_id)
    return view


async def send_refund(
    desk: Desk, identity: Identity, order_id: UUID, refund_id: UUID, command: SendRefund, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Say, as the supplier, that it was transferred, and by which paper. Raises NoSuchRefund, WrongState."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by, found = await _held(tx, identity, "send_refund", order_id, refund_id)
        REFUND.check(found.state, "send")
        await move_refund(tx, refund_id, "send", sent_at=tx.now, sent_note=command.note)
        await add_step(tx, order, "send_refund", by=by, reason=command.note)
        payers = [
            Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,)),
            Audience(organisation_id=order.unit_id, roles=(Role.FINANCE,)),
        ]
        facts = {
            "order_id": order_id,
            "supplier": order.supplier_name,
            "amount_fen": found.refund.amount_fen,
            "reason": command.note,
        }
        await raise_notice(tx, NoticeKind.PAYMENT_SUBMITTED, order_id, payers, facts, by=by.account_id)
        return await answer(tx, order_id)


async def receive_refund(
    desk: Desk,
    identity: Identity,
    order_id: UUID,
    refund_id: UUID,
    command: AnswerCancellation,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Say, as who paid, whether the transfer came; a no gives its reason, and it is owed again.

    Raises NoSuchRefund, WrongState, ReasonWanted.
    """
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by, found = await _held(tx, identity, "receive_refund", order_id, refund_id)
        if command.outcome is WeighingOutcome.AGREE:
            REFUND.check(found.state, "receive")
            await move_refund(tx, refund_id, "receive", done_at=tx.now)
            payment = await find_payment(tx, found.refund.payment_id)
            assert payment is not None
            by_bank = PaymentMethod.BANK_TRANSFER
            await book(tx, order, payment, -found.refund.amount_fen, "receive_refund", by=by, method=by_bank)
            return await answer(tx, order_id)
        REFUND.check(found.state, "deny")
        if not command.reason:
            raise ReasonWanted()
        await move_refund(tx, refund_id, "deny", sent_at=None, sent_note="")
        await add_step(tx, order, "deny_refund", by=by, reason=command.reason)
        sellers = [Audience(organisation_id=order.supplier_id, roles=(Role.SUPPLIER,))]
        facts = {"amount_fen": found.refund.amount_fen, "reason": command.reason}
        await raise_notice(tx, NoticeKind.REFUND_FAILED, order_id, sellers, facts, by=by.account_id)
        return await answer(tx, order_id)


async def _held(
    tx: Tx, identity: Identity, operation: str, order_id: UUID, refund_id: UUID
) -> tuple[Order, Actor, Standing]:
    """Lock an order for who may do this with its refund."""
    order, by = await hold_order(tx, identity, operation, order_id)
    found = await find_refund(tx, refund_id)
    if found is None or found.order_id != order_id:
        raise NoSuchRefund(refund_id=str(refund_id))
    return order, by, found
