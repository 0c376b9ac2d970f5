"""A supplier ships an order; what was promised leaves the stock."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.order.domain.states import ORDER
from services.order.store.orders import OrderLine, find_lines, let_stock_go, move_order
from services.order.store.stepping import Goods, LineNow, Stepping, stepped_view
from services.order.store.stock import Move, move_stock
from services.order.usecases.commands import ShipOrder
from services.order.usecases.desk import Desk
from services.order.usecases.steps import answer, hold_order, said_of, see_step
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp


async def ship_order(
    desk: Desk, identity: Identity, order_id: UUID, command: ShipOrder, *, once: Stamp | None = None
) -> dict[str, Any]:
    view = await _at_once(desk, identity, order_id, command, once)
    return view if view is not None else await _by_steps(desk, identity, order_id, command, once)


async def _at_once(
    desk: Desk, identity: Identity, order_id: UUID, command: ShipOrder, once: Stamp | None
) -> dict[str, Any] | None:
    """Ship in one read and one write; None, and nothing done, where it is not that simple."""
    known = await see_step(desk, identity, "ship_order", order_id, "ship", once)
    if known is None or known[0].order.cancel_asked is not None:
        return None
    seen, step = known
    shipment = _shipment(command)
    goods = Goods(_moves(seen.lines), {line.line_id: LineNow(promised=0) for line in seen.lines}, shipment)
    view = stepped_view(seen, step, shipment={"shipped_at": seen.now, **shipment})
    said = said_of(desk, seen.order, step)
    return view if await desk.step_on(Stepping(seen, step, view, said, once, goods)) else None


async def _by_steps(
    desk: Desk, identity: Identity, order_id: UUID, command: ShipOrder, once: Stamp | None
) -> dict[str, Any]:
    """Ship under the order's lock."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "ship_order", order_id)
        ORDER.check(order.state, "ship")
        lines = await find_lines(tx, order_id)
        await move_order(
            tx,
            order,
            "ship",
            by=by,
            shipped_at=tx.now,
            cancel_asked=None,
            shipment=_shipment(command),
        )
        await move_stock(tx, _moves(lines), order.wanted_on)
        await let_stock_go(tx, order_id)
        return await answer(tx, order_id)


def _shipment(command: ShipOrder) -> dict[str, str]:
    return {"carrier": command.carrier, "tracking": command.tracking, "note": command.note}


def _moves(lines: Sequence[OrderLine]) -> dict[UUID, Move]:
    return {line.listing_id: Move(on_hand=-line.promised_quantity, promised=-line.promised_quantity) for line in lines}
