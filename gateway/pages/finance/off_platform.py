"""Finance records what was bought elsewhere, verifies a claimed origin from above, and attests each month."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.form import Form
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.geography import hunan_counties, read_county, short_county
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import (
    CHANNELS,
    FUNDS,
    PURCHASE_STATES,
    VERDICTS,
    categories,
    options,
    say,
    tone,
)
from shared.contracts.authority import Role
from shared.ids import new_id
from shared.reference import CATEGORIES, category_name

BRIDGE = ("timing", "freight", "not_food")
ELSEWHERE = ("platform_832", "other")
REASON_MAX = 500
INVOICE_FIELDS = {
    "amount_fen": "amount",
    "invoice.number": "invoice",
    "invoice.code": "invoice_code",
    "invoice.total_fen": "invoice_total",
}


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    url: str
    title: str
    state: Mark
    amount: str
    when: str


@dataclass(frozen=True, slots=True)
class PurchasesView:
    new_url: str
    rows: tuple[PurchaseRow, ...]
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True)
class PurchaseFormView:
    id: str
    canteens: list[tuple[str, str]]
    funds: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    counties: tuple[tuple[str, str], ...]
    channels: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PurchaseView:
    seller: str
    state: Mark
    facts: tuple[tuple[str, str], ...]
    verifying: bool
    verify_url: str
    once: str
    outcomes: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AttestationView:
    url: str
    fund: str
    month: str
    canteen: str
    facts: tuple[tuple[str, str], ...]
    attested: str
    timing: str
    freight: str
    not_food: str
    explanation: str


async def show_purchases(page: Page) -> Response:
    """List the off-platform purchases that the reader's seats reach."""
    found = await page.ask("list_off_platform_purchases", query={"cursor": page.asked("cursor")})
    rows = tuple(
        PurchaseRow(
            url=f"/off-platform/{item['id']}",
            title=f"{item['seller']} · {category_name(item['category'], page.language)}",
            state=purchase_mark(page.speech, item["state"]),
            amount=write.money(item["amount_fen"]),
            when=write.day(item["bought_on"], page.language),
        )
        for item in found["items"]
    )
    records = bool(page.seats(Role.BUYER, Role.FINANCE))
    new_url = "/off-platform/new" if records else ""
    return page.show("finance/off_platform_list.html", PurchasesView(new_url, rows, *rest_of(page, found)))


def purchase_mark(speech: Speech, state: str) -> Mark:
    """Give the tag of an off-platform purchase."""
    return Mark(say(PURCHASE_STATES, state, speech), tone(state))


async def show_new_purchase(page: Page) -> Response:
    """Show the form of a purchase made elsewhere."""
    return page.show("finance/off_platform_form.html", await _form_view(page, str(new_id())))


async def _form_view(page: Page, purchase_id: str) -> PurchaseFormView:
    return PurchaseFormView(
        id=purchase_id,
        canteens=await own_canteens(page),
        funds=options(FUNDS, page.speech),
        categories=categories(page.speech),
        counties=hunan_counties(),
        channels=[option for option in options(CHANNELS, page.speech) if option[0] in ELSEWHERE],
    )


async def own_canteens(page: Page) -> list[tuple[str, str]]:
    """List the canteens for which the reader buys, or whose unit's finance they are."""
    own = {str(seat.organisation_id): seat.organisation_name for seat in page.seats(Role.BUYER)}
    for seat in page.seats(Role.FINANCE):
        found = await page.ask("list_canteens", query={"unit": str(seat.organisation_id), "limit": 100})
        own |= {one["id"]: one["name"] for one in found["items"]}
    return sorted(own.items(), key=lambda one: one[1])


async def record_purchase(page: Page) -> Response:
    """Record a purchase made elsewhere."""
    form = page.form
    purchase_id = form.id("purchase_id")
    canteens = [code for code, _ in await own_canteens(page)]
    bought_on = form.day("bought_on")
    content: dict[str, Any] = {
        "canteen_id": form.choice("canteen_id", canteens),
        "fund": form.choice("fund", FUNDS),
        "category": form.choice("category", CATEGORIES),
        "seller": form.text("seller", most=100),
        "invoice": _read_invoice(form),
        "bought_on": bought_on.isoformat() if bought_on else None,
        "amount_fen": form.fen("amount"),
        "channel": form.choice("channel", ELSEWHERE),
    }
    if origin := read_county(form, "origin_county", "origin_code", needed=False):
        content["origin_county"] = origin
    if number := form.text("order_number", most=60, needed=False):
        content["order_number"] = number
    if form.ok:
        try:
            await page.ask("put_off_platform_purchase", json=content, purchase_id=purchase_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, INVOICE_FIELDS)
        else:
            return page.go(f"/off-platform/{purchase_id}", "recorded")
    return page.show("finance/off_platform_form.html", await _form_view(page, str(purchase_id or new_id())))


def _read_invoice(form: Form) -> dict[str, Any]:
    invoice: dict[str, Any] = {"number": form.text("invoice", most=32)}
    if code := form.text("invoice_code", most=32, needed=False):
        invoice["code"] = code
    if (total := form.fen("invoice_total", needed=False)) is not None:
        invoice["total_fen"] = total
    return invoice


async def show_purchase(page: Page) -> Response:
    """Show a purchase, and to finance above its unit the verification."""
    return page.show("finance/off_platform.html", await _purchase_view(page))


async def _purchase_view(page: Page) -> PurchaseView:
    found, speech = await page.ask("get_off_platform_purchase", purchase_id=page.part("purchase_id")), page.speech
    listed = await page.ask("list_canteens", query={"unit": found["unit_id"], "limit": 100})
    canteen = next((one for one in listed["items"] if one["id"] == found["canteen_id"]), None)
    own = [seat.path for seat in page.seats(Role.FINANCE) if seat.path]
    above = canteen is not None and any(_is_above(path, canteen["unit_path"]) for path in own)
    return PurchaseView(
        seller=found["seller"],
        state=purchase_mark(speech, found["state"]),
        facts=_facts(speech, found, canteen["name"] if canteen else write.NOTHING),
        verifying=above and found["state"] == "claimed",
        verify_url=f"/off-platform/{found['id']}/verification",
        once=str(new_id()),
        outcomes=options(VERDICTS, speech),
    )


def _is_above(path: str, other: str) -> bool:
    return other.startswith(path) and other != path


def _facts(speech: Speech, found: dict[str, Any], canteen: str) -> tuple[tuple[str, str], ...]:
    origin = found.get("origin_county")
    rows = [
        (speech(N_("Canteen")), canteen),
        (speech(N_("Amount")), write.money(found["amount_fen"])),
        (speech(N_("Category")), category_name(found["category"], speech.language)),
        (speech(N_("Bought on")), write.day(found["bought_on"], speech.language)),
        (speech(N_("Invoice number")), (found["invoice"] or found["receipt"])["number"]),
        (speech(N_("Paid from")), say(FUNDS, found["fund"], speech)),
        (speech(N_("Bought through")), say(CHANNELS, found["channel"], speech)),
        (speech(N_("Origin county")), short_county(origin) if origin else speech(N_("Not known"))),
    ]
    if found.get("order_number"):
        rows.append((speech(N_("Order number on that platform")), found["order_number"]))
    if verification := found.get("verification"):
        rows.append((speech(N_("Verification")), say(VERDICTS, verification["outcome"], speech)))
        rows.append((speech(N_("Reason")), verification["reason"]))
    return tuple(rows)


async def verify_purchase(page: Page) -> Response:
    """Record what a unit above found about a claimed origin."""
    form, purchase_id = page.form, page.part("purchase_id")
    content = {"outcome": form.choice("outcome", VERDICTS), "reason": form.text("reason", most=REASON_MAX)}
    if form.ok:
        try:
            once = form.value("once")
            await page.ask("verify_off_platform_purchase", json=content, once=once, purchase_id=purchase_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go(f"/off-platform/{purchase_id}", "verified")
    return page.show("finance/off_platform.html", await _purchase_view(page))


async def show_attestation(page: Page) -> Response:
    """Show the form of a month's attestation, with what was attested before."""
    return page.show("finance/attestation.html", await _attestation_view(page, page.asked("fund", "canteen")))


async def _attestation_view(page: Page, fund: str) -> AttestationView:
    canteen, year, month = page.part("canteen_id"), int(page.part("year")), int(page.part("month"))
    if not 1 <= month <= 12:
        raise Refused(404, page.speech(N_("There is no such month.")))
    known = await page.ask_or(None, "get_attestation", query={"fund": fund}, canteen_id=canteen, year=year, month=month)
    name = next((text for code, text in await own_canteens(page) if code == canteen), "")

    bridge = known["bridge"] if known else {}

    def typed(field: str) -> str:
        return write.plain_money(bridge[field]) if bridge.get(field) else ""

    return AttestationView(
        url=f"/attestations/{canteen}/{year}/{month}",
        fund=fund if fund in FUNDS else "canteen",
        month=write.month(year, month, page.language),
        canteen=name,
        facts=_attested_facts(page.speech, fund, known),
        attested=write.plain_money(known["farm_produce_fen"]) if known else "",
        timing=typed("timing_fen"),
        freight=typed("freight_fen"),
        not_food=typed("not_food_fen"),
        explanation=known.get("explanation", "") if known else "",
    )


def _attested_facts(speech: Speech, fund: str, known: dict[str, Any] | None) -> tuple[tuple[str, str], ...]:
    rows = [(speech(N_("Paid from")), say(FUNDS, fund, speech))]
    if known:
        rows.append((speech(N_("In the ledger to this month")), write.money(known["ledger_fen"])))
        when = write.moment(known["attested_at"], speech.language)
        rows.append((speech(N_("Attested before")), f"{write.money(known['farm_produce_fen'])} · {when}"))
    return tuple(rows)


async def attest(page: Page) -> Response:
    """Attest a month, year to date."""
    form, fund = page.form, page.form.value("fund", "canteen")
    path: dict[str, Any] = {name: page.part(name) for name in ("canteen_id", "year", "month")}
    content = {
        "fund": fund,
        "farm_produce_fen": form.fen("attested"),
        "bridge": {f"{name}_fen": form.signed_fen(name) or 0 for name in BRIDGE},
        "explanation": form.text("explanation", most=REASON_MAX, needed=False),
    }
    if form.ok:
        try:
            await page.ask("put_attestation", json=content, **path)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, {"farm_produce_fen": "attested", **{f"{name}_fen": name for name in BRIDGE}})
        else:
            return page.go(f"/statements/{path['canteen_id']}?year={path['year']}", "attested")
    return page.show("finance/attestation.html", await _attestation_view(page, fund))
