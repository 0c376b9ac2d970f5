"""A buyer says what the canteen wants again and again; drafting it is a round's, ordering it is always a person's."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.order.domain.goods import AskedLine, total_fen
from services.order.domain.refusals import NoSuchCanteen, StandingOrderTaken, TooManyStandingOrders
from services.order.domain.standing import ACTIVE_MAX, KEPT_MAX, UNTIL_DAYS_MAX, next_day
from services.order.domain.wanted import hour_of, hours_problem
from services.order.store.baskets import read_lines
from services.order.store.copies import canteen_path
from services.order.store.standing_orders import (
    StandingOrder,
    count_standing,
    drafted_days,
    find_standing,
    hold_canteen,
    latest_drafts,
    write_standing,
)
from services.order.usecases.basket_view import asked_for
from services.order.usecases.commands import PutStandingOrder
from services.order.usecases.desk import Desk
from services.order.usecases.get_standing_order import DRAFTS_SHOWN
from services.order.usecases.put_basket import checked_lines
from services.order.usecases.standing_view import standing_view
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields, field_problem

OPERATION = "put_standing_order"


async def put_standing_order(
    desk: Desk, identity: Identity, standing_order_id: UUID, command: PutStandingOrder
) -> dict[str, Any]:
    """Write a standing order whole; the same again changes nothing. Its first basket is drafted by the next round.

    One that is stopped with the goods that it has is not held against what is sold now: stopping is always possible.

    Raises NoSuchCanteen, StandingOrderTaken, TooManyStandingOrders, InvalidFields, AmountTooLarge.
    """
    async with desk.uow.read() as read:
        path = await canteen_path(read, command.canteen_id)
        seen = await find_standing(read, standing_order_id)
    if path is None:
        raise NoSuchCanteen(canteen_id=str(command.canteen_id))
    require(identity, OPERATION, Owned(canteen_id=command.canteen_id, unit_path=path))
    _check_days(command, business_date(desk.clock.now()))
    if seen is not None and not command.active and _asked(command) == [_line_asked(line) for line in seen.lines]:
        lines = seen.lines
    else:
        found = checked_lines(command.lines, await read_lines(desk.uow, asked_for(command.lines), desk.tolerance_bp))
        total_fen(found)
        lines = tuple(_kept(line) for line in found)
    async with desk.uow.begin() as tx:
        held = await hold_canteen(tx, command.canteen_id)
        if held is None:
            raise NoSuchCanteen(canteen_id=str(command.canteen_id))
        before = await find_standing(tx, standing_order_id, lock=True)
        if before is not None and before.canteen_id != command.canteen_id:
            require(identity, OPERATION, before.owned)
            raise StandingOrderTaken(standing_order_id=str(standing_order_id))
        put = _put(identity, standing_order_id, command, lines, before, tx, *held)
        if before is None or _content(put) != _content(before):
            put = await _write(tx, put)
        else:
            put = before
        return standing_view(put, await latest_drafts(tx, standing_order_id, DRAFTS_SHOWN))


def _check_days(command: PutStandingOrder, today: date) -> None:
    latest = today + timedelta(days=UNTIL_DAYS_MAX)
    problem = hours_problem(hour_of(command.wanted_from), hour_of(command.wanted_until))
    if problem is not None:
        raise InvalidFields(problem)
    if len(set(command.weekdays)) < len(command.weekdays):
        raise InvalidFields(field_problem("weekdays", "should name each day once", "每个星期几只能出现一次"))
    if command.active and not today <= command.until <= latest:
        says = (f"should be from {today} to {latest}", f"应在 {today} 至 {latest} 之间")
        raise InvalidFields(field_problem("until", *says))


def _put(
    identity: Identity,
    standing_order_id: UUID,
    command: PutStandingOrder,
    lines: tuple[dict[str, Any], ...],
    before: StandingOrder | None,
    tx: Tx,
    canteen_name: str,
    unit_path: str,
) -> StandingOrder:
    return StandingOrder(
        standing_order_id=standing_order_id,
        canteen_id=command.canteen_id,
        canteen_name=canteen_name,
        canteen_active=True,
        unit_path=unit_path,
        name=command.name,
        fund=command.fund,
        active=command.active,
        weekdays=tuple(sorted(command.weekdays)),
        lead_days=command.lead_days,
        until=command.until,
        wanted_from=hour_of(command.wanted_from),
        wanted_until=hour_of(command.wanted_until),
        lines=lines,
        version=1 if before is None else before.version + 1,
        put_by=identity.account_id,
        put_by_name=identity.name,
        put_at=tx.now,
        draft_on=None,
    )


def _asked(command: PutStandingOrder) -> list[tuple[Any, ...]]:
    return [(str(one.listing_id), one.listing_version, one.quantity, one.tolerance_bp) for one in command.lines]


def _line_asked(line: dict[str, Any]) -> tuple[Any, ...]:
    return line["listing_id"], line["listing_version"], line["quantity"], line["tolerance_bp"]


def _kept(line: AskedLine) -> dict[str, Any]:
    return {
        "listing_id": str(line.goods.listing_id),
        "listing_version": line.version,
        "quantity": line.quantity,
        "tolerance_bp": line.tolerance_bp,
        "name": line.goods.name,
        "measure": line.goods.measure.value,
    }


def _content(order: StandingOrder) -> tuple[Any, ...]:
    """Give what a person says of a standing order; the names of goods are as they were when it was said."""
    lines = [{name: value for name, value in line.items() if name not in ("name", "measure")} for line in order.lines]
    days = (order.weekdays, order.lead_days, order.until, order.wanted_from, order.wanted_until)
    return order.canteen_id, order.name, order.fund, order.active, days, lines


async def _write(tx: Tx, put: StandingOrder) -> StandingOrder:
    """Write it with the day on which its next basket is drafted."""
    kept, active = await count_standing(tx, put.canteen_id, but=put.standing_order_id)
    is_new = put.version == 1
    if (is_new and kept >= KEPT_MAX) or (put.active and active >= ACTIVE_MAX):
        raise TooManyStandingOrders(active_max=ACTIVE_MAX, kept_max=KEPT_MAX)
    if put.active:
        today = business_date(tx.now)
        done = await drafted_days(tx, put.standing_order_id, today)
        wanted_on = next_day(put.weekdays, today, put.until, but=done)
        if wanted_on is None and not done:
            says = ("should leave one of the weekdays from today on", "截止日之前没有所选的星期几")
            raise InvalidFields(field_problem("until", *says))
        put = put._replace(draft_on=None if wanted_on is None else wanted_on - timedelta(days=put.lead_days))
    await write_standing(tx, put)
    return put
