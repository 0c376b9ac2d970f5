"""A supplier declines an order: its stock is free again, a card's hold is let go, and the buyer is told.

Decision: what comes in the place of returned goods is declined until it is shipped, by the same door. Why: it was
confirmed as it was placed, so its seller never had the choice that any other order gives. What went back was booked
when its return was agreed, so that the canteen keeps its credit or refund, and never has both. Price: a canteen that
counted on the goods hears of it late.
"""

from typing import Any
from uuid import UUID

from services.order.domain.states import ORDER
from services.order.store.orders import Order
from services.order.store.replacements import is_replacement
from services.order.usecases.commands import DeclineOrder
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card_soon
from services.order.usecases.give_back import end_order
from services.order.usecases.notices import raise_notice
from services.order.usecases.steps import answer, hold_order
from shared.contracts.authority import Identity, Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import ReadTx, Stamp

NOT_REPLACED = "not_replaced"
"""The outcome by which a canteen hears that returned goods do not come again."""


async def decline_order(
    desk: Desk, identity: Identity, order_id: UUID, command: DeclineOrder, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Decline an order that waits to be confirmed, or a replacement that is not shipped, with a reason.

    Raises NoSuchOrder, WrongState.
    """
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "decline_order", order_id)
        verb = await _verb(tx, order)
        card = await end_order(tx, order, verb, command.reason, by, cancel_asked=None)
        buyers = Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,))
        facts = {
            "supplier": order.supplier_name,
            "amount_fen": order.ordered_fen,
            "outcome": "decline" if verb == "decline" else NOT_REPLACED,
            "reason": command.reason,
        }
        kind = NoticeKind.ORDER_CHANGED_BY_SUPPLIER
        await raise_notice(tx, kind, order_id, [buyers], facts, by=by.account_id)
        view = await answer(tx, order_id)
    if card is not None:
        await finish_card_soon(desk, card.payment_id)
    return view


async def _verb(tx: ReadTx, order: Order) -> str:
    """Tell by which verb an order ends that its seller does not send."""
    if ORDER.allows(order.state, "take_back") and await is_replacement(tx, order.order_id):
        return "take_back"
    return "decline"
