"""A hold is made anew before it lapses, and the old one is let go only when the new one holds.

Decision: the second intent is written down before it is confirmed, and takes the first one's place by a
compare-and-set of a payment that is still only held. Why: the buyer's money is then held by one or, for a moment, by
two, and never by none; and only the intent in the payment's row is ever charged, so nobody is charged twice, whatever
dies in between. Price: a card that is nearly used up may say no to the second while the first stands; both sides are
told, and it is tried again until the first lapses.

A hold is not made anew for ever: once the day of delivery is `RENEWED_FOR` over, both sides are told, and it lapses.
"""

from datetime import datetime, timedelta
from uuid import UUID

from services.order.clients.cards import CardKept, Cards, Intent, IntentState
from services.order.store.due_orders import remember, wanted_on
from services.order.store.orders import add_step, find_order
from services.order.store.payments import Payment
from services.order.store.spare_intents import (
    add_candidate,
    candidate_of,
    put_in_place,
    renewal_failed,
    spare_goes,
    spares_leave,
    spares_leaving,
)
from services.order.usecases.card_books import tell_failed, tell_of_hold
from services.order.usecases.desk import Desk
from shared.clock import business_date
from shared.contracts.words import NoticeKind
from shared.logs import logger

log = logger(__name__)

HOLD_LASTS = timedelta(days=7)
"""Where the vendor does not say until when; it does for every real card."""
AHEAD = timedelta(hours=36)
TRY_AGAIN_AFTER = timedelta(hours=8)
RENEWED_FOR = timedelta(days=7)
"""How long after the day on which its goods are wanted a hold is still made anew; money of nobody's use goes back."""
NOT_KEPT = "card_not_kept"
"""The card of a hold that is older than keeping cards: nobody can hold it anew."""


def lapses_at(intent: Intent, now: datetime) -> datetime:
    """Tell until when a hold of now can be charged."""
    return intent.capture_before or now + HOLD_LASTS


def renewed_at(lapses: datetime, now: datetime) -> datetime:
    """Tell when to renew a hold of now: a day and a half ahead, and never before half of its time is over."""
    return lapses - min(AHEAD, (lapses - now) / 2)


async def renew_hold(desk: Desk, cards: Cards, payment: Payment) -> None:
    """Hold the same amount by another intent and put it in the first one's place; the payment is taken by us."""
    if await _ends(desk, payment):
        return
    if payment.customer_id is None or payment.method_id is None:
        await _failed(desk, payment, NOT_KEPT)
        return
    card = CardKept(payment.customer_id, payment.method_id)
    async with desk.uow.glance() as tx:
        intent_id, attempt = await candidate_of(tx, payment.payment_id)
    if intent_id is None:
        made = await cards.make(
            payment.payment_id,
            payment.order_id,
            card,
            payment.authorised_fen,
            attempt=attempt,
            destination=payment.destination,
        )
        if made.state is IntentState.DECLINED:
            await _failed(desk, payment, made.reason)
            return
        intent_id = made.intent_id
        async with desk.uow.begin() as tx:
            if not await add_candidate(tx, payment, intent_id):
                return
    intent = await cards.read(intent_id)
    if intent.state is IntentState.UNCONFIRMED:
        intent = await cards.hold(intent_id)
    if intent.state is IntentState.HELD:
        await _take_over(desk, payment, intent)
    elif intent.state in (IntentState.DECLINED, IntentState.CANCELLED):
        await _failed(desk, payment, intent.reason or intent.state.value)
    else:
        log.warning("cards.waiting", payment_id=str(payment.payment_id), state=intent.state.value)


async def _ends(desk: Desk, payment: Payment) -> bool:
    """Tell whether a hold has stood for so long that it is not made anew, and, the first time, both sides of it."""
    async with desk.uow.begin() as tx:
        order = await find_order(tx, payment.order_id, lock=True)
        if order is None or business_date(tx.now) <= await wanted_on(tx, order.order_id) + RENEWED_FOR:
            return False
        await spares_leave(tx, payment.payment_id)
        still = await renewal_failed(tx, payment, payment.reason, tx.now + TRY_AGAIN_AFTER)
        if still and await remember(tx, order.order_id, NoticeKind.HOLD_ENDS):
            await add_step(tx, order, "card_not_renewed", by=None)
            await tell_of_hold(tx, NoticeKind.HOLD_ENDS, order, payment, "")
    return True


async def _take_over(desk: Desk, payment: Payment, intent: Intent) -> None:
    async with desk.uow.begin() as tx:
        order = await find_order(tx, payment.order_id, lock=True)
        lapses = lapses_at(intent, tx.now)
        renewed = await put_in_place(tx, payment, intent.intent_id, lapses, renewed_at(lapses, tx.now))
        if not renewed:
            await spares_leave(tx, payment.payment_id)
        elif order is not None:
            await add_step(tx, order, "card_renewed", by=None)


async def _failed(desk: Desk, payment: Payment, reason: str) -> None:
    """Write that the card said no, tell it the first time, and try again until the hold lapses."""
    async with desk.uow.begin() as tx:
        order = await find_order(tx, payment.order_id, lock=True)
        await spares_leave(tx, payment.payment_id)
        again_at = tx.now + TRY_AGAIN_AFTER
        if await renewal_failed(tx, payment, reason[:500], again_at) and order is not None and not payment.reason:
            await add_step(tx, order, "card_not_renewed", by=None, reason=reason[:500])
            await tell_failed(tx, order, payment, reason)


async def let_spares_go(desk: Desk, cards: Cards, payment_id: UUID) -> None:
    """Let go of every intent of a payment that another has replaced, or that is not wanted any more."""
    async with desk.uow.glance() as tx:
        leaving = await spares_leaving(tx, payment_id)
    for intent_id in leaving:
        intent = await cards.read(intent_id)
        if intent.state not in (IntentState.CANCELLED, IntentState.CAPTURED):
            intent = await cards.let_go(intent_id)
        if intent.state is IntentState.CAPTURED:
            log.error("cards.spare_was_charged", payment_id=str(payment_id), intent_id=intent_id)
        if intent.state in (IntentState.CANCELLED, IntentState.CAPTURED):
            async with desk.uow.begin() as tx:
                await spare_goes(tx, intent_id)
