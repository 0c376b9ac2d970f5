"""By a wallet (支付宝, 微信支付) money is taken after acceptance, once its payer has said yes in it.

A wallet holds nothing beforehand. Its intent is made, written down and confirmed; what the payer is to do next is
handed to whoever asked, and the vendor tells when it was done. Asking again for the same payment hands out the same.
"""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from services.order.clients.cards import Cards, Intent, IntentState
from services.order.domain.refusals import CardsNotOffered, WalletNotOffered
from services.order.domain.states import PaymentState
from services.order.store.payments import Payment, keep_intent
from services.order.usecases.card_books import write_failed, write_taken
from services.order.usecases.desk import Desk

LASTS = timedelta(hours=1)
"""How long a payer has; what is not paid by then is let go, and the sum can be paid otherwise."""
EXPIRED = "expired"


async def open_wallet(desk: Desk, payment: Payment, return_url: str) -> dict[str, Any] | None:
    """Give what the payer is to do next, None where nothing is; the payment is taken by us.

    Raises WalletNotOffered, and the payment has failed, where the vendor does not know this wallet.
    """
    if desk.cards is None:
        raise CardsNotOffered(method=payment.method.value)
    if payment.state is not PaymentState.AUTHORISING:
        return None
    intent_id = payment.intent_id
    if intent_id is None:
        made = await desk.cards.make_for_wallet(
            payment.payment_id,
            payment.order_id,
            payment.method,
            payment.authorised_fen,
            destination=payment.destination,
        )
        if made.state is IntentState.DECLINED:
            await write_failed(desk, payment, made.reason)
            raise WalletNotOffered(method=payment.method.value, reason=made.reason)
        async with desk.uow.begin() as tx:
            intent_id = await keep_intent(tx, payment.payment_id, made.intent_id)
        if intent_id is None:
            return None
    intent = await desk.cards.read(intent_id)
    if intent.state is IntentState.UNCONFIRMED:
        intent = await desk.cards.ask_payer(intent_id, return_url)
    await _write(desk, desk.cards, payment, intent)
    return None if intent.next_action is None else asdict(intent.next_action)


async def look_at_wallet(desk: Desk, cards: Cards, payment: Payment) -> None:
    """See whether its payer has paid, refused, or let the time pass; the payment is taken by us."""
    late = desk.clock.now() >= payment.registered_at + LASTS
    if payment.intent_id is None:
        if late:
            await write_failed(desk, payment, EXPIRED)
        return
    intent = await cards.read(payment.intent_id)
    if late and intent.state in (IntentState.UNCONFIRMED, IntentState.TO_PAY):
        intent = await cards.let_go(payment.intent_id)
    await _write(desk, cards, payment, intent)


async def _write(desk: Desk, cards: Cards, payment: Payment, intent: Intent) -> None:
    if intent.state is IntentState.DECLINED:  # It could be tried again, and is to be paid by another payment.
        intent = await cards.let_go(intent.intent_id)
        if intent.state is IntentState.CANCELLED:
            await write_failed(desk, payment, "refused")
            return
    if intent.state is IntentState.CAPTURED:
        await write_taken(desk, payment, intent, "receive")
    elif intent.state is IntentState.CANCELLED:
        await write_failed(desk, payment, EXPIRED)
