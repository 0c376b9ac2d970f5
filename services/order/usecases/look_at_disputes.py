"""How disputes stand is read at the vendor, when it tells of one and a few times a day, for a message may never come.

Decision: those opened in the last half year are listed, and only what stands otherwise than in our books is looked at.
Why: a bank decides within months, and the nightly reconciliation looks at a payment only while it moves by itself.
Price: one that is opened and decided by an appeal later than that is known only if the vendor's message comes.
"""

from datetime import timedelta
from uuid import UUID

from services.order.domain.refusals import CardBusy, CardsUnavailable
from services.order.domain.states import DisputeState
from services.order.store.disputes import Dispute, as_they_stand
from services.order.store.payments import payment_of_intent
from services.order.usecases.book_dispute import book_dispute, dispute_of
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import asking, finish_card
from shared.logs import logger

log = logger(__name__)

LOOKED_AT_FOR = timedelta(days=180)


async def look_at_dispute(desk: Desk, payment_id: UUID, dispute_id: str) -> None:
    """Read a dispute and book what it moved, before anybody else reads it. Raises CardsUnavailable, CardBusy."""
    if desk.cards is None:
        raise CardsUnavailable(reason="not set up")
    async with asking(desk, payment_id):
        found = await desk.cards.read_dispute(dispute_id)
        if found is None:
            log.error("cards.dispute_unknown", payment_id=str(payment_id), dispute_id=dispute_id)
            return
        await book_dispute(desk, payment_id, found)


def _standing(dispute: Dispute | None) -> tuple[object, ...] | None:
    """Give what of a dispute may change: of a decided one the state alone."""
    if dispute is None:
        return None
    if dispute.state is not DisputeState.OPEN:
        return (dispute.state,)
    return dispute.state, dispute.amount_fen, dispute.evidence_due_at


async def look_at_disputes(desk: Desk) -> int:
    """Look at what stands otherwise at the vendor than in our books; gives how many disputes did."""
    if desk.cards is None:
        return 0
    try:
        listed = await desk.cards.disputes_since(desk.clock.now() - LOOKED_AT_FOR)
    except CardsUnavailable as refusal:
        log.warning("disputes.not_looked_at", **refusal.facts)
        return 0
    async with desk.uow.glance() as tx:
        ours = await as_they_stand(tx, [seen.dispute_id for _, seen in listed])
        otherwise = [
            (payment_id, seen.dispute_id)
            for intent_id, seen in listed
            if _standing(ours.get(seen.dispute_id)) != _standing(dispute_of(seen))
            and (payment_id := await payment_of_intent(tx, intent_id)) is not None
        ]
    for payment_id, dispute_id in otherwise:
        try:
            await finish_card(desk, payment_id)
            await look_at_dispute(desk, payment_id, dispute_id)
        except (CardsUnavailable, CardBusy) as refusal:
            log.warning("disputes.not_looked_at", **{"dispute_id": dispute_id, **refusal.facts})
    return len(otherwise)
