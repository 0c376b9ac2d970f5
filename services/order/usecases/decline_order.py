"""A supplier declines an order, and its stock is free again; a card's hold is let go."""

from typing import Any
from uuid import UUID

from services.order.usecases.commands import DeclineOrder
from services.order.usecases.desk import Desk
from services.order.usecases.give_back import give_back
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp


async def decline_order(
    desk: Desk, identity: Identity, order_id: UUID, command: DeclineOrder, *, once: Stamp | None = None
) -> dict[str, Any]:
    return await give_back(desk, identity, order_id, "decline", command.reason, once)
