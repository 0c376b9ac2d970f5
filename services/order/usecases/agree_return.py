"""A supplier agrees to a return, and it is booked."""

from typing import Any
from uuid import UUID

from services.order.domain.states import RETURN
from services.order.usecases.book_return import book_return
from services.order.usecases.commands import AgreeReturn
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card_soon
from services.order.usecases.replace_goods import replace_goods, replaces
from services.order.usecases.return_steps import return_of, tell_answer
from services.order.usecases.steps import answer, hold_order
from shared.clock import business_date
from shared.contracts.authority import Identity, OwnRequest
from shared.db.unit_of_work import Stamp


async def agree_return(
    desk: Desk,
    identity: Identity,
    order_id: UUID,
    return_id: UUID,
    command: AgreeReturn | None = None,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Agree to a return, whether it was refused or has gone to the unit above meanwhile or not.

    What a canteen wants replaced is placed and confirmed with it. Raises OwnRequest for who proposed it, whatever
    their seats; InvalidFields, StockShort, SeasonShort, SupplierNotSelling for a replacement that cannot be promised.
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
        wanted_on = replaces(proposed, command, business_date(tx.now))
        refunded = await book_return(tx, order, proposed, "agree", by=by)
        if wanted_on is not None:
            await replace_goods(desk, tx, order, proposed, wanted_on, by=by)
        await tell_answer(tx, order, return_id, "agree" if wanted_on is None else "replace", "", by=by)
        view = await answer(tx, order_id)
    if refunded is not None:
        await finish_card_soon(desk, refunded)
    return view
