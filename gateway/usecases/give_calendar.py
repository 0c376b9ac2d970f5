"""A calendar program that has a link reads which deliveries its organisation awaits, or owes, as they stand now.

Who made the link is asked for again at each reading: their seats of now are what the orders are asked with, so that a
link of somebody who left opens nothing.

Decision: an order that came to nothing stays in the calendar, cancelled, until its day is over. Why: a program that
keeps what it read strikes the delivery out only where it is told so. Price: each reading
asks for two more lists.
"""

import asyncio
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from gateway.clients.icalendar import Delivery, written
from gateway.store import calendars
from gateway.store.accounts import find_account, seats_of
from gateway.usecases.desk import Desk
from gateway.usecases.keep_calendars import calendar_of
from gateway.usecases.refusals import NoSuchCalendar
from shared.clock import business_date
from shared.contracts.authority import Identity, Seat
from shared.contracts.words import ENDED, ON_THE_WAY, OrderState
from shared.http.client import ServiceUnavailable

PAGE = 100
PAGES_MAX = 3
"""How many pages of each state are read; whoever has more open orders sees the newest of them.

Of those that came to nothing one page is.
"""
WORDS = {
    OrderState.PLACED: ("待确认", "awaits confirmation"),
    OrderState.CONFIRMED: ("已确认", "confirmed"),
    OrderState.PACKED: ("已备货", "packed"),
    OrderState.SHIPPED: ("已发货", "shipped"),
    OrderState.WEIGHED: ("已过秤", "weighed"),
    OrderState.DECLINED: ("供应方拒单，不再送货", "declined by the supplier: nothing will come"),
    OrderState.CANCELLED: ("已取消，不再送货", "cancelled: nothing will come"),
}
CALLED_OFF = tuple(sorted(ENDED - {OrderState.REFUSED}))


async def give_calendar(desk: Desk, token: str) -> bytes:
    """Write the calendar that a link opens. Raises NoSuchCalendar, ServiceUnavailable."""
    calendar_id = calendar_of(desk.secret, token)
    async with desk.uow.glance() as tx:
        found = await calendars.find(tx, calendar_id)
        if found is None or found.revoked_at is not None:
            raise NoSuchCalendar()
        account = await find_account(tx, account_id=found.account_id)
        held = [one for one in await seats_of(tx, found.account_id) if one.organisation_id == found.organisation_id]
    if account is None or account.disabled_at is not None or not held:
        raise NoSuchCalendar()
    seats = tuple(Seat(one.role, one.organisation_id, one.path) for one in held)
    identity = Identity(account.id, calendar_id, account.name, seats)
    of = {found.organisation_kind: str(found.organisation_id)}
    asked = [(state, PAGES_MAX) for state in sorted(ON_THE_WAY)] + [(state, 1) for state in CALLED_OFF]
    pages = await asyncio.gather(*(_in_state(desk, identity, of, state, most) for state, most in asked))
    today = business_date(desk.clock.now()).isoformat()
    newest = {one["order_id"]: one for one in sorted((one for page in pages for one in page), key=_version)}
    told = [one for one in newest.values() if one["state"] not in CALLED_OFF or one["wanted_on"] >= today]
    orders = sorted(told, key=lambda one: (one["wanted_on"], one["order_id"]))
    zh, is_buyer = account.language == "zh", found.organisation_kind == "canteen"
    name = f"{held[0].organisation_name} · {'送货日程' if zh else 'Deliveries'}"
    return written(name, [_delivery(one, desk.public_url, zh=zh, is_buyer=is_buyer) for one in orders])


def _version(order: dict[str, Any]) -> int:
    """Tell how new an answer is: an order that moved on meanwhile stands in two lists."""
    version: int = order["version"]
    return version


async def _in_state(
    desk: Desk, identity: Identity, of: dict[str, str], state: OrderState, most: int
) -> list[dict[str, Any]]:
    orders: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(most):
        params = {**of, "state": state.value, "limit": PAGE, "cursor": cursor}
        answer = await desk.services.call("order", "GET", "/orders", identity=identity, params=params)
        if answer.status in (403, 404):
            raise NoSuchCalendar()
        if not answer.ok:
            raise ServiceUnavailable(service="order", reason=f"it answered {answer.status}")
        page = answer.json()
        orders += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    return orders


def _delivery(order: dict[str, Any], public_url: str, *, zh: bool, is_buyer: bool) -> Delivery:
    state = OrderState(order["state"])
    other = order["supplier"] if is_buyer else order["canteen"]
    more, off = order["line_count"] - 1, state in CALLED_OFF
    if zh:
        goods = order["first_name"] + (f"等{more + 1}项" if more else "")
        summary = f"{'已取消：' if off else ''}{'收货' if is_buyer else '送货'}：{goods}（{other['name']}）"
    else:
        goods = order["first_name"] + (f" and {more} more" if more else "")
        summary = f"{'Cancelled. ' if off else ''}{'Receive' if is_buyer else 'Deliver'}: {goods} ({other['name']})"
    return Delivery(
        uid=f"{UUID(order['order_id'])}@{urlsplit(public_url).hostname}",
        summary=summary,
        description=WORDS[state][0 if zh else 1],
        place=order["canteen"]["name"],
        url=f"{public_url}/orders/{order['order_id']}",
        day=date.fromisoformat(order["wanted_on"]),
        since=_hour(order["wanted_from"]),
        until=_hour(order["wanted_until"]),
        status="CANCELLED" if off else "TENTATIVE" if state is OrderState.PLACED else "CONFIRMED",
        sequence=order["version"],
        made_at=datetime.fromisoformat(order["placed_at"]),
        changed_at=datetime.fromisoformat(order["moved_at"]),
    )


def _hour(told: str | None) -> time | None:
    return None if told is None else time.fromisoformat(told)
