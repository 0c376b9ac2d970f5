"""An order is read whole by its canteen, its supplier, and who is above."""

from typing import Any
from uuid import UUID

from services.order.store.order_view import order_view
from services.order.usecases.desk import Desk
from services.order.usecases.steps import look_at_order
from shared.clock import business_date
from shared.contracts.authority import Identity


async def get_order(desk: Desk, identity: Identity, order_id: UUID) -> dict[str, Any]:
    """Read an order; once its days of returning are over, sending back is no step of it. Raises NoSuchOrder."""
    async with desk.uow.read() as tx:
        order = await look_at_order(tx, identity, "get_order", order_id)
        view = await order_view(tx, order_id)
    if order.accepted_on is not None and business_date(desk.clock.now()) > desk.returns_until(order.accepted_on):
        view["open_steps"] = [step for step in view["open_steps"] if step != "return"]
    return view
