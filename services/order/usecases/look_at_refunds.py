"""A refund that was booked as done is looked at again for weeks, for the message that it failed may never come.

Decision: the vendor is asked after an hour, a day, and at growing gaps for 45 days, and each look is written before it
is taken. Why: what no bank took comes back to the vendor weeks later, and the nightly reconciliation looks at a payment
only for the days on which it moved. Price: a look at which the vendor is away is not made up for; the next one is.
"""

from services.order.domain.refusals import CardBusy, CardsUnavailable
from services.order.store.refunds import refunded_to_look_at
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card
from shared.logs import logger
from shared.rounds import BATCH_MAX

log = logger(__name__)


async def look_at_refunds(desk: Desk) -> int:
    """Ask the vendor for what became of refunds that it took; gives of how many payments."""
    if desk.cards is None:
        return 0
    async with desk.uow.begin() as tx:
        due = await refunded_to_look_at(tx, BATCH_MAX)
    for payment_id in due:
        try:
            await finish_card(desk, payment_id, of_refunds=True)
        except (CardsUnavailable, CardBusy) as refusal:
            log.warning("refunds.not_looked_at", **{"payment_id": str(payment_id), **refusal.facts})
    return len(due)
