"""A supplier reads what lies there and what of it is promised."""

from typing import Any
from uuid import UUID

from services.order.domain.refusals import NoSuchListing
from services.order.store.stock import find_stock
from services.order.usecases.desk import Desk
from shared.contracts.authority import Identity, Owned, require


async def get_stock(desk: Desk, identity: Identity, listing_id: UUID) -> dict[str, Any]:
    async with desk.uow.glance() as tx:
        stock = await find_stock(tx, listing_id)
    if stock is None:
        raise NoSuchListing(listing_id=str(listing_id))
    require(identity, "get_stock", Owned(supplier_id=stock.supplier_id))
    return stock.view()
