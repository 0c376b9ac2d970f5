"""The steps of a bank transfer find it on its own order, and refuse a card; one that ends unpaid says who ended it."""

from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refusals import NoSuchPayment, PaidTogether, PaymentByCard
from services.order.domain.states import ENDED_UNPAID, PAYMENT, PaymentState
from services.order.domain.transfer_refusals import PaymentEnded
from services.order.store.account_payments import together_with
from services.order.store.orders import Order, add_step
from services.order.store.payments import Payment, find_payment, move_payment
from shared.contracts.words import PaymentMethod
from shared.db.unit_of_work import ReadTx, Tx

PAYMENTS_MAX = 100
"""Of one order, or one statement, whatever came of them: both are read whole, with each of their payments."""


async def transfer_of(tx: ReadTx, order_id: UUID, payment_id: UUID, *, lock: bool = False) -> Payment:
    """Read a bank transfer of an order. Raises NoSuchPayment, PaymentByCard."""
    payment = await find_payment(tx, payment_id, lock=lock)
    if payment is None or payment.order_id != order_id:
        raise NoSuchPayment(payment_id=str(payment_id))
    if payment.method is not PaymentMethod.BANK_TRANSFER:
        raise PaymentByCard(payment_id=str(payment_id))
    return payment


async def refuse_together(tx: ReadTx, payment_id: UUID) -> None:
    """Refuse a step of a payment that is part of one over several orders: it goes with that. Raises PaidTogether."""
    whole = await together_with(tx, payment_id)
    if whole is not None:
        raise PaidTogether(statement_id=str(whole.statement_id), payment_id=str(whole.payment_id))


def refuse_ended(payment_id: UUID, state: PaymentState) -> None:
    """Refuse to change a transfer that has ended unpaid. Raises PaymentEnded."""
    if state in ENDED_UNPAID:
        raise PaymentEnded(payment_id=str(payment_id), state=state.value)


async def end_transfer(tx: Tx, order: Order, payment: Payment, verb: str, by: Actor, reason: str) -> None:
    """Write that a transfer brings nothing: `deny` or `withdraw`; order and transfer are locked. Raises WrongState.

    What it promised is owed again, and may be paid under another id. A voucher that was put stays to be read.
    """
    PAYMENT.check(payment.state, verb)
    await move_payment(tx, payment, verb, reason=reason)
    await add_step(tx, order, f"{verb}_payment", by=by, reason=reason)
