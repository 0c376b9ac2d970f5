"""What a card or wallet paid for goods that are no longer kept is owed back to it, never more than it paid."""

from uuid import UUID

from services.order.store.orders import Order
from services.order.store.payments import Refund, add_refund, due_refunds_fen, paid_by_vendor
from shared.db.unit_of_work import Tx
from shared.ids import derived_id


async def owe_refund(tx: Tx, order: Order, refund_id: UUID, reason: str) -> UUID | None:
    """Write the refunds that are due after a step that lowered what is kept; gives the first one's payment, if any.

    The order is locked. Bounded by our own books: at most what is paid beyond what is kept, and of each payment at
    most what it brought and has neither been promised back nor taken back by its bank, the last payment first.
    """
    excess_fen = order.paid_fen - order.kept_fen - await due_refunds_fen(tx, order.order_id)
    first: UUID | None = None
    for payment in await paid_by_vendor(tx, order.order_id):
        amount_fen = min(excess_fen, payment.paid_fen - payment.refunded_fen - payment.disputed_fen)
        if amount_fen <= 0:
            continue
        one_id = refund_id if first is None else derived_id("refund", refund_id, payment.payment_id)
        await add_refund(tx, Refund(one_id, payment.payment_id, amount_fen), reason)
        excess_fen -= amount_fen
        first = first or payment.payment_id
    return first
