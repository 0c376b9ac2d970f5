"""A return that the supplier refused goes to the unit above as the canteen asks, and an unanswered one by itself."""

from typing import Any
from uuid import UUID

from services.order.domain.refusals import ReplyNotDue
from services.order.domain.return_refusals import EscalationTooLate
from services.order.domain.states import RETURN, ReturnState
from services.order.store.orders import find_order
from services.order.store.returns import unanswered
from services.order.usecases.commands import EscalateReturn
from services.order.usecases.desk import Desk
from services.order.usecases.return_steps import return_of, send_above, tell_answer
from services.order.usecases.steps import answer, hold_order
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp
from shared.rounds import BATCH_MAX


async def escalate_return(
    desk: Desk,
    identity: Identity,
    order_id: UUID,
    return_id: UUID,
    command: EscalateReturn,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Have the unit above decide. Raises NoSuchReturn, ReplyNotDue, EscalationTooLate, WrongState."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "escalate_return", order_id)
        found = await return_of(tx, order_id, return_id)
        RETURN.check(found.state, "escalate")
        due_at = found.reply_due_at
        if found.state is ReturnState.PROPOSED and due_at is not None and due_at > tx.now:
            raise ReplyNotDue(reply_due_at=due_at.isoformat())
        until = found.escalate_until
        if found.state is ReturnState.REFUSED and until is not None and until <= tx.now:
            raise EscalationTooLate(escalate_until=until.isoformat())
        await send_above(tx, desk, order, found, command.reason, by=by)
        return await answer(tx, order_id)


async def escalate_unanswered(desk: Desk) -> int:
    """Send on what suppliers left unanswered past its day; gives how many were looked at."""
    async with desk.uow.glance() as tx:
        due = await unanswered(tx, desk.clock.now(), BATCH_MAX)
    for order_id, return_id in due:
        await _escalate(desk, order_id, return_id)
    return len(due)


async def _escalate(desk: Desk, order_id: UUID, return_id: UUID) -> None:
    async with desk.uow.begin() as tx:
        order = await find_order(tx, order_id, lock=True)
        assert order is not None
        found = await return_of(tx, order_id, return_id)
        if found.state is not ReturnState.PROPOSED or found.reply_due_at is None or found.reply_due_at > tx.now:
            return
        await send_above(tx, desk, order, found, found.lines[0][2], by=None)
        await tell_answer(tx, order, return_id, "escalate", "", by=None, both=True)
