"""What is raised is kept for each person who sits where it is addressed, however often it is heard."""

from collections.abc import Sequence

from gateway.store.notices import tell
from gateway.usecases.desk import Desk
from shared.contracts.order import NoticeRaised
from shared.events.consumer import Delivery


async def keep_notices(desk: Desk, deliveries: Sequence[Delivery[NoticeRaised]]) -> None:
    """Write each notice for whom it is for."""
    async with desk.uow.begin(once=deliveries) as tx:
        for delivery in tx.fresh:
            await tell(tx, delivery.envelope.id, delivery.event, by_mail=desk.mailer is not None)
