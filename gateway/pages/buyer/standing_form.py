"""A buyer makes a standing order of a basket or of an order, and changes it: days, hours, goods, how much."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from gateway.pages.buyer.standing import (
    WEEKDAYS,
    content_of,
    current_basket,
    in_one,
    lead_said,
    standing_crumbs,
    state_of,
)
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import FUNDS, options
from gateway.pages.views.goods import own_canteens, plain_quantity, quantity_unit
from shared.contracts.authority import Role
from shared.ids import new_id

LINES_MAX = 100
NAME_MAX = 100
LEAD_DAYS, LEAD_DAYS_MAX = 3, 14
UNTIL_DAYS = 90
HOUR_LENGTH = 5
LINE = ("listing_id", "listing_version", "quantity", "tolerance_bp")


@dataclass(frozen=True, slots=True)
class FormLine:
    name: str
    listing_id: str
    version: int
    measure: str
    tolerance: str
    field: str
    quantity: str
    unit: str


@dataclass(frozen=True, slots=True)
class StandingFormView:
    id: str
    title: str
    action: str
    canteen: str
    canteen_id: str
    name: str
    fund: str
    funds: list[tuple[str, str]]
    weekdays: tuple[tuple[int, str, bool], ...]
    leads: list[tuple[str, str]]
    lead: str
    until: str
    wanted_from: str
    wanted_until: str
    lines: tuple[FormLine, ...]
    basket: str
    """What the reader's basket holds that could be added; empty where it holds nothing more."""


async def new_standing_order(page: Page) -> Response:
    """Ask what is wanted again, of an order or of the basket that is being filled; teach how where there is neither."""
    if not page.seats(Role.BUYER):
        raise Refused(403, page.speech(N_("Only a canteen's buyer has standing orders.")))
    start = await _start(page)
    if start is None:
        return page.show("buyer/standing_form.html", None, crumbs=standing_crumbs(page))
    return page.show("buyer/standing_form.html", _view(page, start), crumbs=standing_crumbs(page))


async def _start(page: Page) -> dict[str, Any] | None:
    """Give a standing order that is not put yet, with its lines; None where there is nothing to make it of."""
    days = {"weekdays": [], "lead_days": LEAD_DAYS, "until": (today(page) + timedelta(days=UNTIL_DAYS)).isoformat()}
    empty = {"name": "", "wanted_from": None, "wanted_until": None, **days}
    if order_id := page.asked("order"):
        order = await page.ask("get_order", order_id=order_id)
        return empty | {"canteen": order["canteen"], "fund": order["fund"], "lines": _ordered(order)}
    canteens = [code for code, _ in own_canteens(page)]
    chosen = [page.asked("canteen")] if page.asked("canteen") in canteens else canteens
    for canteen_id in chosen:
        basket = await current_basket(page, canteen_id)
        if basket is not None:
            return empty | {"canteen": basket["canteen"], "fund": basket["fund"], "lines": basket["lines"]}
    return None


def _ordered(order: dict[str, Any]) -> list[dict[str, Any]]:
    """Take the lines of an order as they were ordered; goods that stand on several are one."""
    once: dict[str, dict[str, Any]] = {}
    for line in order["lines"]:
        if line["replaces_line_id"]:
            continue
        same = once.setdefault(line["listing_id"], line | {"quantity": 0})
        same["quantity"] += line["ordered_quantity"]
    return [line for line in once.values() if line["quantity"]]


async def edit_standing_order(page: Page) -> Response:
    """Ask what is to be otherwise."""
    found = await page.ask("get_standing_order", standing_order_id=page.part("standing_order_id"))
    return await _show(page, found)


async def _show(page: Page, found: dict[str, Any]) -> Response:
    if not page.is_seated(found["canteen"]["id"], Role.BUYER):
        raise Refused(403, page.speech(N_("Only a canteen's buyer has standing orders.")))
    basket = await current_basket(page, found["canteen"]["id"])
    known = {line["listing_id"] for line in found["lines"]}
    more = [line["name"] for line in basket["lines"] if line["listing_id"] not in known] if basket else []
    view = _view(page, found, in_one(page.speech, more))
    crumbs = (*standing_crumbs(page), (f"/standing-orders/{found['standing_order_id']}", found["name"]))
    return page.show("buyer/standing_form.html", view, crumbs=crumbs)


def _view(page: Page, found: Mapping[str, Any], basket: str = "") -> StandingFormView:
    speech, values = page.speech, page.form.values
    known = found.get("standing_order_id", "")
    ticked = [number for number, _ in WEEKDAYS if f"weekday-{number}" in values] if values else found["weekdays"]
    until = found["until"]
    if known and state_of(dict(found), today(page)) == "ended":
        until = (today(page) + timedelta(days=UNTIL_DAYS)).isoformat()
    return StandingFormView(
        id=known or page.form.value("id") or str(new_id()),
        title=speech(N_("Change a standing order")) if known else speech(N_("A new standing order")),
        action=f"/standing-orders/{known}" if known else "/standing-orders",
        canteen=found["canteen"]["name"],
        canteen_id=found["canteen"]["id"],
        name=found["name"],
        fund=found["fund"],
        funds=options(FUNDS, speech),
        weekdays=tuple((number, speech(name), number in ticked) for number, name in WEEKDAYS),
        leads=[(str(days), lead_said(speech, days)) for days in range(LEAD_DAYS_MAX + 1)],
        lead=str(found["lead_days"]),
        until=until,
        wanted_from=found["wanted_from"] or "",
        wanted_until=found["wanted_until"] or "",
        lines=tuple(_line(page, line, place) for place, line in enumerate(found["lines"])),
        basket=basket,
    )


def _line(page: Page, line: Mapping[str, Any], place: int) -> FormLine:
    measure = line["measure"]
    tolerance = line["tolerance_bp"]
    return FormLine(
        name=line["name"],
        listing_id=line["listing_id"],
        version=line["listing_version"],
        measure=measure,
        tolerance="" if tolerance is None else str(tolerance),
        field=f"quantity-{place}",
        quantity=plain_quantity(page.speech, line["quantity"], measure),
        unit=quantity_unit(page.speech, measure, line.get("unit_name") or page.speech("pieces")),
    )


async def make_standing_order(page: Page) -> Response:
    """Put a new one; said twice, it is one."""
    form = page.form
    standing_order_id, canteen_id = form.id("id"), form.value("canteen_id")
    names = dict(own_canteens(page))
    if canteen_id not in names:
        raise Refused(403, page.speech(N_("Only a canteen's buyer has standing orders.")))
    content, typed = _read(page)
    if form.ok and await _put(page, str(standing_order_id), content | {"canteen_id": canteen_id, "active": True}):
        return page.go(f"/standing-orders/{standing_order_id}", "standing")
    start = content | {"canteen": {"id": canteen_id, "name": names[canteen_id]}, "lines": typed}
    return page.show("buyer/standing_form.html", _view(page, start), crumbs=standing_crumbs(page))


async def change_standing_order(page: Page) -> Response:
    """Put it otherwise: one that pauses goes on pausing, one that had ended is at work again."""
    standing_order_id = page.part("standing_order_id")
    found = await page.ask("get_standing_order", standing_order_id=standing_order_id)
    content, typed = _read(page)
    again = found["active"] or state_of(found, today(page)) == "ended"
    if page.form.value("add") == "1" and (basket := await current_basket(page, found["canteen"]["id"])):
        known = {line["listing_id"] for line in content["lines"]}
        content["lines"] += [_kept(line) for line in basket["lines"] if line["listing_id"] not in known]
    content["lines"] = content["lines"][:LINES_MAX]
    put = content_of(found) | content | {"active": again}
    if page.form.ok and await _put(page, standing_order_id, put):
        return page.go(f"/standing-orders/{standing_order_id}", "saved")
    return await _show(page, found | {"lines": typed or found["lines"]})


def _read(page: Page) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Read what was typed: what is to be put, and the lines as they are shown again."""
    form = page.form
    name, fund = form.text("name", most=NAME_MAX), form.choice("fund", FUNDS)
    weekdays = [number for number, _ in WEEKDAYS if f"weekday-{number}" in form.values]
    if not weekdays:
        form.wrong("weekdays", page.speech(N_("Choose at least one day of the week.")))
    lead = form.choice("lead_days", [str(days) for days in range(LEAD_DAYS_MAX + 1)])
    until = form.day("until")
    since, to = (form.text(field, most=HOUR_LENGTH, needed=False) for field in ("wanted_from", "wanted_until"))
    typed = list(_lines(page))
    lines = [_kept(line) for line in typed if line["quantity"]]
    if not lines and form.ok:
        form.wrong("quantity-0" if typed else "", page.speech(N_("At least one of the goods is wanted.")))
    content = {
        "name": name,
        "fund": fund or "canteen",
        "weekdays": weekdays,
        "lead_days": int(lead or LEAD_DAYS),
        "until": until.isoformat() if until else today(page).isoformat(),
        "wanted_from": since or None,
        "wanted_until": to or None,
        "lines": lines,
    }
    return content, typed


def _lines(page: Page) -> Any:
    form = page.form
    for place in range(LINES_MAX):
        if f"listing-{place}" not in form.values:
            return
        measure = "piece" if form.value(f"measure-{place}") == "piece" else "weight"
        tolerance = form.value(f"tolerance-{place}")
        yield {
            "listing_id": str(form.id(f"listing-{place}")),
            "listing_version": form.pieces(f"version-{place}") or 1,
            "quantity": form.quantity(f"quantity-{place}", measure) or 0,
            "tolerance_bp": int(tolerance) if tolerance.isascii() and tolerance.isdigit() else None,
            "measure": measure,
            "name": form.value(f"goods-{place}")[:200],
        }


def _kept(line: Mapping[str, Any]) -> dict[str, Any]:
    return {name: line[name] for name in LINE}


async def _put(page: Page, standing_order_id: str, content: dict[str, Any]) -> bool:
    """Put it; tells whether it is put, or notes beside the fields what is wrong."""
    form = page.form
    try:
        await page.ask("put_standing_order", json=content, standing_order_id=standing_order_id)
    except Refused as refused:
        if not refused.mendable:
            raise
        places = {str(form.value(f"listing-{place}")): place for place in range(LINES_MAX)}
        for error in refused.errors:
            part = str(error.get("field", "")).split(".")
            if part[0] == "lines" and len(part) == 3:
                listing = content["lines"][int(part[1])]["listing_id"]
                place = places.get(listing)
                form.wrong("" if place is None else f"quantity-{place}", _line_says(page, place, error))
            elif part[0] == "weekdays":
                form.wrong("weekdays", str(error.get("says", refused.title)))
        rest = [
            error for error in refused.errors if str(error.get("field", "")).split(".")[0] not in ("lines", "weekdays")
        ]
        if rest or not refused.errors:
            refused.errors = rest
            form.take(refused)
        return False
    return True


def _line_says(page: Page, place: int | None, error: dict[str, Any]) -> str:
    """Say what quantity is sold in the reader's own measure."""
    measure = page.form.value(f"measure-{place}")
    if place is None or "minimum" not in error:
        return str(error.get("says", ""))
    return page.speech(
        N_("At least %(least)s, in steps of %(step)s."),
        least=write.quantity(error["minimum"], measure, page.speech),
        step=write.quantity(error["step"], measure, page.speech),
    )
