"""Seats know the name and the place of their organisation, because the gateway heard of it."""

from collections.abc import Sequence

from gateway.store.copies import keep_canteen, keep_unit
from gateway.store.sessions import tell
from gateway.usecases.desk import Desk
from shared.contracts.procurement_quota import CanteenChanged, UnitChanged
from shared.events.consumer import Delivery


async def keep_organisations(desk: Desk, deliveries: Sequence[Delivery[UnitChanged | CanteenChanged]]) -> None:
    """Keep units and canteens as they now stand; open sessions see it at once."""
    async with desk.uow.begin(once=deliveries) as tx:
        news = False
        for delivery in tx.fresh:
            event = delivery.event
            if isinstance(event, UnitChanged):
                values = {
                    "id": event.unit_id,
                    "version": event.version,
                    "code": event.code,
                    "name": event.name,
                    "level": event.level.value,
                    "path": event.path,
                }
                news = await keep_unit(tx, values) or news
            else:
                values = {
                    "id": event.canteen_id,
                    "version": event.version,
                    "unit_id": event.unit_id,
                    "name": event.name,
                    "active": event.active,
                }
                news = await keep_canteen(tx, values) or news
        if news:
            await tell(tx, None)
