"""A supplier says how much lies there; what is promised stays promised."""

from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refusals import NoSuchListing, StockBelowPromised
from services.order.store.stock import find_stock, set_on_hand
from services.order.usecases.commands import PutStock
from services.order.usecases.desk import Desk
from shared.contracts.authority import Identity, Owned, require


async def put_stock(desk: Desk, identity: Identity, listing_id: UUID, command: PutStock) -> dict[str, Any]:
    """Set what lies there, promised goods included; the same count again writes nothing."""
    async with desk.uow.begin() as tx:
        stock = await find_stock(tx, listing_id, lock=True)
        if stock is None:
            raise NoSuchListing(listing_id=str(listing_id))
        by = Actor.of(identity, require(identity, "put_stock", Owned(supplier_id=stock.supplier_id)))
        if command.on_hand < stock.promised:
            raise StockBelowPromised(
                listing_id=str(listing_id), promised=stock.promised, on_hand=stock.on_hand, asked=command.on_hand
            )
        if command.on_hand != stock.on_hand:
            stock = await set_on_hand(tx, stock, command.on_hand, by=by, reason=command.reason, at=tx.now)
    return stock.view()
