"""A supplier refuses a return, with a reason; the canteen may have the unit above decide."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.order.usecases.commands import RefuseReturn
from services.order.usecases.desk import Desk
from services.order.usecases.return_steps import end_return, return_of
from services.order.usecases.steps import answer, hold_order
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp


async def refuse_return(
    desk: Desk,
    identity: Identity,
    order_id: UUID,
    return_id: UUID,
    command: RefuseReturn,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Refuse a return that waits for an answer. Raises NoSuchReturn, WrongState."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "refuse_return", order_id)
        found = await return_of(tx, order_id, return_id)
        until = tx.now + timedelta(days=desk.return_escalation_days)
        await end_return(tx, order, found, "refuse", command.reason, by=by, escalate_until=until)
        return await answer(tx, order_id)
