"""A canteen proposes to send goods back; nothing is booked until the supplier agrees."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.order.domain.refusals import MoreThanKept, ReturnDiffers, ReturnTooLate, TooManyReturns
from services.order.store.orders import add_step, find_lines
from services.order.store.returns import count_returns, find_return, propose
from services.order.usecases.commands import ReturnGoods
from services.order.usecases.desk import Desk
from services.order.usecases.return_steps import tell_supplier
from services.order.usecases.steps import answer, check_keeping, each_once, hold_order
from shared.clock import business_date
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp

RETURNS_MAX = 20
"""Of one order, whatever came of them: an order is read whole, with each of its returns."""


async def return_goods(
    desk: Desk, identity: Identity, order_id: UUID, command: ReturnGoods, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Propose a return of at most what is kept; the same return again answers the order."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "return_goods", order_id)
        asked = sorted((line.line_id, line.quantity, line.reason) for line in command.lines)
        before = await find_return(tx, command.return_id)
        if before is not None:
            if (before.order_id, sorted(before.lines)) != (order_id, asked) or before.remedy not in (
                None,
                command.remedy,
            ):
                raise ReturnDiffers(return_id=str(command.return_id))
            return await answer(tx, order_id)
        check_keeping(order, "return")
        assert order.accepted_on is not None
        last_day = desk.returns_until(order.accepted_on)
        if business_date(tx.now) > last_day:
            raise ReturnTooLate(last_day=last_day.isoformat(), days=desk.return_days)
        if await count_returns(tx, order_id) >= RETURNS_MAX:
            raise TooManyReturns(returns_max=RETURNS_MAX)
        named = each_once(
            ((line.line_id, line.quantity) for line in command.lines),
            await find_lines(tx, order_id),
            field="quantity",
            whole=False,
        )
        too_much = [
            {"line_id": str(line_id), "kept": named[line_id].kept.quantity, "asked": quantity}
            for line_id, quantity, _ in asked
            if quantity > named[line_id].kept.quantity
        ]
        if too_much:
            raise MoreThanKept(lines=too_much)
        due_at = tx.now + timedelta(days=desk.return_reply_days)
        proposed = await propose(
            tx,
            return_id=command.return_id,
            order_id=order_id,
            by=by,
            remedy=command.remedy,
            reply_due_at=due_at,
            lines=asked,
        )
        if not proposed:
            raise ReturnDiffers(return_id=str(command.return_id))
        await add_step(tx, order, "propose_return", by=by, reason=asked[0][2])
        await tell_supplier(tx, order, command.return_id, asked[0][2], by=by, due_at=due_at)
        return await answer(tx, order_id)
