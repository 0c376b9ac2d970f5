"""A supplier ships an order; what was promised leaves the stock."""

from typing import Any
from uuid import UUID

from services.order.domain.states import ORDER
from services.order.store.orders import find_lines, let_stock_go, move_order
from services.order.store.stock import Move, move_stock
from services.order.usecases.commands import ShipOrder
from services.order.usecases.desk import Desk
from services.order.usecases.steps import answer, hold_order
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp


async def ship_order(
    desk: Desk, identity: Identity, order_id: UUID, command: ShipOrder, *, once: Stamp | None = None
) -> dict[str, Any]:
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order = await hold_order(tx, identity, "ship_order", order_id)
        ORDER.check(order.state, "ship")
        lines = await find_lines(tx, order_id)
        await move_order(
            tx,
            order,
            "ship",
            by=identity,
            shipped_at=tx.now,
            shipment={"carrier": command.carrier, "tracking": command.tracking, "note": command.note},
        )
        await move_stock(
            tx,
            {
                line.listing_id: Move(on_hand=-line.promised_quantity, promised=-line.promised_quantity)
                for line in lines
            },
        )
        await let_stock_go(tx, order_id)
        return await answer(tx, order_id)
