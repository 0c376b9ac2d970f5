"""A supplier packs an order by weight or count; what is packed is what it holds of the stock."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.order.domain.confirming_refusals import SubstituteUnanswered
from services.order.domain.states import ORDER
from services.order.domain.weights import packed_max
from services.order.store.order_view import waiting
from services.order.store.orders import OrderLine, find_lines, move_order, write_packed
from services.order.store.stepping import Goods, LineNow, Stepping, stepped_view
from services.order.store.stock import Move, move_stock
from services.order.store.substitutes import offered_of
from services.order.usecases.commands import PackOrder
from services.order.usecases.desk import Desk
from services.order.usecases.steps import answer, each_once, hold_order, said_of, see_step, tolerance_of
from shared.contracts.authority import Identity
from shared.contracts.words import OrderState
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields, field_problem


async def pack_order(
    desk: Desk, identity: Identity, order_id: UUID, command: PackOrder, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Pack every line: goods by weight up to the tolerance above what was ordered, if that much is there.

    Raises SubstituteUnanswered while the buyer is asked about one.
    """
    view = await _at_once(desk, identity, order_id, command, once)
    return view if view is not None else await _by_steps(desk, identity, order_id, command, once)


async def _at_once(
    desk: Desk, identity: Identity, order_id: UUID, command: PackOrder, once: Stamp | None
) -> dict[str, Any] | None:
    """Pack in one read and one write; None, and nothing done, where stock is short or comes to cross zero."""
    known = await see_step(desk, identity, "pack_order", order_id, "pack", once)
    if known is None or known[0].order.state is OrderState.PACKED or waiting(known[0].view):
        return None
    seen, step = known
    packed = _checked(desk, command, seen.lines)
    lots = _lots(command)
    now = {
        line_id: LineNow(packed=quantity, promised=quantity, lot_number=lots[line_id])
        for line_id, quantity in packed.items()
    }
    goods = Goods(_moves(packed, seen.lines), now)
    lines = [
        line | {"packed_quantity": packed[UUID(line["line_id"])], "lot_number": lots[UUID(line["line_id"])]}
        for line in seen.view["lines"]
    ]
    view = stepped_view(seen, step, lines=lines)
    said = said_of(desk, seen.order, step)
    return view if await desk.step_on(Stepping(seen, step, view, said, once, goods)) else None


async def _by_steps(
    desk: Desk, identity: Identity, order_id: UUID, command: PackOrder, once: Stamp | None
) -> dict[str, Any]:
    """Pack under the order's lock."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "pack_order", order_id)
        ORDER.check(order.state, "pack")
        if await offered_of(tx, order_id):
            raise SubstituteUnanswered(order_id=str(order_id))
        lines = await find_lines(tx, order_id)
        packed, lots = _checked(desk, command, lines), _lots(command)
        await move_order(tx, order, "pack", by=by)
        await move_stock(tx, _moves(packed, lines), order.wanted_on)
        await write_packed(tx, order_id, packed, lots)
        return await answer(tx, order_id)


def _checked(desk: Desk, command: PackOrder, lines: Sequence[OrderLine]) -> dict[UUID, int]:
    """Give what is packed of each line. Raises InvalidFields."""
    packed = {line.line_id: line.packed_quantity for line in command.lines}
    each_once(
        ((line.line_id, line.packed_quantity) for line in command.lines),
        lines,
        field="packed_quantity",
        whole=True,
        most=lambda line: packed_max(line.agreed_quantity, line.measure, tolerance_of(desk, line)),
    )
    if not any(packed.values()):
        raise InvalidFields(field_problem("lines", "should hold something", "至少应有一行备货数量大于零"))
    return packed


def _lots(command: PackOrder) -> dict[UUID, str]:
    return {line.line_id: line.lot_number for line in command.lines}


def _moves(packed: Mapping[UUID, int], lines: Sequence[OrderLine]) -> dict[UUID, Move]:
    return {line.listing_id: Move(promised=packed[line.line_id] - line.promised_quantity) for line in lines}
