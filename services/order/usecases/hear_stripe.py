"""What the card vendor tells makes us look at its intent again, once a message; a dispute is written as it is told.

Decision: a dispute (拒付) is recorded and told, and changes no figure of ours. Why: the bank decides it, months later,
and what it takes back is between the vendor's account and the supplier's. Price: of a lost one, finance and the
supplier settle by hand who bears it; until then the order reads as paid.
"""

from uuid import UUID

from services.order.clients.cards import DisputeSeen
from services.order.domain.refusals import CardsNotOffered
from services.order.domain.states import DisputeState
from services.order.store.answers import was_stamped
from services.order.store.orders import add_step, find_order
from services.order.store.payments import find_payment, payment_of_intent
from services.order.store.reconciliations import topmost_units
from services.order.store.refunds import Dispute, note_dispute
from services.order.usecases.card_books import both_sides
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card
from services.order.usecases.notices import raise_notice
from shared.contracts.authority import Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Stamp, Tx

DOOR = "stripe"


async def hear_stripe(desk: Desk, body: bytes, signature: str) -> None:
    """Verify a message and finish the payment that it is about; a message of no concern is only stamped.

    The stamp is written after the work, which may be done twice: a message that could not be acted on is sent again.
    Raises BadSignature, CardsNotOffered, CardsUnavailable, CardBusy.
    """
    if desk.cards is None:
        raise CardsNotOffered()
    news = desk.cards.read_news(body, signature)
    stamp = Stamp(DOOR, news.news_id)
    async with desk.uow.glance() as tx:
        heard = await was_stamped(tx, stamp)
        payment_id = None if news.intent_id is None else await payment_of_intent(tx, news.intent_id)
    if heard:
        return
    if payment_id is not None and news.dispute is None:
        await finish_card(desk, payment_id, of_refunds=news.of_refunds)
    async with desk.uow.begin(once=stamp) as tx:
        if payment_id is not None and news.dispute is not None:
            await _note(tx, payment_id, news.dispute)


async def _note(tx: Tx, payment_id: UUID, told: DisputeSeen) -> None:
    """Write a dispute, and tell both sides and finance of the topmost unit, where it is new or over."""
    payment = await find_payment(tx, payment_id)
    order = None if payment is None else await find_order(tx, payment.order_id, lock=True)
    if order is None:
        return
    state = DisputeState.OPEN if told.won is None else DisputeState.WON if told.won else DisputeState.LOST
    dispute = Dispute(told.dispute_id, state, told.amount_fen, told.reason, told.evidence_due_at)
    if not await note_dispute(tx, payment_id, dispute):
        return
    await add_step(tx, order, f"dispute_{state.value}", by=None, reason=told.reason)
    above = [Audience(organisation_id=one, roles=(Role.FINANCE,)) for one, _ in await topmost_units(tx, 1)]
    facts = {
        "supplier": order.supplier_name,
        "amount_fen": told.amount_fen,
        "outcome": state.value,
        "reason": told.reason,
    }
    audience = [*both_sides(order), *above]
    await raise_notice(tx, NoticeKind.PAYMENT_DISPUTED, order.order_id, audience, facts, told.evidence_due_at)
