"""What came of asking the vendor is written once, with the order locked, and said in the transaction that writes it."""

from services.order.clients.cards import Intent
from services.order.domain.actors import Actor
from services.order.domain.states import PaymentState
from services.order.store.orders import Order, add_step, add_to_order, find_order, settle_if_paid
from services.order.store.payments import (
    Payment,
    Refund,
    add_supplement,
    find_payment,
    finish_refund,
    move_payment,
    pending_fen,
)
from services.order.store.refunds import fail_refund
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.owe_refund import owe_refund
from shared.clock import business_date
from shared.contracts.authority import Role
from shared.contracts.order import Audience, PaymentRecorded
from shared.contracts.words import NoticeKind, PaymentMethod
from shared.db.unit_of_work import Tx
from shared.ids import derived_id


async def write_taken(desk: Desk, payment: Payment, intent: Intent, verb: str) -> None:
    """Write that money was taken: `collect` of a hold, `receive` at once.

    What went back meanwhile is owed to it again, and what is missing above a hold is to be taken too.
    """
    taken_fen = min(payment.authorised_fen, intent.captured_fen or payment.amount_fen)
    async with desk.uow.begin() as tx:
        order = await find_order(tx, payment.order_id, lock=True)
        if order is None:
            return
        paid_on = business_date(tx.now)
        if not await move_payment(tx, payment, verb, paid_fen=taken_fen, amount_fen=taken_fen, paid_on=paid_on):
            return
        order = await book(tx, order, payment, taken_fen, "pay")
        await owe_refund(tx, order, derived_id("refund", payment.payment_id), "returned before the charge")
        await _supplement(tx, order, payment)
        await settle_if_paid(tx, order)


async def _supplement(tx: Tx, order: Order, payment: Payment) -> None:
    """Have what a hold was too small for taken from the same card."""
    if payment.method is not PaymentMethod.CARD or payment.supplements_id is not None or payment.method_id is None:
        return
    payment_id = derived_id("supplement", payment.payment_id)
    missing_fen = order.owed_fen - await pending_fen(tx, order.order_id, but=payment_id)
    if missing_fen > 0:
        await add_supplement(tx, payment, payment_id, missing_fen)


async def write_released(desk: Desk, payment: Payment, reason: str) -> None:
    """Write that a payment brings nothing: it was let go, or `reason` says why it lapsed."""
    async with desk.uow.begin() as tx:
        order = await find_order(tx, payment.order_id, lock=True)
        if await move_payment(tx, payment, "release", reason=reason) and order is not None and reason:
            await add_step(tx, order, "card_lapsed", by=None, reason=reason)
            await tell_failed(tx, order, payment, reason)


async def write_failed(desk: Desk, payment: Payment, reason: str) -> None:
    """Write that the vendor took nothing and will not: what is owed stays owed."""
    async with desk.uow.begin() as tx:
        order = await find_order(tx, payment.order_id, lock=True)
        if await move_payment(tx, payment, "fail", reason=reason[:500]) and order is not None:
            if payment.method is PaymentMethod.CARD:
                await add_step(tx, order, "card_declined", by=None, reason=reason[:500])
                await tell_failed(tx, order, payment, reason)
            else:
                await add_step(tx, order, "wallet_unpaid", by=None, reason=reason[:500])


async def write_paid_back(desk: Desk, refund: Refund) -> None:
    async with desk.uow.begin() as tx:
        payment = await find_payment(tx, refund.payment_id)
        order = None if payment is None else await find_order(tx, payment.order_id, lock=True)
        if payment is None or order is None or not await finish_refund(tx, refund.refund_id):
            return
        await book(tx, order, payment, -refund.amount_fen, "refund")


async def write_refund_failed(desk: Desk, refund: Refund, reason: str) -> None:
    """Write that a try of paying back failed: the sum is owed again, and its people are told."""
    async with desk.uow.begin() as tx:
        payment = await find_payment(tx, refund.payment_id)
        order = None if payment is None else await find_order(tx, payment.order_id, lock=True)
        if payment is None or order is None:
            return
        was_booked = await fail_refund(tx, refund, reason)
        if was_booked is None:
            return
        if was_booked:
            await book(tx, order, payment, refund.amount_fen, "refund_failed")
        else:
            await add_step(tx, order, "refund_failed", by=None, reason=reason[:500])
        facts = {"supplier": order.supplier_name, "amount_fen": refund.amount_fen, "reason": reason[:200]}
        await raise_notice(tx, NoticeKind.REFUND_FAILED, order.order_id, both_sides(order), facts)


async def tell_failed(tx: Tx, order: Order, payment: Payment, reason: str) -> None:
    """Tell both sides that the money is not safe any more: who buys is to see to it, who sells is to know."""
    await tell_of_hold(tx, NoticeKind.HOLD_FAILED, order, payment, reason)


async def tell_of_hold(tx: Tx, kind: NoticeKind, order: Order, payment: Payment, reason: str) -> None:
    """Tell whoever buys, pays and sells of what became of a hold."""
    amount_fen = payment.authorised_fen if payment.state is PaymentState.AUTHORISED else payment.amount_fen
    facts = {"supplier": order.supplier_name, "amount_fen": amount_fen, "reason": reason[:200]}
    await raise_notice(tx, kind, order.order_id, both_sides(order), facts)


def both_sides(order: Order) -> list[Audience]:
    """Name who buys, who pays and who sells."""
    return [
        Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,)),
        Audience(organisation_id=order.unit_id, roles=(Role.FINANCE,)),
        Audience(organisation_id=order.supplier_id, roles=(Role.SUPPLIER,)),
    ]


async def book(
    tx: Tx,
    order: Order,
    payment: Payment,
    amount_fen: int,
    step: str,
    *,
    by: Actor | None = None,
    method: PaymentMethod | None = None,
) -> Order:
    """Add a signed amount of money to the order, and say so; `method` where it went otherwise than it came."""
    order = await add_to_order(tx, order, paid_fen=amount_fen)
    await add_step(tx, order, step, by=by)
    await tx.publish(
        PaymentRecorded(
            payment_id=payment.payment_id,
            order_id=order.order_id,
            canteen_id=order.canteen_id,
            unit_id=order.unit_id,
            fund=order.fund,
            method=method or payment.method,
            amount_fen=amount_fen,
            paid_on=business_date(tx.now),
        )
    )
    return order
