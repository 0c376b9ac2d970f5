"""What is owed to or by a card is finished, though the vendor was away or our process died in between.

What must happen is written first, with the business that causes it (`capturing`, `voiding`, a refund that is `due`);
the vendor is asked after that commit; what came of it is written by a compare-and-set, so it happens once in our
books however often it is tried. Trying again begins with reading the vendor's intent.

Decision: whoever asks the vendor about a payment takes it for a minute first, and whoever comes meanwhile is told that
it is busy. Why: a vendor's idempotency keys last a day and its stand-in knows none, and two that both look for a refund
before they ask for it would both ask. Price: after a crash right there, the payment waits out that minute.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from services.order.clients.cards import CardKept, Cards, IntentState
from services.order.domain.refusals import CardBusy, CardsUnavailable, RefundRefused
from services.order.domain.states import PaymentState
from services.order.store.payments import (
    Payment,
    begin_asking,
    end_asking,
    keep_intent,
    refunds_of,
    vendor_due,
)
from services.order.store.refunds import refunds_by_vendor
from services.order.store.spare_intents import spares_leave
from services.order.usecases.card_books import (
    write_failed,
    write_paid_back,
    write_refund_failed,
    write_released,
    write_taken,
)
from services.order.usecases.desk import Desk
from services.order.usecases.open_wallet import look_at_wallet
from services.order.usecases.renew_hold import let_spares_go, renew_hold
from shared.contracts.words import PaymentMethod
from shared.logs import logger
from shared.rounds import BATCH_MAX

log = logger(__name__)

RETRY_AFTER = timedelta(seconds=10)
REFUSED = "refused"
"""What the vendor refused to pay back without saying why."""
ASKING_SECONDS = 45
TAKEN_FOR = timedelta(seconds=60)
"""Longer than anybody asks, so that nobody is overtaken while asking."""


async def finish_due_cards(desk: Desk) -> int:
    """Finish what has been due for a while; gives how much was tried."""
    if desk.cards is None:
        return 0
    async with desk.uow.glance() as tx:
        due = await vendor_due(tx, desk.clock.now(), RETRY_AFTER, BATCH_MAX)
    for payment_id in due:
        await finish_card_soon(desk, payment_id)
    return len(due)


async def finish_card_soon(desk: Desk, payment_id: UUID) -> None:
    """Finish a payment now if the vendor answers; else a later round will."""
    try:
        await finish_card(desk, payment_id)
    except (CardsUnavailable, CardBusy) as refusal:
        log.warning("cards.later", **{"payment_id": str(payment_id), **refusal.facts})


async def finish_card(desk: Desk, payment_id: UUID, *, of_refunds: bool = False) -> None:
    """Ask the vendor for what a payment still wants, and write what came of it. Raises CardsUnavailable, CardBusy.

    `of_refunds` looks too whether what was paid back has arrived: a bank may send it back days later.
    """
    if desk.cards is None:
        raise CardsUnavailable(reason="not set up")
    async with asking(desk, payment_id) as payment:
        await _finish(desk, desk.cards, payment)
        if of_refunds and payment.intent_id is not None:
            await _look_at_refunds(desk, desk.cards, payment_id, payment.intent_id)


@asynccontextmanager
async def asking(desk: Desk, payment_id: UUID) -> AsyncIterator[Payment]:
    """Take a payment that is there to ask the vendor about it, alone. Raises CardBusy, CardsUnavailable."""
    async with desk.uow.begin() as tx:
        until = tx.now + TAKEN_FOR
        payment = await begin_asking(tx, payment_id, until)
    if payment is None:
        raise CardBusy(payment_id=str(payment_id))
    try:
        async with asyncio.timeout(ASKING_SECONDS):
            yield payment
    except TimeoutError as error:
        raise CardsUnavailable(reason="took too long") from error
    finally:
        async with desk.uow.begin() as tx:
            await end_asking(tx, payment_id, until)


async def _finish(desk: Desk, cards: Cards, payment: Payment) -> None:
    if payment.supplements_id is not None and payment.state is PaymentState.AUTHORISING:
        await _take_at_once(desk, cards, payment)
        return
    if payment.method is not PaymentMethod.CARD and payment.state is PaymentState.AUTHORISING:
        await look_at_wallet(desk, cards, payment)
        return
    if payment.intent_id is None:
        if payment.state is PaymentState.VOIDING:
            await write_released(desk, payment, "")
        return
    match payment.state:
        case PaymentState.CAPTURING:
            await _capture(desk, cards, payment, payment.intent_id)
        case PaymentState.VOIDING:
            await _let_go(desk, cards, payment, payment.intent_id)
        case PaymentState.AUTHORISED:
            await _look_after(desk, cards, payment, payment.intent_id)
        case _:
            pass
    await _forget_candidate(desk, payment)
    await let_spares_go(desk, cards, payment.payment_id)
    await _pay_back(desk, cards, payment, payment.intent_id)


async def _look_after(desk: Desk, cards: Cards, payment: Payment, intent_id: str) -> None:
    """See whether a hold still stands, and make it anew when that is due."""
    intent = await cards.read(intent_id)
    if intent.state is IntentState.CANCELLED:
        await write_released(desk, payment, "lapsed")
    elif payment.renew_at is not None and payment.renew_at < desk.clock.now():
        await renew_hold(desk, cards, payment)


async def _forget_candidate(desk: Desk, payment: Payment) -> None:
    """Of a payment that is not held any more, no other intent takes the place."""
    if payment.state is not PaymentState.AUTHORISED:
        async with desk.uow.begin() as tx:
            await spares_leave(tx, payment.payment_id)


async def _take_at_once(desk: Desk, cards: Cards, payment: Payment) -> None:
    """Take what a hold was too small for, by an intent of its own."""
    intent_id = payment.intent_id
    if intent_id is None:
        card = CardKept(payment.customer_id or "", payment.method_id or "")
        made = await cards.make(
            payment.payment_id,
            payment.order_id,
            card,
            payment.authorised_fen,
            at_once=True,
            destination=payment.destination,
        )
        if made.state is IntentState.DECLINED:
            await write_failed(desk, payment, made.reason)
            return
        async with desk.uow.begin() as tx:
            intent_id = await keep_intent(tx, payment.payment_id, made.intent_id)
        if intent_id is None:
            return
    intent = await cards.read(intent_id)
    if intent.state is IntentState.UNCONFIRMED:
        intent = await cards.hold(intent_id)
    if intent.state is IntentState.CAPTURED:
        await write_taken(desk, payment, intent, "receive")
        await _pay_back(desk, cards, payment, intent_id)
    elif intent.state in (IntentState.DECLINED, IntentState.CANCELLED):
        await write_failed(desk, payment, intent.reason or intent.state.value)
    else:
        log.warning("cards.waiting", payment_id=str(payment.payment_id), state=intent.state.value)


async def _capture(desk: Desk, cards: Cards, payment: Payment, intent_id: str) -> None:
    intent = await cards.read(intent_id)
    if intent.state is IntentState.HELD:
        intent = await cards.capture(intent_id, payment.amount_fen)
    if intent.state is IntentState.CAPTURED:
        await write_taken(desk, payment, intent, "collect")
    elif intent.state is IntentState.CANCELLED:
        await write_released(desk, payment, "lapsed")
    else:
        log.warning("cards.waiting", payment_id=str(payment.payment_id), state=intent.state.value)


async def _let_go(desk: Desk, cards: Cards, payment: Payment, intent_id: str) -> None:
    intent = await cards.read(intent_id)
    if intent.state in (IntentState.UNCONFIRMED, IntentState.HELD, IntentState.DECLINED):
        intent = await cards.let_go(intent_id)
    if intent.state is IntentState.CANCELLED:
        await write_released(desk, payment, "")
    else:
        log.warning("cards.waiting", payment_id=str(payment.payment_id), state=intent.state.value)


async def _look_at_refunds(desk: Desk, cards: Cards, payment_id: UUID, intent_id: str) -> None:
    """Write which refunds failed at the vendor that our books have as due or done."""
    failed = await cards.failed_refunds(intent_id)
    async with desk.uow.glance() as tx:
        ours = await refunds_by_vendor(tx, payment_id)
    for refund in ours:
        reason = failed.get((str(refund.refund_id), refund.attempt))
        if reason is not None:
            await write_refund_failed(desk, refund, reason)


async def _pay_back(desk: Desk, cards: Cards, payment: Payment, intent_id: str) -> None:
    async with desk.uow.glance() as tx:
        due = await refunds_of(tx, payment.payment_id, due_only=True)
    for refund in due:
        try:
            failed = await cards.pay_back(
                intent_id,
                refund.refund_id,
                refund.amount_fen,
                attempt=refund.attempt,
                reverse=payment.destination is not None,
            )
        except RefundRefused as refusal:
            log.error("cards.refund_refused", **refusal.facts)
            failed = str(refusal.facts.get("reason", REFUSED))
        if failed is None:
            await write_paid_back(desk, refund)
        else:
            await write_refund_failed(desk, refund, failed)
