"""A canteen takes a return back while it is not decided for good."""

from typing import Any
from uuid import UUID

from services.order.usecases.commands import WithdrawReturn
from services.order.usecases.desk import Desk
from services.order.usecases.return_steps import end_return, return_of
from services.order.usecases.steps import answer, hold_order
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp


async def withdraw_return(
    desk: Desk,
    identity: Identity,
    order_id: UUID,
    return_id: UUID,
    command: WithdrawReturn,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Withdraw a return; nothing was booked, and nothing is. Raises NoSuchReturn, WrongState."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "withdraw_return", order_id)
        found = await return_of(tx, order_id, return_id)
        await end_return(tx, order, found, "withdraw", command.reason, by=by, both=True)
        return await answer(tx, order_id)
