"""A canteen's standing orders (常购单, a weekly menu): what comes again each week, and the baskets drafted of it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from gateway.pages.buyer.basket_cookie import basket_of, keep_basket
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Link, Mark
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import FUNDS, say
from gateway.pages.views.goods import own_canteens
from shared.contracts.authority import Role

WEEKDAYS: tuple[tuple[int, str], ...] = (
    (1, N_("Monday")),
    (2, N_("Tuesday")),
    (3, N_("Wednesday")),
    (4, N_("Thursday")),
    (5, N_("Friday")),
    (6, N_("Saturday")),
    (7, N_("Sunday")),
)
TOLD: dict[str, str] = {
    "off_sale": N_("No longer on sale"),
    "supplier_not_selling": N_("The supplier does not sell at present"),
    "other_measure": N_("It is now sold by another measure"),
    "amount_too_large": N_("Together it is more than one order can be"),
    "canteen_closed": N_("The canteen did not buy on that day"),
    "off_season": N_("Its season is over"),
    "short_stock": N_("Not enough left"),
}
LOOKED_AT_MAX = 12
"""Of how many drafts, newest first, the page looks up what became of them."""


@dataclass(frozen=True, slots=True)
class StandingRow:
    url: str
    name: str
    canteen: str
    state: Mark
    days: str
    next: str
    goods: str


@dataclass(frozen=True, slots=True)
class StandingListView:
    rows: tuple[StandingRow, ...]
    makes: tuple[Link, ...]
    """The ways to a new one, one for each canteen whose basket holds something."""
    buys: bool
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    day: str
    state: Mark
    told: tuple[tuple[str, str], ...]
    """What of it was otherwise than in the standing order: the goods, and why."""
    basket_id: str
    order_url: str


@dataclass(frozen=True, slots=True)
class StandingView:
    here: str
    name: str
    state: Mark
    facts: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str, str], ...]
    """Of each goods its address, its name and how much is wanted."""
    drafts: tuple[DraftRow, ...]
    acts: tuple[tuple[str, str, str], ...]
    """What its buyer may do with it: the word, the text and the kind of the button."""
    edit_url: str
    edit_text: str
    aside: bool
    """Whether another basket is being filled, which opening a draft puts aside."""


def state_of(found: dict[str, Any], day: date) -> str:
    """Tell whether it is at work, pauses or has ended."""
    if date.fromisoformat(found["until"]) < day:
        return "ended"
    return "active" if found["active"] else "paused"


def _mark(speech: Speech, state: str) -> Mark:
    if state == "active":
        return Mark(speech(N_("At work")), "good")
    return Mark(speech(N_("Paused")), "warn") if state == "paused" else Mark(speech(N_("Ended")))


def in_one(speech: Speech, names: Iterable[str]) -> str:
    """Write several names in a row, as the language does."""
    return ("、" if speech.language == "zh" else ", ").join(names)


def days_said(speech: Speech, weekdays: list[int]) -> str:
    """Name the days of the week: 周一、周四."""
    return in_one(speech, [speech(name) for number, name in WEEKDAYS if number in weekdays])


def lead_said(speech: Speech, days: int) -> str:
    """Say how long before its day a basket is drafted."""
    if not days:
        return speech(N_("On the day"))
    return speech(N_("%(num)s day before") if days == 1 else N_("%(num)s days before"), num=days)


async def show_standing_orders(page: Page) -> Response:
    """List the standing orders of the reader's canteens, newest first."""
    found = await page.ask("list_standing_orders", query={"cursor": page.asked("cursor")})
    view = StandingListView(
        rows=tuple(_row(page, one) for one in found["items"]),
        makes=await _makes(page),
        buys=bool(page.seats(Role.BUYER)),
        next_url=rest_of(page, found)[0],
        first_url=rest_of(page, found)[1],
    )
    return page.show("buyer/standing_orders.html", view)


async def _makes(page: Page) -> tuple[Link, ...]:
    canteens = own_canteens(page)
    filled = await asyncio.gather(*(current_basket(page, canteen_id) for canteen_id, _ in canteens))
    return tuple(
        Link(
            f"/standing-orders/new?canteen={canteen_id}",
            page.speech(N_("Make one of the basket of %(canteen)s"), canteen=name)
            if len(canteens) > 1
            else page.speech(N_("Make one of what is in my basket")),
        )
        for (canteen_id, name), basket in zip(canteens, filled, strict=True)
        if basket is not None
    )


async def current_basket(page: Page, canteen_id: str) -> dict[str, Any] | None:
    """Give the basket that the reader is filling for a canteen; None where it is empty or ordered."""
    if canteen_id not in page.request.cookies.get("baskets", ""):
        return None
    found = await page.ask_or(None, "get_basket", basket_id=basket_of(page.request, canteen_id))
    return None if found is None or found["requisition_id"] else found


def _row(page: Page, one: dict[str, Any]) -> StandingRow:
    speech = page.speech
    goods = in_one(speech, [line["name"] for line in one["lines"][:3]])
    if len(one["lines"]) > 3:
        goods += speech(N_(" and %(more)s more"), more=len(one["lines"]) - 3)
    return StandingRow(
        url=f"/standing-orders/{one['standing_order_id']}",
        name=one["name"],
        canteen=one["canteen"]["name"],
        state=_mark(speech, state_of(one, today(page))),
        days=days_said(speech, one["weekdays"]),
        next=_next(page, one),
        goods=goods,
    )


def _next(page: Page, one: dict[str, Any]) -> str:
    if one["draft_on"] is None:
        return ""
    return page.speech(
        N_("The next basket is drafted on %(day)s for %(wanted)s."),
        day=write.day(one["draft_on"], page.language),
        wanted=write.day(one["next_wanted_on"], page.language),
    )


async def show_standing_order(page: Page) -> Response:
    """Show a standing order with what was drafted of it."""
    return page.show("buyer/standing_order.html", await _view(page), crumbs=standing_crumbs(page))


def standing_crumbs(page: Page) -> tuple[tuple[str, str], ...]:
    return (("/standing-orders", page.speech(N_("Standing orders"))),)


async def _view(page: Page) -> StandingView:
    found, speech = await page.ask("get_standing_order", standing_order_id=page.part("standing_order_id")), page.speech
    canteen_id, state = found["canteen"]["id"], state_of(found, today(page))
    buys = page.is_seated(canteen_id, Role.BUYER)
    here = f"/standing-orders/{found['standing_order_id']}"
    present = await current_basket(page, canteen_id) if buys else None
    drafts = {draft["basket_id"] for draft in found["drafts"]}
    return StandingView(
        here=here,
        name=found["name"],
        state=_mark(speech, state),
        facts=_facts(page, found),
        lines=tuple(
            (f"/listings/{line['listing_id']}", line["name"], write.quantity(line["quantity"], line["measure"], speech))
            for line in found["lines"]
        ),
        drafts=await _drafts(page, found["drafts"], buys=buys),
        acts=_acts(speech, state) if buys else (),
        edit_url=f"{here}/edit" if buys else "",
        edit_text=speech(N_("Use it again")) if state == "ended" else speech(N_("Change it")),
        aside=present is not None and present["basket_id"] not in drafts,
    )


def _acts(speech: Speech, state: str) -> tuple[tuple[str, str, str], ...]:
    end = ("end", speech(N_("End it")), "stop")
    if state == "active":
        return (("pause", speech(N_("Pause it")), "second"), end)
    return (("resume", speech(N_("Go on with it")), ""), end) if state == "paused" else ()


def _facts(page: Page, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    speech, language = page.speech, page.language
    hours = f"{found['wanted_from']}–{found['wanted_until']}" if found["wanted_from"] else speech(N_("Any hour"))
    rows = [
        (speech(N_("Canteen")), found["canteen"]["name"]),
        (speech(N_("Days of the week")), days_said(speech, found["weekdays"])),
        (speech(N_("Hours")), hours),
        (speech(N_("Basket drafted")), lead_said(speech, found["lead_days"])),
        (speech(N_("Last day")), write.day(found["until"], language)),
        (speech(N_("Paid from")), say(FUNDS, found["fund"], speech)),
        (speech(N_("Put by")), f"{found['put_by_name']} · {write.moment(found['put_at'], language)}"),
    ]
    if following := _next(page, found):
        rows.append((speech(N_("Next")), following))
    return tuple(rows)


async def _drafts(page: Page, drafts: list[dict[str, Any]], *, buys: bool) -> tuple[DraftRow, ...]:
    """Say what became of each draft; only its buyer may look into a basket."""
    looked = drafts[:LOOKED_AT_MAX] if buys else []
    baskets = await asyncio.gather(
        *(page.ask_or(None, "get_basket", basket_id=one["basket_id"]) for one in looked if one["basket_id"])
    )
    known = {basket["basket_id"]: basket for basket in baskets if basket is not None}
    return tuple(_draft(page, one, known.get(one["basket_id"])) for one in drafts)


def _draft(page: Page, one: dict[str, Any], basket: dict[str, Any] | None) -> DraftRow:
    speech, order_url, basket_id = page.speech, "", ""
    if one["basket_id"] is None:
        state = Mark(speech(N_("Nothing of it could be had")), "bad")
    elif basket is None:
        state = Mark(speech(N_("Drafted")))
    elif basket["requisition_id"]:
        state, order_url = Mark(speech(N_("Asked for")), "good"), f"/requisitions/{basket['requisition_id']}"
    elif date.fromisoformat(one["wanted_on"]) < today(page):
        state = Mark(speech(N_("Not asked for")))
    else:
        state, basket_id = Mark(speech(N_("Waits for you")), "warn"), one["basket_id"]
    told = tuple((line["name"], _otherwise(page.speech, line)) for line in one["told"])
    return DraftRow(write.day(one["wanted_on"], page.language), state, told, basket_id, order_url)


def _otherwise(speech: Speech, line: dict[str, Any]) -> str:
    """Say why goods are not as they were: left out, in another quantity, or at other terms."""
    says = [say(TOLD, reason, speech) for reason in line["reasons"]]
    if not line["in_basket"]:
        says.append(speech(N_("left out")))
    elif line["quantity"] != line["asked_quantity"]:
        says.append(speech(N_("the quantity was raised to what is sold")))
    if line["changed"]:
        says.append(speech(N_("its terms have changed, look at the basket")))
    return in_one(speech, says)


async def open_draft(page: Page) -> Response:
    """Take a draft as the basket that is being filled, for its day and its hours."""
    found = await page.ask("get_standing_order", standing_order_id=page.part("standing_order_id"))
    draft = next((one for one in found["drafts"] if one["basket_id"] == page.form.value("basket_id")), None)
    if draft is None or draft["basket_id"] is None or not page.is_seated(found["canteen"]["id"], Role.BUYER):
        raise Refused(404, page.speech(N_("There is no such draft.")))
    asked = {"canteen": found["canteen"]["id"], "wanted_on": draft["wanted_on"]}
    if found["wanted_from"]:
        asked |= {"wanted_from": found["wanted_from"], "wanted_until": found["wanted_until"]}
    response = page.go(f"/basket?{urlencode(asked)}")
    keep_basket(page.request, response, found["canteen"]["id"], draft["basket_id"])
    return response


KEPT = ("name", "fund", "weekdays", "lead_days", "until", "wanted_from", "wanted_until", "active")


def content_of(found: dict[str, Any]) -> dict[str, Any]:
    """Take a standing order as it is put."""
    names = ("listing_id", "listing_version", "quantity", "tolerance_bp")
    lines = [{name: line[name] for name in names} for line in found["lines"]]
    return {name: found[name] for name in KEPT} | {"canteen_id": found["canteen"]["id"], "lines": lines}


async def change_state(page: Page) -> Response:
    """Let it pause, go on, or end: what is drafted already stays."""
    standing_order_id, to = page.part("standing_order_id"), page.form.choice("to", ("pause", "resume", "end"))
    found = await page.ask("get_standing_order", standing_order_id=standing_order_id)
    if page.form.ok and state_of(found, today(page)) != "ended":
        content = content_of(found) | {"active": to == "resume"}
        if to == "end":
            content["until"] = (today(page) - timedelta(days=1)).isoformat()
        try:
            await page.ask("put_standing_order", json=content, standing_order_id=standing_order_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            page.form.take(refused)
        else:
            done = {"pause": "paused", "resume": "resumed", "end": "ended"}[str(to)]
            return page.go(f"/standing-orders/{standing_order_id}", done)
    return await show_standing_order(page)
