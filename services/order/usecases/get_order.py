"""An order is read whole by its canteen, its supplier, and who is above."""

from typing import Any
from uuid import UUID

from services.order.store.order_view import order_view
from services.order.usecases.desk import Desk
from services.order.usecases.steps import look_at_order
from shared.contracts.authority import Identity


async def get_order(desk: Desk, identity: Identity, order_id: UUID) -> dict[str, Any]:
    async with desk.uow.read() as tx:
        await look_at_order(tx, identity, "get_order", order_id)
        return await order_view(tx, order_id)
