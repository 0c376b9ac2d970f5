"""A supplier declines an order: its stock is free again, a card's hold is let go, and the buyer is told."""

from typing import Any
from uuid import UUID

from services.order.usecases.commands import DeclineOrder
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card_soon
from services.order.usecases.give_back import end_order
from services.order.usecases.notices import raise_notice
from services.order.usecases.steps import answer, hold_order
from shared.contracts.authority import Identity, Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Stamp


async def decline_order(
    desk: Desk, identity: Identity, order_id: UUID, command: DeclineOrder, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Decline an order that waits to be confirmed, with a reason. Raises NoSuchOrder, WrongState."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "decline_order", order_id)
        card = await end_order(tx, order, "decline", command.reason, by)
        buyers = Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,))
        facts = {
            "supplier": order.supplier_name,
            "amount_fen": order.ordered_fen,
            "outcome": "decline",
            "reason": command.reason,
        }
        kind = NoticeKind.ORDER_CHANGED_BY_SUPPLIER
        await raise_notice(tx, kind, order_id, [buyers], facts, by=by.account_id)
        view = await answer(tx, order_id)
    if card is not None:
        await finish_card_soon(desk, card.payment_id)
    return view
