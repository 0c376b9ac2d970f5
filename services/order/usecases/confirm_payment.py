"""A supplier confirms that a transfer has arrived: it is paid, and the order settled once nothing is owed."""

from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.states import PAYMENT
from services.order.domain.transfer_refusals import TransferDiffers
from services.order.store.orders import Order, add_step, add_to_order, settle_if_paid
from services.order.store.payments import Payment, move_payment
from services.order.usecases.account_commands import ConfirmTransfer
from services.order.usecases.desk import Desk
from services.order.usecases.steps import answer, hold_order
from services.order.usecases.transfers import refuse_together, transfer_of
from shared.clock import business_date
from shared.contracts.authority import Identity
from shared.contracts.order import PaymentRecorded
from shared.db.unit_of_work import Stamp, Tx


async def confirm_payment(
    desk: Desk,
    identity: Identity,
    order_id: UUID,
    payment_id: UUID,
    command: ConfirmTransfer | None = None,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Confirm that a transfer has arrived; with an amount, only while that is still its amount.

    Raises NoSuchPayment, PaymentByCard, PaidTogether, WrongState, TransferDiffers.
    """
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "confirm_payment", order_id)
        payment = await transfer_of(tx, order_id, payment_id, lock=True)
        await refuse_together(tx, payment_id)
        PAYMENT.check(payment.state, "confirm")
        seen_fen = None if command is None else command.amount_fen
        if seen_fen is not None and seen_fen != payment.amount_fen:
            raise TransferDiffers(payment_id=str(payment_id), amount_fen=payment.amount_fen, seen_fen=seen_fen)
        await take_transfer(tx, order, payment, by)
        return await answer(tx, order_id)


async def take_transfer(tx: Tx, order: Order, payment: Payment, by: Actor) -> None:
    """Write that a transfer has arrived for an order; both are locked. Raises WrongState."""
    PAYMENT.check(payment.state, "confirm")
    paid_on = business_date(tx.now)
    await move_payment(tx, payment, "confirm", paid_fen=payment.amount_fen, paid_on=paid_on)
    order = await add_to_order(tx, order, paid_fen=payment.amount_fen)
    await add_step(tx, order, "pay", by=by)
    await tx.publish(
        PaymentRecorded(
            payment_id=payment.payment_id,
            order_id=order.order_id,
            canteen_id=order.canteen_id,
            unit_id=order.unit_id,
            fund=order.fund,
            method=payment.method,
            amount_fen=payment.amount_fen,
            paid_on=paid_on,
        )
    )
    await settle_if_paid(tx, order)
