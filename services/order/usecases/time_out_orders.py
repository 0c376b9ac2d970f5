"""Silence ends: what nobody confirms or packs lapses, what nobody accepts is told of, and in time all is closed.

Decision: an order that its seller does not answer lapses by itself, and so does a packed one that its canteen asked to
cancel. Why: its goods are promised, and nobody else can have them; and whoever neither ships nor answers holds money
that is not wanted any more. Price: a seller who was away finds it declined or cancelled, and is told so, though goods
may be packed.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from services.order.store.due_orders import (
    asked_to_cancel_since,
    remember,
    settled_since,
    shipped_since,
    unanswered_since,
)
from services.order.store.orders import Order, find_order, move_order
from services.order.store.payments import Payment
from services.order.store.replacements import not_packed_by
from services.order.usecases.decline_order import NOT_REPLACED
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card_soon
from services.order.usecases.give_back import end_order
from services.order.usecases.notices import raise_notice
from shared.clock import business_date
from shared.contracts.authority import SUPPLIER_ROLES, Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind, OrderState
from shared.db.unit_of_work import Tx
from shared.errors import Refusal
from shared.logs import logger
from shared.rounds import BATCH_MAX

log = logger(__name__)

OVERDUE_AFTER = timedelta(days=3)
"""How long goods may be on their way before both sides are told that nobody has accepted them."""
UNANSWERED = "逾期未确认，已自动取消"
NOT_ANSWERED = "供应方逾期未答复"
NOT_SENT = "供应方逾期未补送，已自动取消"


async def lapse_unanswered(desk: Desk) -> int:
    """Decline the orders that their sellers did not answer in time, and give their stock back; gives how many."""
    since = desk.clock.now() - timedelta(days=desk.answer_days)
    async with desk.uow.glance() as tx:
        due = await unanswered_since(tx, since, BATCH_MAX)

    async def lapse(tx: Tx, order: Order) -> Payment | None:
        card = await end_order(tx, order, "lapse", UNANSWERED, None)
        await _tell(tx, NoticeKind.ORDER_LAPSED, order)
        return card

    return await _each(desk, due, OrderState.PLACED, lapse)


async def cancel_unanswered(desk: Desk) -> int:
    """Cancel the packed orders that a canteen asked to cancel, and whose seller neither answered nor shipped in time.

    The seller has as many days as for an order; gives how many were due.
    """
    since = desk.clock.now() - timedelta(days=desk.answer_days)
    async with desk.uow.glance() as tx:
        due = await asked_to_cancel_since(tx, since, BATCH_MAX)

    async def cancel(tx: Tx, order: Order) -> Payment | None:
        if order.cancel_asked is None or not await asked_to_cancel_since(tx, since, 1, order.order_id):
            return None
        reason = f"{order.cancel_asked['reason']}（{NOT_ANSWERED}）"
        card = await end_order(tx, order, "leave_cancel", reason, None, cancel_asked=None)
        audience = [
            Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,)),
            Audience(organisation_id=order.supplier_id, roles=SUPPLIER_ROLES),
        ]
        facts = {"supplier": order.supplier_name, "outcome": "unanswered", "reason": reason}
        await raise_notice(tx, NoticeKind.CANCELLATION_ANSWERED, order.order_id, audience, facts)
        return card

    return await _each(desk, due, OrderState.PACKED, cancel)


async def lapse_replacements(desk: Desk) -> int:
    """Take back the replacements that nobody packed in time; gives how many were due.

    The seller has as many days after the promised one as for an order. What went back stays credited.
    """
    last = business_date(desk.clock.now()) - timedelta(days=desk.answer_days)
    async with desk.uow.glance() as tx:
        due = await not_packed_by(tx, last, BATCH_MAX)

    async def take_back(tx: Tx, order: Order) -> Payment | None:
        card = await end_order(tx, order, "take_back", NOT_SENT, None)
        await _tell(tx, NoticeKind.ORDER_CHANGED_BY_SUPPLIER, order, outcome=NOT_REPLACED, reason=NOT_SENT)
        return card

    return await _each(desk, due, OrderState.CONFIRMED, take_back)


async def tell_late_deliveries(desk: Desk) -> int:
    """Tell both sides, once, of goods on their way that nobody accepts; gives of how many."""
    async with desk.uow.glance() as tx:
        due = await shipped_since(tx, desk.clock.now() - OVERDUE_AFTER, NoticeKind.DELIVERY_OVERDUE, BATCH_MAX)

    async def tell(tx: Tx, order: Order) -> None:
        if await remember(tx, order.order_id, NoticeKind.DELIVERY_OVERDUE):
            await _tell(tx, NoticeKind.DELIVERY_OVERDUE, order)

    return await _each(desk, due, OrderState.SHIPPED, tell)


async def close_settled(desk: Desk) -> int:
    """Close settled orders of which nothing can go back any more, and of whose returns none waits for anybody."""
    since = desk.clock.now() - timedelta(days=max(desk.closing_days, desk.return_days))
    async with desk.uow.glance() as tx:
        due = await settled_since(tx, since, BATCH_MAX, now=desk.clock.now())

    async def close(tx: Tx, order: Order) -> None:
        if order.order_id in await settled_since(tx, since, 1, order.order_id, now=tx.now):
            await move_order(tx, order, "close", by=None)

    return await _each(desk, due, OrderState.SETTLED, close)


async def _each(
    desk: Desk, due: list[UUID], state: OrderState, do: Callable[[Tx, Order], Awaitable[Payment | None]]
) -> int:
    """Do something to each order that is still in its state, under its lock; gives how many were looked at.

    One of which it is refused, as when its stock does not add up, is logged, not counted, and holds up no other.
    """
    refused = 0
    for order_id in due:
        card = None
        try:
            async with desk.uow.begin() as tx:
                order = await find_order(tx, order_id, lock=True)
                if order is not None and order.state is state:
                    card = await do(tx, order)
        except Refusal as refusal:
            log.error("round.refused", order_id=str(order_id), state=state, problem=repr(refusal), exc_info=refusal)
            refused += 1
        if card is not None:
            await finish_card_soon(desk, card.payment_id)
    return len(due) - refused


async def _tell(tx: Tx, kind: NoticeKind, order: Order, **more: str) -> None:
    audience = [
        Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,)),
        Audience(organisation_id=order.supplier_id, roles=(Role.SUPPLIER, Role.PACKER, Role.HELPER)),
    ]
    facts = {
        "supplier": order.supplier_name,
        "amount_fen": order.agreed_fen,
        "placed_on": business_date(order.placed_at),
        **more,
    }
    await raise_notice(tx, kind, order.order_id, audience, facts)
