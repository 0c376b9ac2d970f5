"""An order is read whole by its canteen, its supplier, and who is above."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.order.domain.states import ReturnState
from services.order.store.order_view import order_view
from services.order.usecases.desk import Desk
from services.order.usecases.steps import look_at_order
from shared.clock import business_date
from shared.contracts.authority import Identity


async def get_order(desk: Desk, identity: Identity, order_id: UUID) -> dict[str, Any]:
    """Read an order; what is to be done within days is no step of it once they are over. Raises NoSuchOrder."""
    async with desk.uow.read() as tx:
        order = await look_at_order(tx, identity, "get_order", order_id)
        view = await order_view(tx, order_id)
    now = desk.clock.now()
    for one in view["returns"]:
        until = one["escalate_until"]
        if one["state"] == ReturnState.REFUSED and until is not None and datetime.fromisoformat(until) <= now:
            one["open_steps"] = [step for step in one["open_steps"] if step != "escalate"]
    if order.accepted_on is not None and business_date(now) > desk.returns_until(order.accepted_on):
        view["open_steps"] = [step for step in view["open_steps"] if step != "return"]
    return view
