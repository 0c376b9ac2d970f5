"""A seller is told of a new order, and a canteen that one was shipped, by what is said of the order itself.

Decision: these two notices are made here, of `order.placed` and `order.moved`. Why: both say all that a notice needs,
and the statement that places orders need not write another row for each. Price: an order is told apart here: what was
sold at a fair, and what replaces returned goods, its seller entered or agreed to.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from gateway.store.copies import canteen_names, supplier_names
from gateway.store.notices import Told
from gateway.usecases.desk import Desk
from gateway.usecases.keep_notices import write_notice
from shared.contracts.authority import Role
from shared.contracts.order import OrderMoved, OrderPlaced
from shared.contracts.words import NoticeKind, OrderChannel, OrderState
from shared.events.consumer import Delivery

SELLS = (Role.SUPPLIER, Role.PACKER, Role.HELPER)
NEWS_FOR = timedelta(days=30)
"""What is heard later than this is no news to anybody."""


async def notice_orders(desk: Desk, deliveries: Sequence[Delivery[OrderPlaced | OrderMoved]]) -> None:
    """Write to whoever sells that an order has come in, and to its buyers that it was shipped."""
    async with desk.uow.begin(once=deliveries) as tx:
        since = tx.now - NEWS_FOR
        fresh = [one for one in tx.fresh if _is_news(one.event) and _at(one.event) > since]
        canteens = await canteen_names(tx, {one.event.canteen_id for one in fresh})
        suppliers = await supplier_names(tx, {one.event.supplier_id for one in fresh})
        for one in fresh:
            event = one.event
            if isinstance(event, OrderPlaced):
                told = _placed(event, canteens.get(event.canteen_id, ""))
            else:
                told = _shipped(event, suppliers.get(event.supplier_id, ""))
            await write_notice(desk, tx, one.envelope.id, told)


def _is_news(event: OrderPlaced | OrderMoved) -> bool:
    if event.channel is not OrderChannel.ONLINE:
        return False
    if isinstance(event, OrderPlaced):
        return event.replaces_return_id is None
    return event.state == OrderState.SHIPPED.value


def _at(event: OrderPlaced | OrderMoved) -> datetime:
    return event.placed_at if isinstance(event, OrderPlaced) else event.at


def _placed(event: OrderPlaced, canteen: str) -> Told:
    facts = {
        "canteen": canteen,
        "amount_fen": event.amount_fen,
        "wanted_on": event.wanted_on,
        "lines": len(event.lines),
    }
    return Told(
        kind=NoticeKind.ORDER_PLACED,
        subject_id=event.order_id,
        places=[(event.supplier_id, role) for role in SELLS],
        facts={name: str(value) for name, value in facts.items() if value != ""},
        at=event.placed_at,
    )


def _shipped(event: OrderMoved, supplier: str) -> Told:
    return Told(
        kind=NoticeKind.ORDER_SHIPPED,
        subject_id=event.order_id,
        places=[(event.canteen_id, Role.BUYER)],
        facts={"supplier": supplier} if supplier else {},
        at=event.at,
        by_account_id=event.account_id,
    )
