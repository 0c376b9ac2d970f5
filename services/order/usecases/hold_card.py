"""Before an order is confirmed its card is made to hold the most that it may come to; of goods that come again at once.

Read, ask, write: the payment is marked, the vendor is asked outside any transaction, and the outcome is written by a
compare-and-set. Whoever comes again after a crash goes on where the payment's row and the vendor's intent stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.order.clients.cards import CardKept, Cards, Intent, IntentState
from services.order.domain.actors import Actor
from services.order.domain.refusals import CardBusy, CardDeclined, CardsNotOffered
from services.order.domain.states import PaymentState
from services.order.domain.weights import packed_max, to_authorise_fen
from services.order.store.orders import OrderLine, add_step, find_order
from services.order.store.payees import destination_of, paid_account
from services.order.store.payments import Payment, find_payment, keep_card, keep_intent, move_payment
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import asking, finish_card_soon
from services.order.usecases.payees import check_payable
from services.order.usecases.renew_hold import lapses_at, renewed_at
from services.order.usecases.steps import hold_order, tolerance_of
from shared.contracts.authority import Identity
from shared.contracts.words import OrderState

WAITING = frozenset({OrderState.PLACED})


@dataclass(frozen=True, slots=True)
class _Marked:
    payment: Payment
    authorise_fen: int
    by: Actor


def most_fen(desk: Desk, lines: Sequence[OrderLine], quantities: Mapping[UUID, int]) -> int:
    """Tell the most that lines may come to at these quantities: each packed as far above as its tolerance allows."""
    return to_authorise_fen(
        (
            packed_max(quantities[line.line_id], line.measure, tolerance_of(desk, line)),
            line.price_fen,
            line.unit_quantity,
        )
        for line in lines
    )


async def hold_card(
    desk: Desk,
    identity: Identity,
    order_id: UUID,
    payment_id: UUID,
    amount_fen: int,
    *,
    operation: str = "confirm_order",
    states: frozenset[OrderState] = WAITING,
) -> None:
    """Hold an order's card for the most that it may come to, while the order is in one of these states.

    Raises CardDeclined, CardBusy, CardsUnavailable, CardsNotOffered, PayeeNotReady, PayeeUnknown.
    """
    await _check_payee(desk, payment_id)
    marked = await _mark(desk, identity, order_id, payment_id, amount_fen, operation, states)
    if marked is None:
        return
    if desk.cards is None:
        raise CardsNotOffered(payment_id=str(payment_id))
    async with asking(desk, payment_id) as payment:
        intent = await _ask(desk, desk.cards, payment, marked.authorise_fen)
        if intent is None:
            return
        held = intent.state is not IntentState.HELD or await _write_held(desk, payment, intent)
    if not held:
        await finish_card_soon(desk, payment_id)
    if intent.state in (IntentState.DECLINED, IntentState.CANCELLED):
        await _write_declined(desk, marked, intent)
        raise CardDeclined(payment_id=str(payment_id), reason=intent.reason)
    if intent.state is not IntentState.HELD:
        raise CardBusy(payment_id=str(payment_id))


async def _check_payee(desk: Desk, payment_id: UUID) -> None:
    """Ask whether the account that a payment is to go to can still be paid, before that is fixed and the card asked.

    Raises PayeeNotReady, PayeeUnknown: the seller mends it, or puts none, while the buyer's card stays as it was.
    """
    async with desk.uow.glance() as tx:
        payment = await find_payment(tx, payment_id)
        order = None if payment is None else await find_order(tx, payment.order_id)
        if payment is None or order is None or payment.state is not PaymentState.REGISTERED:
            return
        paid_to = await paid_account(tx, order.supplier_id, desk.clock.now())
    if paid_to is not None:
        await check_payable(desk.cards, paid_to)


async def _mark(
    desk: Desk,
    identity: Identity,
    order_id: UUID,
    payment_id: UUID,
    amount_fen: int,
    operation: str,
    states: frozenset[OrderState],
) -> _Marked | None:
    """Mark the payment as being authorised; None when the order or the payment has gone on meanwhile.

    An intent that was written down keeps its amount. One that was not, as we died, holds nothing: another is made.
    """
    async with desk.uow.begin() as tx:
        order, by = await hold_order(tx, identity, operation, order_id)
        payment = await find_payment(tx, payment_id, lock=True)
        if payment is None or order.state not in states:
            return None
        amount_fen = amount_fen if payment.intent_id is None else payment.authorised_fen
        paid_to = await destination_of(tx, payment, order.supplier_id)
        if not await move_payment(tx, payment, "authorise", authorised_fen=amount_fen, destination=paid_to):
            return None
    return _Marked(payment, amount_fen, by)


async def _ask(desk: Desk, cards: Cards, payment: Payment, authorise_fen: int) -> Intent | None:
    """Make the intent, write it down, then confirm it; None when the payment has gone on meanwhile."""
    if payment.state is not PaymentState.AUTHORISING:
        return None
    intent_id = payment.intent_id
    if intent_id is None:
        card = await _kept_card(desk, cards, payment)
        if card is None:
            return None
        if isinstance(card, str):
            return Intent("", IntentState.DECLINED, authorise_fen, reason=card)
        made = await cards.make(
            payment.payment_id, payment.order_id, card, authorise_fen, destination=payment.destination
        )
        if made.state is IntentState.DECLINED:
            return made
        async with desk.uow.begin() as tx:
            intent_id = await keep_intent(tx, payment.payment_id, made.intent_id)
        if intent_id is None:
            return None
    intent = await cards.read(intent_id)
    if intent.state is IntentState.UNCONFIRMED:
        intent = await cards.hold(intent_id)
    return intent


async def _kept_card(desk: Desk, cards: Cards, payment: Payment) -> CardKept | str | None:
    """Have the vendor keep the card, once; a text says why it will not, None that the payment has gone on."""
    if payment.customer_id is not None and payment.method_id is not None:
        return CardKept(payment.customer_id, payment.method_id)
    kept = await cards.keep(payment.payment_id, payment.card_token or "")
    if isinstance(kept, str):
        return kept
    async with desk.uow.begin() as tx:
        stands = await keep_card(tx, payment.payment_id, kept.customer_id, kept.method_id)
    return None if stands is None else CardKept(*stands)


async def _write_held(desk: Desk, payment: Payment, intent: Intent) -> bool:
    """Write that the card holds; False when the order was let go meanwhile, and its hold is to be too."""
    async with desk.uow.begin() as tx:
        lapses = lapses_at(intent, tx.now)
        held = await move_payment(
            tx,
            payment,
            "hold",
            authorised_fen=intent.amount_fen,
            capture_before=lapses,
            renew_at=renewed_at(lapses, tx.now),
        )
        now = await find_payment(tx, payment.payment_id)
    return held or now is None or now.state is not PaymentState.VOIDING


async def _write_declined(desk: Desk, marked: _Marked, intent: Intent) -> None:
    payment = marked.payment
    async with desk.uow.begin() as tx:
        order = await find_order(tx, payment.order_id, lock=True)
        if await move_payment(tx, payment, "fail", reason=intent.reason[:500]) and order is not None:
            await add_step(tx, order, "card_declined", by=marked.by, reason=intent.reason[:500])
