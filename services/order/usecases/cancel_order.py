"""A canteen cancels an order before it is packed, and its stock is free again; once packed, its seller must agree.

Decision: what is packed and asked to be cancelled may still be shipped. Why: the goods may be on the cart already, and
shipping is the answer then. Price: a canteen may receive what it asked to cancel, and refuses it at the door. A seller
who neither ships nor answers in time has agreed (`time_out_orders.py`).
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.order.domain.refusals import NotAskedToCancel, ReasonWanted
from services.order.domain.states import ORDER
from services.order.store.orders import add_step, ask_to_cancel
from services.order.usecases.commands import AnswerCancellation, CancelOrder, WeighingOutcome
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card_soon
from services.order.usecases.give_back import end_order
from services.order.usecases.notices import raise_notice
from services.order.usecases.steps import answer, hold_order
from shared.contracts.authority import SUPPLIER_ROLES, Identity, OwnRequest, Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind, OrderState
from shared.db.unit_of_work import Stamp


async def cancel_order(
    desk: Desk, identity: Identity, order_id: UUID, command: CancelOrder, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Cancel an order that is not packed, or ask the seller of one that is; asked again, it is asked as before."""
    card = None
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "cancel_order", order_id)
        if order.state is not OrderState.PACKED:
            card = await end_order(tx, order, "cancel", command.reason, by)
            sellers = Audience(organisation_id=order.supplier_id, roles=SUPPLIER_ROLES)
            facts = {"by": by.name, "amount_fen": order.agreed_fen, "outcome": "cancel", "reason": command.reason}
            await raise_notice(tx, NoticeKind.CANCELLATION_ANSWERED, order_id, [sellers], facts, by=by.account_id)
        elif order.cancel_asked is None:
            await ask_to_cancel(tx, order, by, command.reason)
            await add_step(tx, order, "ask_cancel", by=by, reason=command.reason)
            sellers = Audience(organisation_id=order.supplier_id, roles=SUPPLIER_ROLES)
            facts = {"by": by.name, "reason": command.reason}
            due_at = tx.now + timedelta(days=desk.answer_days)
            await raise_notice(tx, NoticeKind.CANCELLATION_ASKED, order_id, [sellers], facts, due_at, by=by.account_id)
        view = await answer(tx, order_id)
    if card is not None:
        await finish_card_soon(desk, card.payment_id)
    return view


async def agree_cancel(
    desk: Desk, identity: Identity, order_id: UUID, command: AnswerCancellation, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Say the seller's yes or no.

    Raises NotAskedToCancel, ReasonWanted for a no without one, WrongState, OwnRequest for who asked.
    """
    card = None
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "agree_cancel", order_id)
        ORDER.check(order.state, "agree_cancel")
        if order.cancel_asked is None:
            raise NotAskedToCancel(order_id=str(order_id))
        if order.cancel_asked["account_id"] == str(by.account_id):
            raise OwnRequest(operation="agree_cancel")
        if command.outcome is WeighingOutcome.AGREE:
            reason = command.reason or str(order.cancel_asked["reason"])
            card = await end_order(tx, order, "agree_cancel", reason, by, cancel_asked=None)
        else:
            if not command.reason:
                raise ReasonWanted()
            await ask_to_cancel(tx, order, None, "")
            await add_step(tx, order, "refuse_cancel", by=by, reason=command.reason)
        buyers = Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,))
        facts = {"supplier": order.supplier_name, "outcome": command.outcome.value, "reason": command.reason}
        await raise_notice(tx, NoticeKind.CANCELLATION_ANSWERED, order_id, [buyers], facts, by=by.account_id)
        view = await answer(tx, order_id)
    if card is not None:
        await finish_card_soon(desk, card.payment_id)
    return view
