"""A supplier agrees to a return, and it is booked."""

from typing import Any
from uuid import UUID

from services.order.domain.states import RETURN
from services.order.usecases.book_return import book_return
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card_soon
from services.order.usecases.return_steps import return_of, tell_answer
from services.order.usecases.steps import answer, hold_order
from shared.contracts.authority import Identity, OwnRequest
from shared.db.unit_of_work import Stamp


async def agree_return(
    desk: Desk, identity: Identity, order_id: UUID, return_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Agree to a return, whether it was refused or has gone to the unit above meanwhile or not.

    Raises OwnRequest for who proposed it, whatever their seats.
    """
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "agree_return", order_id)
        proposed = await return_of(tx, order_id, return_id)
        RETURN.check(proposed.state, "agree")
        if proposed.proposed_by == by.account_id:
            raise OwnRequest(operation="agree_return")
        refunded = await book_return(tx, order, proposed, "agree", by=by)
        await tell_answer(tx, order, return_id, "agree", "", by=by)
        view = await answer(tx, order_id)
    if refunded is not None:
        await finish_card_soon(desk, refunded)
    return view
