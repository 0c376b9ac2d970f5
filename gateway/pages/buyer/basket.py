"""A buyer fills a basket, sees what it does to the canteen's share, and sends the requisition."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from starlette.responses import Response

from gateway.pages.buyer.basket_cookie import basket_of, keep_basket
from gateway.pages.buyer.budget_line import budget_line
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.gauge import Gauge, draw, share_of
from gateway.pages.kit.geography import short_county
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import FUNDS, options, say
from gateway.pages.views.goods import line_reason, listing_view, own_canteens, plain_quantity, quantity_unit
from shared.clock import business_date
from shared.ids import new_id

LINES_MAX = 100
WANTED_DAYS = 3
HOUR_LENGTH = 5
WARNINGS: dict[str, str] = {
    "stale_version": N_("Changed since you chose it"),
    "off_sale": N_("No longer on sale"),
    "short_stock": N_("Not enough left"),
    "supplier_not_selling": N_("The supplier does not sell at present"),
    "wrong_quantity": N_("Below the smallest order, or between two steps"),
    "off_season": N_("Its season is over"),
}


@dataclass(frozen=True, slots=True)
class BasketLine:
    url: str
    name: str
    supplier: str
    origin: str
    marks: tuple[Mark, ...]
    price: str
    unit: str
    listing_id: str
    version: int
    measure: str
    field: str
    quantity: str
    quantity_unit: str
    amount: str


@dataclass(frozen=True, slots=True)
class RuleMove:
    name: str
    before: str
    after: str
    gauge: Gauge | None
    says: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BasketView:
    id: str
    canteen: str
    canteen_id: str
    fund: str
    fund_code: str
    funds: list[tuple[str, str]]
    others: list[tuple[str, str]]
    lines: tuple[BasketLine, ...]
    total: str
    rules: tuple[RuleMove, ...]
    requisition_id: str
    wanted_on: str
    wanted_from: str
    wanted_until: str
    limit: str
    budgets: tuple[Mark, ...]
    catalogue_url: str
    again_url: str
    """The way to want the same each week."""


async def show_basket(page: Page) -> Response:
    """Show the basket of one of the reader's canteens."""
    canteen_id = _canteen(page, page.asked("canteen"))
    return page.show("buyer/basket.html", await _view(page, canteen_id, basket_of(page.request, canteen_id)))


def _canteen(page: Page, chosen: str) -> str:
    canteens = [code for code, _ in own_canteens(page)]
    if not canteens:
        raise Refused(403, page.speech(N_("Only a canteen's buyer has a basket.")))
    if chosen in canteens:
        return chosen
    kept = [code for code in canteens if code in page.request.cookies.get("baskets", "")]
    return (kept or canteens)[0]


async def _find(page: Page, basket_id: str, wanted_on: date | None = None) -> dict[str, Any] | None:
    """Give the basket, or None while nothing was put into it, or after it was ordered."""
    query = None if wanted_on is None else {"wanted_on": wanted_on.isoformat()}
    try:
        found: dict[str, Any] = await page.ask("get_basket", query=query, basket_id=basket_id)
    except Refused as refused:
        if refused.status == 404:
            return None
        raise
    return None if found.get("requisition_id") else found


async def _view(page: Page, canteen_id: str, basket_id: str, wanted_on: date | None = None) -> BasketView:
    found = await _find(page, basket_id, wanted_on)
    names = dict(own_canteens(page))
    fund = found["fund"] if found else "canteen"
    rules = await _moves(page, basket_id, found) if found else ()
    limit = ""
    if found and found["approval"]["needed"]:
        limit = page.speech(
            N_("Above %(limit)s another person approves before it is ordered."),
            limit=write.money(found["approval"]["limit_fen"]),
        )
    today = business_date(page.request.app.state.desk.clock.now())
    others = own_canteens(page)
    return BasketView(
        id=basket_id,
        canteen=names.get(canteen_id, ""),
        canteen_id=canteen_id,
        fund=say(FUNDS, fund, page.speech),
        fund_code=fund,
        funds=options(FUNDS, page.speech),
        others=others if len(others) > 1 else [],
        lines=tuple(_line(page.speech, line, place) for place, line in enumerate(found["lines"])) if found else (),
        total=write.money(found["amount_fen"]) if found else "",
        rules=rules,
        requisition_id=str(new_id()),
        wanted_on=_asked_day(page, today) or (today + timedelta(days=WANTED_DAYS)).isoformat(),
        wanted_from=_asked_hour(page, "wanted_from"),
        wanted_until=_asked_hour(page, "wanted_until"),
        limit=limit,
        budgets=tuple(budget_line(page.speech, one) for one in found["budgets"]) if found else (),
        catalogue_url=f"/catalogue?counts_for={canteen_id}",
        again_url=f"/standing-orders/new?canteen={canteen_id}",
    )


def _asked_day(page: Page, today: date) -> str:
    """Give the day that the address names, as a standing order's draft does; empty where it is none to come."""
    try:
        asked = date.fromisoformat(page.asked("wanted_on"))
    except ValueError:
        return ""
    return asked.isoformat() if asked >= today else ""


def _asked_hour(page: Page, name: str) -> str:
    try:
        return f"{time.fromisoformat(page.asked(name)):%H:%M}"
    except ValueError:
        return ""


def _line(speech: Speech, line: dict[str, Any], place: int) -> BasketLine:
    marks = [Mark(say(WARNINGS, warning, speech), "bad") for warning in line["warnings"]]
    if line.get("left_quantity") is not None:
        left = write.quantity(line["left_quantity"], line["measure"], speech, line["unit_name"])
        marks.append(Mark(speech(N_("Left: %(left)s"), left=left), "warn"))
    return BasketLine(
        url=f"/listings/{line['listing_id']}",
        name=line["name"],
        supplier=line["supplier_name"],
        origin=short_county(line["origin_county_code"]),
        marks=tuple(marks),
        price=write.money(line["price_fen"]),
        unit=line["unit_name"],
        listing_id=line["listing_id"],
        version=line["current_version"],
        measure=line["measure"],
        field=f"quantity-{place}",
        quantity=plain_quantity(speech, line["quantity"], line["measure"]),
        quantity_unit=quantity_unit(speech, line["measure"], line["unit_name"]),
        amount=write.money(line["amount_fen"]),
    )


async def _moves(page: Page, basket_id: str, basket: dict[str, Any]) -> tuple[RuleMove, ...]:
    """Ask what the basket does to the share under each rule; nothing when that cannot be told now."""
    preview = await page.ask_or({"rules": []}, "preview_quota", basket_id=basket_id)
    names = [line["name"] for line in basket["lines"]]
    flags = preview.get("flags", [])
    return tuple(rule_move(page.speech, rule, names, flags) for rule in preview["rules"])


def rule_move(speech: Speech, rule: dict[str, Any], names: list[str], flags: list[dict[str, Any]]) -> RuleMove:
    """Show what a basket does to one rule's share, and which of its lines that rule may hold for a flag."""
    flagged = {place for one in flags if rule["rule"] in one["held_by"] for place in one["lines"]}
    before, after, rate_bp = rule["before"], rule["after"], rule.get("rate_bp")
    gauge = draw(speech, share_of(after), rate_bp, share_of(before))
    if rate_bp is None:
        says = speech(N_("No percentage is asked; the order of preference applies."))
    else:
        says = speech(
            N_("%(counted)s of %(base)s counts; at least %(rate)s is wanted."),
            counted=write.money(after["counted_fen"]),
            base=write.money(after["base_fen"]),
            rate=write.rate(rate_bp),
        )
    warning = speech(N_("its supplier is flagged: it may be held until that is decided")) if flagged else ""
    reasons = tuple(
        (name, f"{line_reason(speech, line)} · {warning}" if place in flagged else line_reason(speech, line))
        for place, (name, line) in enumerate(zip(names, rule.get("counts", []), strict=False))
    )
    name = rule["name"] if speech.language == "zh" else rule["name_en"] or rule["name"]
    return RuleMove(name, write.share(share_of(before)), write.share(share_of(after)), gauge, says, reasons)


async def add_line(page: Page) -> Response:
    """Put goods into the basket; said twice, it is the same quantity, not twice as much."""
    form = page.form
    canteen_id = _canteen(page, form.value("canteen_id"))
    listing_id, version = form.id("listing_id"), form.pieces("listing_version")
    quantity, new = form.quantity("quantity", form.value("measure")), form.id("basket_id")
    if form.ok and quantity:
        basket_id = basket_of(page.request, canteen_id, str(new))
        found = await _find(page, basket_id)
        lines = _lines_of(found)
        known = next((line for line in lines if line["listing_id"] == str(listing_id)), None)
        if known is None:
            lines.append({"listing_id": str(listing_id), "listing_version": version, "quantity": quantity})
        else:
            known |= {"listing_version": version, "quantity": quantity}
        try:
            basket_id = await _put(page, basket_id, canteen_id, found["fund"] if found else "canteen", lines, found)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, {"quantity": "quantity"})
        else:
            response = page.go(f"/basket?canteen={canteen_id}", "added")
            keep_basket(page.request, response, canteen_id, basket_id)
            return response
    elif form.ok:
        form.wrong("quantity", page.speech(N_("Write how much, more than nothing.")))
    return page.show("anyone/listing.html", await listing_view(page, str(listing_id)))


def _lines_of(found: dict[str, Any] | None) -> list[dict[str, Any]]:
    kept = ("listing_id", "listing_version", "quantity", "tolerance_bp")
    return [{name: line[name] for name in kept} for line in found["lines"]] if found else []


async def _put(
    page: Page,
    basket_id: str,
    canteen_id: str,
    fund: str,
    lines: list[dict[str, Any]],
    found: dict[str, Any] | None,
) -> str:
    """Write the basket whole, at the fair that it was filled at; one that was ordered meanwhile is left for a new one.

    A fair that is over, or that does not sell what was added, is left, and the goods stay.
    """
    content = {"canteen_id": canteen_id, "fund": fund, "lines": lines[:LINES_MAX]}
    fair_id = found["fair_id"] if found else None
    try:
        await page.ask("put_basket", json=content | {"fair_id": fair_id}, basket_id=basket_id)
    except Refused as refused:
        if [error.get("field") for error in refused.errors] == ["fair_id"]:
            fair_id = None
        elif refused.slug == "basket-used":
            basket_id = str(new_id())
        else:
            raise
        await page.ask("put_basket", json=content | {"fair_id": fair_id}, basket_id=basket_id)
    return basket_id


async def change_basket(page: Page) -> Response:
    """Change quantities and the fund; a quantity of nothing takes its line out."""
    form = page.form
    canteen_id = _canteen(page, form.value("canteen_id"))
    basket_id = basket_of(page.request, canteen_id)
    fund = form.choice("fund", FUNDS) or "canteen"
    found = await _find(page, basket_id)
    agreed = {line["listing_id"]: line["tolerance_bp"] for line in _lines_of(found)}
    lines = []
    for place in range(LINES_MAX):
        if f"listing-{place}" not in form.values:
            break
        quantity = form.quantity(f"quantity-{place}", form.value(f"measure-{place}"))
        if quantity:
            listing_id, version = form.id(f"listing-{place}"), form.pieces(f"version-{place}")
            line = {"listing_id": str(listing_id), "listing_version": version, "quantity": quantity}
            lines.append(line | {"tolerance_bp": agreed.get(str(listing_id))})
    if form.ok:
        response = page.go(f"/basket?canteen={canteen_id}", "changed")
        if not lines:
            keep_basket(page.request, response, canteen_id, None)
            return response
        try:
            kept = await _put(page, basket_id, canteen_id, fund, lines, found)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            keep_basket(page.request, response, canteen_id, kept)
            return response
    return page.show("buyer/basket.html", await _view(page, canteen_id, basket_id))


async def send_requisition(page: Page) -> Response:
    """Ask for what is in the basket; below the unit's limit it is ordered at once."""
    form = page.form
    canteen_id = _canteen(page, form.value("canteen_id"))
    basket_id, requisition_id, wanted = form.id("basket_id"), form.id("requisition_id"), form.day("wanted_on")
    hours = {name: form.text(name, most=HOUR_LENGTH, needed=False) or None for name in ("wanted_from", "wanted_until")}
    if form.ok and wanted is not None:
        content = {"basket_id": str(basket_id), "wanted_on": wanted.isoformat(), **hours}
        try:
            made = await page.ask("put_requisition", json=content, requisition_id=requisition_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            done = "ordered" if made["state"] == "placed" else "waiting"
            response = page.go(f"/requisitions/{requisition_id}", done)
            keep_basket(page.request, response, canteen_id, None)
            return response
    return page.show("buyer/basket.html", await _view(page, canteen_id, basket_of(page.request, canteen_id), wanted))
