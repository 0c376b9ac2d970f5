"""What the card vendor tells makes us look at its intent, or its dispute, again, once a message.

A message is a hint: how things stand is read, so that messages late, twice and out of order come to the same.
"""

from services.order.domain.refusals import CardsNotOffered
from services.order.store.answers import was_stamped
from services.order.store.payments import payment_of_intent
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card
from services.order.usecases.look_at_disputes import look_at_dispute
from shared.db.unit_of_work import Stamp

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
    if payment_id is not None:
        await finish_card(desk, payment_id, of_refunds=news.of_refunds)
        if news.dispute_id is not None:
            await look_at_dispute(desk, payment_id, news.dispute_id)
    async with desk.uow.begin(once=stamp):
        pass
