"""A canteen, and who is above it, reads a standing order and what was drafted of it."""

from typing import Any
from uuid import UUID

from services.order.domain.refusals import NoSuchStandingOrder
from services.order.store.standing_orders import find_standing, latest_drafts
from services.order.usecases.desk import Desk
from services.order.usecases.standing_view import standing_view
from shared.contracts.authority import Identity, require

DRAFTS_SHOWN = 30


async def get_standing_order(desk: Desk, identity: Identity, standing_order_id: UUID) -> dict[str, Any]:
    async with desk.uow.read() as tx:
        found = await find_standing(tx, standing_order_id)
        if found is None:
            raise NoSuchStandingOrder(standing_order_id=str(standing_order_id))
        require(identity, "get_standing_order", found.owned)
        return standing_view(found, await latest_drafts(tx, standing_order_id, DRAFTS_SHOWN))
