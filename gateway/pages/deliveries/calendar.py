"""The deliveries of a canteen or of a seller stand in a week or a month, and can be printed for the wall."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Link, Mark
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import ORDER_STATES, say, tone
from shared.contracts.authority import SUPPLIER_ROLES, Role
from shared.contracts.words import ENDED

PAGE, PAGES_MAX = 100, 3
"""How many orders of a stretch are shown at the most: those that were placed last."""
YEARS = (2000, 2100)
SHORT_DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
STRETCHES = ("week", "month")
WAYS: dict[str, tuple[str, str, str]] = {
    "week": (N_("The week before"), N_("This week"), N_("The week after")),
    "month": (N_("The month before"), N_("This month"), N_("The month after")),
}
KEEPERS = (Role.BUYER, *SUPPLIER_ROLES)


@dataclass(frozen=True, slots=True)
class Coming:
    url: str
    hours: str
    goods: str
    other: str
    state: Mark


@dataclass(frozen=True, slots=True)
class Day:
    name: str
    number: str
    said: str
    """The day in full, for who hears it and where it stands alone."""
    is_today: bool
    is_inside: bool
    """Whether it is of the month that is shown."""
    coming: tuple[Coming, ...]


@dataclass(frozen=True, slots=True)
class Week:
    days: tuple[Day, ...]
    is_bare: bool
    """Whether nothing comes in it."""


@dataclass(frozen=True, slots=True)
class DeliveriesView:
    title: str
    organisation: str
    organisations: list[tuple[str, str]]
    chosen: str
    view: str
    on: str
    heads: tuple[str, ...]
    weeks: tuple[Week, ...]
    count: int
    complete: bool
    before: Link
    now: Link
    after: Link
    other: Link
    links_url: str
    empty: str


def organisations(page: Page) -> list[tuple[str, str, bool]]:
    """List the canteens that the reader buys for and the suppliers they act for; with whether it is a canteen."""
    found: dict[str, tuple[str, str, bool]] = {}
    for seat in page.seats(*KEEPERS):
        of = str(seat.organisation_id)
        found.setdefault(of, (of, seat.organisation_name, seat.role is Role.BUYER))
    return list(found.values())


def chosen_of(page: Page) -> tuple[str, str, bool]:
    """Give the organisation that the address names, or the first of the reader's. Raises Refused for who has none."""
    known = organisations(page)
    if not known:
        raise Refused(403, page.speech(N_("Only a canteen's buyer and a seller have a delivery calendar.")))
    asked = page.asked("of")
    if asked and all(one[0] != asked for one in known):
        raise Refused(403, page.speech(N_("Only a canteen's buyer and a seller have a delivery calendar.")))
    return next((one for one in known if one[0] == asked), known[0])


async def show_deliveries(page: Page) -> Response:
    """Show what is wanted in a week or a month."""
    of, name, is_canteen = chosen_of(page)
    view = page.asked("view") if page.asked("view") in STRETCHES else "week"
    on = _day(page)
    first, last = stretch_of(view, on)
    found, complete = await _orders(page, {"canteen" if is_canteen else "supplier": of}, first, last)
    days: dict[str, list[dict[str, Any]]] = {}
    for one in sorted(found, key=lambda one: (one["wanted_on"], one["wanted_from"] or "", one["order_id"])):
        days.setdefault(one["wanted_on"], []).append(one)
    speech, now = page.speech, today(page)
    all_days = [
        _shown(page, first + timedelta(days=place), on, days, is_canteen=is_canteen, view=view)
        for place in range((last - first).days + 1)
    ]
    known = [(one[0], one[1]) for one in organisations(page)]
    wider = "month" if view == "week" else "week"
    empty = N_("Nothing is to come in these days. What is ordered stands here on the day for which it is wanted.")
    if not is_canteen:
        empty = N_("Nothing is to be brought in these days. An order stands here on the day for which it is wanted.")
    return page.show(
        "deliveries/deliveries.html",
        DeliveriesView(
            title=_title(speech, view, on, first, last),
            organisation=name,
            organisations=known if len(known) > 1 else [],
            chosen=of,
            view=view,
            on=on.isoformat(),
            heads=tuple(speech(head) for head in SHORT_DAYS),
            weeks=tuple(_week(all_days[place : place + 7]) for place in range(0, len(all_days), 7)),
            count=sum(len(day.coming) for day in all_days),
            complete=complete,
            before=_way(of, view, _step(view, on, -1), speech(WAYS[view][0])),
            now=_way(of, view, now, speech(WAYS[view][1])),
            after=_way(of, view, _step(view, on, 1), speech(WAYS[view][2])),
            other=_way(of, wider, on, speech(N_("Show the month")) if view == "week" else speech(N_("Show the week"))),
            links_url=f"/deliveries/links?{urlencode({'of': of})}",
            empty=speech(empty),
        ),
    )


def _week(days: list[Day]) -> Week:
    return Week(tuple(days), all(not day.coming for day in days))


def _day(page: Page) -> date:
    try:
        asked = date.fromisoformat(page.asked("on"))
    except ValueError:
        return today(page)
    return asked if YEARS[0] <= asked.year < YEARS[1] else today(page)


def stretch_of(view: str, on: date) -> tuple[date, date]:
    """Give the first and the last day that are shown: whole weeks from Monday on."""
    if view == "week":
        monday = on - timedelta(days=on.weekday())
        return monday, monday + timedelta(days=6)
    first = on.replace(day=1)
    last = _step("month", on, 1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def _step(view: str, on: date, by: int) -> date:
    """Give the same day a week on or back, or the first of the next month or of the one before."""
    if view == "week":
        return on + timedelta(days=7 * by)
    months = on.year * 12 + on.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def _way(of: str, view: str, on: date, text: str) -> Link:
    return Link(f"/deliveries?{urlencode({'of': of, 'view': view, 'on': on.isoformat()})}", text)


def _title(speech: Speech, view: str, on: date, first: date, last: date) -> str:
    if view == "month":
        return write.month(on.year, on.month, speech.language)
    return f"{write.day(first, speech.language)} – {write.day(last, speech.language)}"


async def _orders(page: Page, of: dict[str, str], first: date, last: date) -> tuple[list[dict[str, Any]], bool]:
    """Read the orders that are wanted in these days and came to something; tells whether it is all of them."""
    days = {"wanted_since": first.isoformat(), "wanted_to": last.isoformat()}
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(PAGES_MAX):
        told = await page.ask("list_orders", query={**of, **days, "limit": PAGE, "cursor": cursor})
        found += [one for one in told["items"] if one["state"] not in ENDED]
        cursor = told["next"]
        if cursor is None:
            break
    return found, cursor is None


def _shown(
    page: Page, day: date, on: date, days: dict[str, list[dict[str, Any]]], *, is_canteen: bool, view: str
) -> Day:
    return Day(
        name=page.speech(SHORT_DAYS[day.weekday()]),
        number=str(day.day),
        said=write.day(day, page.language),
        is_today=day == today(page),
        is_inside=view == "week" or day.month == on.month,
        coming=tuple(_coming(page, one, is_canteen=is_canteen) for one in days.get(day.isoformat(), ())),
    )


def _coming(page: Page, one: dict[str, Any], *, is_canteen: bool) -> Coming:
    speech = page.speech
    goods = one["first_name"]
    if one["line_count"] > 1:
        goods += speech(N_(" and %(more)s more"), more=one["line_count"] - 1)
    return Coming(
        url=f"/orders/{one['order_id']}",
        hours=f"{one['wanted_from']}–{one['wanted_until']}" if one["wanted_from"] else "",
        goods=goods,
        other=(one["supplier"] if is_canteen else one["canteen"])["name"],
        state=Mark(say(ORDER_STATES, one["state"], speech), tone(one["state"])),
    )
