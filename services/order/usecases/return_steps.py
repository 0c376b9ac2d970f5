"""A step of a return begins with its order locked, and ends with the other side told."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refusals import NoSuchReturn
from services.order.store.orders import Order, add_step
from services.order.store.requisitions import unit_above
from services.order.store.returns import Return, find_return, move_return
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from shared.contracts.authority import Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import ReadTx, Tx

SELLS = (Role.SUPPLIER, Role.PACKER, Role.HELPER)


async def return_of(tx: ReadTx, order_id: UUID, return_id: UUID) -> Return:
    """Read a return of this order. Raises NoSuchReturn."""
    found = await find_return(tx, return_id)
    if found is None or found.order_id != order_id:
        raise NoSuchReturn(return_id=str(return_id))
    return found


async def end_return(
    tx: Tx,
    order: Order,
    found: Return,
    verb: str,
    reason: str,
    *,
    by: Actor,
    both: bool = False,
    **values: Any,
) -> None:
    """Take a return to where nothing is booked: `refuse`, `withdraw` or `dismiss`; tell it as `tell_answer` does."""
    await move_return(tx, found, verb, by=by, reason=reason, **values)
    await add_step(tx, order, f"{verb}_return", by=by, reason=reason)
    await tell_answer(tx, order, found.return_id, verb, reason, by=by, both=both)


async def tell_supplier(
    tx: Tx, order: Order, return_id: UUID, reason: str, *, by: Actor, due_at: datetime | None = None
) -> None:
    """Tell whoever sends for the supplier that a return waits for an answer until `due_at`."""
    await raise_notice(
        tx,
        NoticeKind.RETURN_ASKED,
        return_id,
        [Audience(organisation_id=order.supplier_id, roles=SELLS)],
        {"order_id": order.order_id, "reason": reason},
        due_at,
        by=by.account_id,
    )


async def send_above(tx: Tx, desk: Desk, order: Order, found: Return, reason: str, *, by: Actor | None) -> None:
    """Have the unit above the canteen's rule on a return until a day, and tell its officers; at the top, its own."""
    above = await unit_above(tx, order.unit_path)
    unit_id = order.unit_id if above is None else above[0]
    due_at = tx.now + timedelta(days=desk.ruling_days)
    await move_return(
        tx, found, "escalate", by=by, reason="" if by is None else reason, ruling_due_at=due_at, ruling_with=unit_id
    )
    await add_step(tx, order, "escalate_return", by=by, reason="" if by is None else reason)
    await raise_notice(
        tx,
        NoticeKind.RETURN_ASKED,
        found.return_id,
        [Audience(organisation_id=unit_id, roles=(Role.OFFICER,))],
        {"order_id": order.order_id, "supplier": order.supplier_name, "reason": reason},
        due_at,
        by=None if by is None else by.account_id,
    )


async def tell_answer(
    tx: Tx, order: Order, return_id: UUID, outcome: str, reason: str, *, by: Actor | None, both: bool = False
) -> None:
    """Tell the canteen's buyers what became of a return, and with `both` the supplier's people too."""
    audience = [Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,))]
    if both:
        audience.append(Audience(organisation_id=order.supplier_id, roles=SELLS))
    await raise_notice(
        tx,
        NoticeKind.RETURN_ANSWERED,
        return_id,
        audience,
        {"order_id": order.order_id, "outcome": outcome, "reason": reason},
        by=None if by is None else by.account_id,
    )
