"""An officer above rules on a return on which canteen and supplier do not agree; a party to it never does.

Decision: parties are whoever has a seat in the canteen or at the supplier, and whoever had a hand in the return. Why:
who once asked or refused would judge themselves. Price: where one person did all, another officer is needed.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refusals import NoSuchOrder, PartyToReturn
from services.order.domain.states import RETURN
from services.order.store.orders import Order, find_order
from services.order.store.returns import Return, who_took_steps
from services.order.usecases.book_return import book_return
from services.order.usecases.commands import RuleReturn, Ruling
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card_soon
from services.order.usecases.return_steps import end_return, return_of, tell_answer
from services.order.usecases.steps import answer
from shared.contracts.authority import Identity, require
from shared.db.unit_of_work import Stamp, Tx


async def rule_return(
    desk: Desk,
    identity: Identity,
    order_id: UUID,
    return_id: UUID,
    command: RuleReturn,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Uphold a return, which books it, or dismiss it. Raises NoSuchReturn, OwnRequest, PartyToReturn, WrongState."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order = await find_order(tx, order_id, lock=True)
        if order is None:
            raise NoSuchOrder(order_id=str(order_id))
        require(identity, "rule_return", order.owned)
        found = await return_of(tx, order_id, return_id)
        by = await _no_party(tx, identity, order, found)
        RETURN.check(found.state, command.outcome.value)
        refunded = None
        if command.outcome is Ruling.UPHOLD:
            refunded = await book_return(tx, order, found, "uphold", by=by, ruling=command.reason)
            await tell_answer(tx, order, return_id, "uphold", command.reason, by=by, both=True)
        else:
            await end_return(tx, order, found, "dismiss", command.reason, by=by, both=True)
        view = await answer(tx, order_id)
    if refunded is not None:
        await finish_card_soon(desk, refunded)
    return view


async def _no_party(tx: Tx, identity: Identity, order: Order, found: Return) -> Actor:
    role = require(identity, "rule_return", replace(order.owned, asked_by=found.proposed_by))
    seated = {seat.organisation_id for seat in identity.seats} & {order.canteen_id, order.supplier_id}
    if seated or identity.account_id in await who_took_steps(tx, found.return_id):
        raise PartyToReturn(return_id=str(found.return_id))
    return Actor.of(identity, role)
