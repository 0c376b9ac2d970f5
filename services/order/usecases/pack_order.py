"""A supplier packs an order by weight or count; what is packed is what it holds of the stock."""

from typing import Any
from uuid import UUID

from services.order.domain.states import ORDER
from services.order.domain.weights import packed_max
from services.order.store.orders import find_lines, move_order, write_packed
from services.order.store.stock import Move, move_stock
from services.order.usecases.commands import PackOrder
from services.order.usecases.desk import Desk
from services.order.usecases.steps import answer, each_once, hold_order
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields, field_problem


async def pack_order(
    desk: Desk, identity: Identity, order_id: UUID, command: PackOrder, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Pack every line: goods by weight up to the tolerance above what was ordered, if that much is there."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order = await hold_order(tx, identity, "pack_order", order_id)
        ORDER.check(order.state, "pack")
        lines = await find_lines(tx, order_id)
        packed = {line.line_id: line.packed_quantity for line in command.lines}
        each_once(
            ((line.line_id, line.packed_quantity) for line in command.lines),
            lines,
            field="packed_quantity",
            whole=True,
            most=lambda line: packed_max(line.quantity, line.measure, desk.tolerance_bp),
        )
        if not any(packed.values()):
            raise InvalidFields(field_problem("lines", "should hold something", "至少应有一行备货数量大于零"))
        await move_order(tx, order, "pack", by=identity)
        await move_stock(
            tx, {line.listing_id: Move(promised=packed[line.line_id] - line.promised_quantity) for line in lines}
        )
        await write_packed(tx, order_id, packed)
        return await answer(tx, order_id)
