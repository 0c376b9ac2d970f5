"""The steps of a bank transfer find it on its own order, and refuse a card."""

from uuid import UUID

from services.order.domain.refusals import NoSuchPayment, PaidTogether, PaymentByCard
from services.order.store.account_payments import together_with
from services.order.store.payments import Payment, find_payment
from shared.contracts.words import PaymentMethod
from shared.db.unit_of_work import ReadTx


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
