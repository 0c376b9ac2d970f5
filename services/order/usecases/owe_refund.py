"""What a card paid for goods that are no longer kept is owed back to it, never more than it paid."""

from uuid import UUID

from services.order.domain.states import PaymentState
from services.order.store.orders import Order
from services.order.store.payments import Refund, add_refund, due_refunds_fen, live_card
from shared.db.unit_of_work import Tx


async def owe_refund(tx: Tx, order: Order, refund_id: UUID, reason: str) -> UUID | None:
    """Write the refund that is due after a step that lowered what is kept; gives the payment, if there is one.

    The order is locked. Bounded by our own books: at most what is paid beyond what is kept, and at most what this
    card paid and has not been promised back.
    """
    card = await live_card(tx, order.order_id)
    if card is None or card.state is not PaymentState.PAID:
        return None
    excess_fen = order.paid_fen - order.kept_fen - await due_refunds_fen(tx, card.payment_id)
    left_fen = card.paid_fen - card.refunded_fen
    amount_fen = min(excess_fen, left_fen)
    if amount_fen <= 0:
        return None
    await add_refund(tx, Refund(refund_id, card.payment_id, amount_fen), reason)
    return card.payment_id
