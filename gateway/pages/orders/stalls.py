"""What is sold at a stall of a fair is told by its seller and confirmed by the canteen's buyer, each on one page."""

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import FUNDS, options, say
from gateway.pages.orders.sending import REASON_MAX
from gateway.pages.orders.weighing import LOT_MAX, Figure, read_lines
from gateway.pages.views.goods import quantity_unit
from shared.contracts.authority import SUPPLIER_ROLES, Role
from shared.ids import new_id

FAIRS_MAX, CANTEENS_MAX, GOODS_MAX = 50, 100, 24
SOLD_AT = ("open", "closed")
STATES = {
    "waiting": (N_("Waits for the canteen"), "warn"),
    "approving": (N_("Waits for approval"), "warn"),
    "confirmed": (N_("Confirmed"), "good"),
    "denied": (N_("The canteen says that it was not so"), "bad"),
    "refused": (N_("Not approved"), "bad"),
    "withdrawn": (N_("Taken back"), "bad"),
    "expired": (N_("Not answered in time"), "bad"),
}


@dataclass(frozen=True, slots=True)
class SaleRow:
    url: str
    title: str
    state: Mark
    sold: str
    amount: str


@dataclass(frozen=True, slots=True)
class SalesView:
    rows: tuple[SaleRow, ...]
    stalls: tuple[tuple[str, str], ...]
    """For a seller, the ways to tell a sale, by the name of each business."""
    empty: str
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True)
class SoldGoods:
    id: str
    name: str
    version: str
    measure: str
    price: str
    unit: str


@dataclass(frozen=True, slots=True)
class StallView:
    here: str
    fairs: tuple[tuple[str, str], ...]
    fair_id: str
    fair: str
    sale_id: str
    canteens: tuple[tuple[str, str], ...]
    funds: list[tuple[str, str]]
    goods: tuple[SoldGoods, ...]
    day: str


@dataclass(frozen=True, slots=True)
class SoldLine:
    id: str
    name: str
    quantity: str
    plain_quantity: int
    price: str
    amount: str


@dataclass(frozen=True, slots=True)
class SaleView:
    id: str
    title: str
    state: Mark
    facts: tuple[tuple[str, str], ...]
    lines: tuple[SoldLine, ...]
    amount: str
    plain_amount: int
    answers: bool
    takes_back: bool
    order_url: str
    again_url: str
    once: str


def _mark(speech: Speech, state: str) -> Mark:
    text, tone = STATES[state]
    return Mark(speech(text), tone)


async def show_sales(page: Page) -> Response:
    """List sales at fairs that the reader's seats reach."""
    found = await page.ask("list_on_site_sales", query={"cursor": page.asked("cursor")})
    sells = bool(page.seats(*SUPPLIER_ROLES))
    rows = tuple(
        SaleRow(
            url=f"/on-site/{one['on_site_sale_id']}",
            title=f"{(one['canteen'] if sells else one['supplier'])['name']} · {one['first_name']}",
            state=_mark(page.speech, one["state"]),
            sold=write.day(one["sold_on"], page.language),
            amount=write.money(one["amount_fen"]),
        )
        for one in found["items"]
    )
    stalls = {str(seat.organisation_id): seat.organisation_name for seat in page.seats(*SUPPLIER_ROLES)}
    ways = tuple((f"/supplier/{supplier_id}/on-site", name) for supplier_id, name in sorted(stalls.items()))
    empty = N_("What your canteen buys at a stall of a fair stands here, for you to confirm.")
    if sells:
        empty = N_("What you sell at a stall of a fair stands here. The canteen confirms it, and it is an order.")
    return page.show("orders/stall_sales.html", SalesView(rows, ways, page.speech(empty), *rest_of(page, found)))


async def show_stall(page: Page) -> Response:
    """Ask at which fair, and then what was sold to whom."""
    return page.show("orders/stall.html", await _stall_view(page, page.asked("fair")))


async def _stall_view(page: Page, fair_id: str) -> StallView:
    supplier_id, speech = page.part("supplier_id"), page.speech
    here = f"/supplier/{supplier_id}/on-site"
    found = await asyncio.gather(
        *(page.ask("list_fairs", query={"state": state, "limit": FAIRS_MAX}) for state in SOLD_AT)
    )
    fairs = {one["fair_id"]: one for part in found for one in part["items"]}
    chosen = fairs.get(fair_id)
    canteens: dict[str, Any] = {"items": []}
    goods: dict[str, Any] = {"items": []}
    if chosen is not None:
        canteens, goods = await asyncio.gather(
            page.ask("list_canteens", query={"below": chosen["unit_id"], "limit": CANTEENS_MAX}),
            page.ask("search_listings", query={"supplier": supplier_id, "state": "published", "limit": GOODS_MAX}),
        )
    return StallView(
        here=here,
        fairs=tuple((one["fair_id"], f"{one['name']} · {_days(page, one)}") for one in fairs.values()),
        fair_id=fair_id if chosen else "",
        fair=chosen["name"] if chosen else "",
        sale_id=page.form.value("sale_id") or str(new_id()),
        canteens=tuple((one["id"], f"{one['name']} · {one['unit_name']}") for one in canteens["items"]),
        funds=options(FUNDS, speech),
        goods=tuple(
            SoldGoods(
                id=one["listing_id"],
                name=one["name"],
                version=str(one["published_version"] or one["listing_version"]),
                measure=one["measure"],
                price=f"{write.money(one['price_fen'])} / {one['unit_name']}",
                unit=quantity_unit(speech, one["measure"], one["unit_name"]),
            )
            for one in goods["items"]
        ),
        day=today(page).isoformat(),
    )


def _days(page: Page, fair: dict[str, Any]) -> str:
    return f"{write.short_day(fair['begins_on'], page.language)}–{write.short_day(fair['ends_on'], page.language)}"


async def enter(page: Page) -> Response:
    """Tell what was sold; the same sent again is one sale."""
    form, fair_id = page.form, page.form.value("fair_id")
    figures = read_lines(page, needed=False)
    sale_id, canteen_id, sold_on = form.id("sale_id"), form.choice("canteen_id", _sent(page)), form.day("day")
    fund = form.choice("fund", FUNDS)
    lines = [_told(page, one) for one in figures]
    if form.ok:
        content = {
            "supplier_id": page.part("supplier_id"),
            "fair_id": fair_id,
            "canteen_id": canteen_id,
            "fund": fund,
            "sold_on": sold_on.isoformat() if sold_on else None,
            "lines": lines,
            "note": form.text("note", most=REASON_MAX, needed=False),
        }
        try:
            await page.ask("put_on_site_sale", json=content, on_site_sale_id=sale_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            _take(page, refused, figures)
        else:
            return page.go(f"/on-site/{sale_id}", "told")
    return page.show("orders/stall.html", await _stall_view(page, fair_id))


def _sent(page: Page) -> tuple[str, ...]:
    """Give the canteen that was chosen: whether it exists is for the order service to say."""
    chosen = page.form.value("canteen_id").strip()
    return (chosen,) if chosen else ()


def _told(page: Page, one: Figure) -> dict[str, Any]:
    form, place = page.form, one.place
    line = {
        "listing_id": one.line_id,
        "listing_version": form.pieces(f"version-{place}"),
        "price_fen": form.fen(f"price-{place}", needed=False),
        "lot_number": form.text(f"lot-{place}", most=LOT_MAX, needed=False),
    }
    if one.gross_grams is None:
        return line | {"quantity": one.quantity}
    return line | {"gross_grams": one.gross_grams, "tare_grams": one.tare_grams}


def _take(page: Page, refused: Refused, figures: list[Figure]) -> None:
    """Note a refusal; its lines are those that were sold, the form's are all goods."""
    own = {"price_fen": "price", "gross_grams": "gross", "tare_grams": "tare", "lot_number": "lot"}
    for error in refused.errors:
        parts = str(error.get("field", "")).split(".")
        if len(parts) > 1 and parts[0] == "lines" and parts[1].isdecimal() and int(parts[1]) < len(figures):
            error["field"] = f"{own.get(parts[-1], 'amount')}-{figures[int(parts[1])].place}"
    page.form.take(refused, {"sold_on": "day"})


async def show_sale(page: Page) -> Response:
    """Show one sale, and what the reader can answer."""
    return page.show("orders/stall_sale.html", await _sale_view(page))


async def _sale_view(page: Page) -> SaleView:
    found, speech = await page.ask("get_on_site_sale", on_site_sale_id=page.part("sale_id")), page.speech
    state, steps = found["state"], found["open_steps"]
    facts = [
        (speech(N_("Supplier")), found["supplier"]["name"]),
        (speech(N_("Canteen")), found["canteen"]["name"]),
        (speech(N_("Sold on")), write.day(found["sold_on"], page.language)),
        (speech(N_("Paid from")), say(FUNDS, found["fund"], speech)),
        (speech(N_("Told by")), found["entered_by_name"]),
    ]
    if found["note"]:
        facts.append((speech(N_("Note")), found["note"]))
    if state == "waiting":
        facts.append((speech(N_("Answer until")), write.moment(found["due_at"], page.language)))
    if found["reason"]:
        facts.append((speech(N_("Reason")), found["reason"]))
    sells = page.is_seated(found["supplier"]["id"], *SUPPLIER_ROLES)
    lines = tuple(
        SoldLine(
            id=line["listing_id"],
            name=line["name"],
            quantity=write.quantity(line["quantity"], line["measure"], speech, line["unit_name"]),
            plain_quantity=line["quantity"],
            price=f"{write.money(line['price_fen'])} / {line['unit_name']}",
            amount=write.money(line["amount_fen"]),
        )
        for line in found["lines"]
    )
    return SaleView(
        id=found["on_site_sale_id"],
        title=f"{found['supplier']['name']} · {found['first_name']}",
        state=_mark(speech, state),
        facts=tuple(facts),
        lines=lines,
        amount=write.money(found["amount_fen"]),
        plain_amount=found["amount_fen"],
        answers=state == "waiting" and not sells and page.is_seated(found["canteen"]["id"], Role.BUYER),
        takes_back=sells and "withdraw" in steps,
        order_url=f"/orders/{found['order_id']}" if found["order_id"] else "",
        again_url=f"/supplier/{found['supplier']['id']}/on-site?fair={found['fair_id']}" if sells else "",
        once=str(new_id()),
    )


async def confirm_sale(page: Page) -> Response:
    """Stand, as the buyer, by what was read on the page: its figures are sent along."""
    form, lines, place = page.form, [], 0
    while f"line-{place}" in form.values:
        lines.append({"listing_id": str(form.id(f"line-{place}")), "quantity": form.pieces(f"quantity-{place}")})
        place += 1
    content = {"amount_fen": form.pieces("amount_fen"), "lines": lines}
    return await _answer(page, "confirm_on_site_sale", content, "sale_confirmed")


async def deny_sale(page: Page) -> Response:
    """Say, as the buyer, that it was not so."""
    content = {"reason": page.form.text("reason", most=REASON_MAX)}
    return await _answer(page, "deny_on_site_sale", content, "sale_denied")


async def withdraw_sale(page: Page) -> Response:
    """Take back, as the seller, what nobody confirmed."""
    content = {"reason": page.form.text("reason", most=REASON_MAX)}
    return await _answer(page, "withdraw_on_site_sale", content, "sale_withdrawn")


async def _answer(page: Page, operation: str, content: dict[str, Any], done: str) -> Response:
    form, sale_id = page.form, page.part("sale_id")
    if form.ok:
        try:
            await page.ask(operation, json=content, once=form.value("once"), on_site_sale_id=sale_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go(f"/on-site/{sale_id}", done)
    return page.show("orders/stall_sale.html", await _sale_view(page))
