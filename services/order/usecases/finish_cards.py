"""What is owed to or by a card is finished, though the vendor was away or our process died in between.

What must happen is written first, with the business that causes it (`capturing`, `voiding`, a refund that is `due`);
the vendor is asked after that commit; what came of it is written by a compare-and-set, so it happens once in our
books however often it is tried. Trying again begins with reading the vendor's intent.
"""

from datetime import timedelta
from uuid import UUID

from services.order.clients.cards import Cards, Intent, IntentState
from services.order.domain.refusals import CardsUnavailable
from services.order.domain.states import PaymentState
from services.order.store.orders import Order, add_step, add_to_order, find_order, settle_if_paid
from services.order.store.payments import (
    Payment,
    Refund,
    find_payment,
    finish_refund,
    move_payment,
    refunds_of,
    touch,
    vendor_due,
)
from services.order.usecases.desk import Desk
from services.order.usecases.owe_refund import owe_refund
from shared.clock import business_date
from shared.contracts.order import PaymentRecorded
from shared.db.unit_of_work import Tx
from shared.ids import derived_id
from shared.logs import logger

log = logger(__name__)

RETRY_AFTER = timedelta(seconds=10)
ROUND_MAX = 50


async def finish_due_cards(desk: Desk) -> int:
    """Finish what has been due for a while; gives how much was tried."""
    if desk.cards is None:
        return 0
    async with desk.uow.glance() as tx:
        due = await vendor_due(tx, desk.clock.now() - RETRY_AFTER, ROUND_MAX)
    for payment_id in due:
        await finish_card_soon(desk, payment_id)
    return len(due)


async def finish_card_soon(desk: Desk, payment_id: UUID) -> None:
    """Finish a payment now if the vendor answers; else a later round will."""
    try:
        await finish_card(desk, payment_id)
    except CardsUnavailable as refusal:
        log.warning("cards.later", payment_id=str(payment_id), **refusal.facts)


async def finish_card(desk: Desk, payment_id: UUID) -> None:
    """Ask the vendor for what a card payment still wants, and write what came of it. Raises CardsUnavailable."""
    if desk.cards is None:
        raise CardsUnavailable(reason="not set up")
    async with desk.uow.begin() as tx:
        payment = await find_payment(tx, payment_id)
        await touch(tx, payment_id)
    if payment is None:
        return
    if payment.intent_id is None:
        if payment.state is PaymentState.VOIDING:
            await _released(desk, payment, "")
        return
    match payment.state:
        case PaymentState.CAPTURING:
            await _capture(desk, desk.cards, payment, payment.intent_id)
        case PaymentState.VOIDING:
            await _let_go(desk, desk.cards, payment, payment.intent_id)
        case PaymentState.AUTHORISED:
            intent = await desk.cards.read(payment.intent_id)
            if intent.state is IntentState.CANCELLED:
                await _released(desk, payment, "lapsed")
        case _:
            pass
    await _pay_back(desk, desk.cards, payment_id, payment.intent_id)


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
    await _pay_back_if_due(desk, payment)


async def _released(desk: Desk, payment: Payment, reason: str) -> None:
    async with desk.uow.begin() as tx:
        order = await find_order(tx, payment.order_id, lock=True)
        if await move_payment(tx, payment, "release", reason=reason) and order is not None and reason:
            await add_step(tx, order, "card_lapsed", by=None, reason=reason)


async def _pay_back_if_due(desk: Desk, payment: Payment) -> None:
    if desk.cards is not None and payment.intent_id is not None:
        await _pay_back(desk, desk.cards, payment.payment_id, payment.intent_id)


async def _pay_back(desk: Desk, cards: Cards, payment_id: UUID, intent_id: str) -> None:
    async with desk.uow.glance() as tx:
        due = await refunds_of(tx, payment_id, due_only=True)
    for refund in due:
        await cards.pay_back(intent_id, refund.refund_id, refund.amount_fen)
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
