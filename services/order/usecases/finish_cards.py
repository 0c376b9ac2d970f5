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

from services.order.clients.cards import Cards, Intent, IntentState
from services.order.domain.refusals import CardBusy, CardsUnavailable, RefundRefused
from services.order.domain.states import PaymentState
from services.order.store.orders import Order, add_step, add_to_order, find_order, settle_if_paid
from services.order.store.payments import (
    Payment,
    Refund,
    begin_asking,
    end_asking,
    find_payment,
    finish_refund,
    move_payment,
    put_off_refund,
    refunds_of,
    vendor_due,
)
from services.order.usecases.desk import Desk
from services.order.usecases.owe_refund import owe_refund
from shared.clock import business_date
from shared.contracts.order import PaymentRecorded
from shared.db.unit_of_work import Tx
from shared.ids import derived_id
from shared.logs import logger
from shared.rounds import BATCH_MAX

log = logger(__name__)

RETRY_AFTER = timedelta(seconds=10)
REFUSED_RETRY_AFTER = timedelta(days=1)
"""What the vendor refused to pay back is for people to look at; it is asked again once a day."""
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


async def finish_card(desk: Desk, payment_id: UUID) -> None:
    """Ask the vendor for what a payment still wants, and write what came of it. Raises CardsUnavailable, CardBusy."""
    if desk.cards is None:
        raise CardsUnavailable(reason="not set up")
    async with asking(desk, payment_id) as payment:
        await _finish(desk, desk.cards, payment)


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
    if payment.intent_id is None:
        if payment.state is PaymentState.VOIDING:
            await _released(desk, payment, "")
        return
    match payment.state:
        case PaymentState.CAPTURING:
            await _capture(desk, cards, payment, payment.intent_id)
        case PaymentState.VOIDING:
            await _let_go(desk, cards, payment, payment.intent_id)
        case PaymentState.AUTHORISED:
            intent = await cards.read(payment.intent_id)
            if intent.state is IntentState.CANCELLED:
                await _released(desk, payment, "lapsed")
        case _:
            pass
    await _pay_back(desk, cards, payment.payment_id, payment.intent_id)


async def _capture(desk: Desk, cards: Cards, payment: Payment, intent_id: str) -> None:
    intent = await cards.read(intent_id)
    if intent.state is IntentState.HELD:
        intent = await cards.capture(intent_id, payment.payment_id, payment.amount_fen)
    if intent.state is IntentState.CAPTURED:
        await _collected(desk, payment, intent)
    elif intent.state is IntentState.CANCELLED:
        await _released(desk, payment, "lapsed")
    else:
        log.warning("cards.waiting", payment_id=str(payment.payment_id), state=intent.state.value)


async def _let_go(desk: Desk, cards: Cards, payment: Payment, intent_id: str) -> None:
    intent = await cards.read(intent_id)
    if intent.state in (IntentState.UNCONFIRMED, IntentState.HELD, IntentState.DECLINED):
        intent = await cards.let_go(intent_id, payment.payment_id)
    if intent.state is IntentState.CANCELLED:
        await _released(desk, payment, "")
    else:
        log.warning("cards.waiting", payment_id=str(payment.payment_id), state=intent.state.value)


async def _collected(desk: Desk, payment: Payment, intent: Intent) -> None:
    """Write that the card was charged; what went back meanwhile is owed to it again."""
    taken_fen = min(payment.authorised_fen, intent.captured_fen or payment.amount_fen)
    async with desk.uow.begin() as tx:
        order = await find_order(tx, payment.order_id, lock=True)
        if order is None:
            return
        paid_on = business_date(tx.now)
        if not await move_payment(tx, payment, "collect", paid_fen=taken_fen, amount_fen=taken_fen, paid_on=paid_on):
            return
        order = await _book(tx, order, payment, taken_fen, "pay")
        await owe_refund(tx, order, derived_id("refund", payment.payment_id), "returned before the charge")
        await settle_if_paid(tx, order)


async def _released(desk: Desk, payment: Payment, reason: str) -> None:
    async with desk.uow.begin() as tx:
        order = await find_order(tx, payment.order_id, lock=True)
        if await move_payment(tx, payment, "release", reason=reason) and order is not None and reason:
            await add_step(tx, order, "card_lapsed", by=None, reason=reason)


async def _pay_back(desk: Desk, cards: Cards, payment_id: UUID, intent_id: str) -> None:
    async with desk.uow.glance() as tx:
        due = await refunds_of(tx, payment_id, due_only=True)
    for refund in due:
        try:
            await cards.pay_back(intent_id, refund.refund_id, refund.amount_fen)
        except RefundRefused as refusal:
            log.error("cards.refund_refused", **refusal.facts)
            async with desk.uow.begin() as tx:
                await put_off_refund(tx, refund.refund_id, tx.now + REFUSED_RETRY_AFTER)
        else:
            await _paid_back(desk, refund)


async def _paid_back(desk: Desk, refund: Refund) -> None:
    async with desk.uow.begin() as tx:
        payment = await find_payment(tx, refund.payment_id)
        order = None if payment is None else await find_order(tx, payment.order_id, lock=True)
        if payment is None or order is None or not await finish_refund(tx, refund.refund_id):
            return
        await _book(tx, order, payment, -refund.amount_fen, "refund")


async def _book(tx: Tx, order: Order, payment: Payment, amount_fen: int, step: str) -> Order:
    """Add a signed amount of money to the order, and say so."""
    order = await add_to_order(tx, order, paid_fen=amount_fen)
    await add_step(tx, order, step, by=None)
    await tx.publish(
        PaymentRecorded(
            payment_id=payment.payment_id,
            order_id=order.order_id,
            canteen_id=order.canteen_id,
            unit_id=order.unit_id,
            fund=order.fund,
            method=payment.method,
            amount_fen=amount_fen,
            paid_on=business_date(tx.now),
        )
    )
    return order
