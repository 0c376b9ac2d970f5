"""Anybody sees which events of selling there are, who takes part, what is shown and what came of it (展销会)."""

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.anyone.catalogue import Card, card
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Link, Mark
from gateway.pages.kit.key_counties import key_counties
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import FAIR_ENTRIES, FAIR_KINDS, FAIR_STATES, SUPPLIER_KINDS, options, say
from shared.contracts.authority import Role

SHOWN = 24
SHELF = (Role.SUPPLIER, Role.SELLER, Role.HELPER)
NOTE_MAX = 500
JOINABLE = ("announced", "open")
TONES = {"announced": "warn", "open": "good", "cancelled": "bad", "admitted": "good", "asked": "warn", "refused": "bad"}


@dataclass(frozen=True, slots=True)
class FairRow:
    url: str
    name: str
    state: Mark
    when: str


@dataclass(frozen=True, slots=True)
class FairsView:
    states: list[tuple[str, str]]
    state: str
    rows: tuple[FairRow, ...]
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True)
class Part:
    """How one of the reader's suppliers stands with an event."""

    supplier_id: str
    name: str
    state: Mark | None
    reason: str
    may_ask: bool
    may_leave: bool
    may_show: bool
    goods: tuple[tuple[str, str, bool], ...]
    """Of each thing on sale: its id, its name and price, whether it is shown at the event."""


@dataclass(frozen=True, slots=True)
class FairView:
    id: str
    name: str
    state: Mark
    facts: tuple[tuple[str, str], ...]
    stream: str
    description: str
    taking_part: tuple[Link, ...]
    cards: tuple[Card, ...]
    results: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]


async def show_fairs(page: Page) -> Response:
    """List events, the last to begin first."""
    state = page.asked("state") if page.asked("state") in FAIR_STATES else ""
    found = await page.ask("list_fairs", query={"state": state, "limit": 50, "cursor": page.asked("cursor")})
    states = [("", page.speech(N_("All"))), *(one for one in options(FAIR_STATES, page.speech) if one[0] != "draft")]
    rows = tuple(
        FairRow(f"/fairs/{one['fair_id']}", one["name"], fair_mark(one["state"], page.speech), _when(page.speech, one))
        for one in found["items"]
    )
    return page.show("anyone/fairs.html", FairsView(states, state, rows, *rest_of(page, found)), known_as="/fairs")


def fair_mark(state: str, speech: Speech) -> Mark:
    """Give the tag of an event's state."""
    return Mark(say(FAIR_STATES, state, speech), TONES.get(state, "calm"))


def _when(speech: Speech, one: dict[str, Any]) -> str:
    days = f"{write.day(one['begins_on'], speech.language)} – {write.day(one['ends_on'], speech.language)}"
    return f"{days} · {one['place']}"


async def show_fair(page: Page) -> Response:
    """Show an event, and to a supplier the way to take part."""
    return await _show(page)


async def _show(page: Page) -> Response:
    fair_id, speech = page.part("fair_id"), page.speech
    nothing: dict[str, Any] = {"items": []}
    found, shown, results, keys = await asyncio.gather(
        page.ask("get_fair", fair_id=fair_id),
        page.ask_or(nothing, "list_showcase", query={"limit": SHOWN}, fair_id=fair_id),
        page.ask_or(None, "get_fair_results", fair_id=fair_id),
        key_counties(page),
    )
    view = FairView(
        id=found["fair_id"],
        name=found["name"],
        state=fair_mark(found["state"], speech),
        facts=(
            (speech(N_("Kind")), say(FAIR_KINDS, found["kind"], speech)),
            (speech(N_("When and where")), _when(speech, found)),
            (speech(N_("County")), found["county_name"]),
            *(((speech(N_("Why")), found["reason"]),) if found["reason"] else ()),
        ),
        stream=found["stream_url"] or "",
        description=found["description"],
        taking_part=tuple(
            Link(
                f"/suppliers/{one['supplier_id']}",
                f"{one['supplier_name']} · {say(SUPPLIER_KINDS, one['supplier_kind'], speech)}",
            )
            for one in found["suppliers"]
            if one["state"] == "admitted"
        ),
        cards=tuple(card(speech, item, keys) for item in shown["items"]),
        results=_results(speech, results) if results and found["state"] in ("open", "closed", "reported") else (),
        parts=await _parts(page, found, {item["listing_id"] for item in shown["items"]}),
    )
    crumbs = (("/fairs", speech(N_("Fairs"))),)
    known_as = f"/fairs/{fair_id}" if page.request.method == "GET" else ""
    return page.show("anyone/fair.html", view, crumbs=crumbs, known_as=known_as)


def _results(speech: Speech, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return (
        (str(found["suppliers"]), speech(N_("suppliers took part"))),
        (str(found["canteens"]), speech(N_("canteens bought"))),
        (write.money(found["orders"]["amount_fen"]), speech(N_("accepted by canteens, less returns"))),
        (write.money(found["walk_in"]["amount_fen"]), speech(N_("sold to walk-in buyers, confirmed"))),
    )


async def _parts(page: Page, found: dict[str, Any], shown: set[str]) -> tuple[Part, ...]:
    """Tell how each of the reader's suppliers stands, and what it may do."""
    known = {one["supplier_id"]: one for one in found["suppliers"]}
    open_still = found["state"] in JOINABLE
    parts = []
    for supplier_id, name in {str(seat.organisation_id): seat.organisation_name for seat in page.seats(*SHELF)}.items():
        entry = known.get(supplier_id)
        state = entry["state"] if entry else ""
        if not open_still and not entry:
            continue
        may_show = state == "admitted" and open_still
        goods = await _goods(page, supplier_id, shown) if may_show else ()
        parts.append(
            Part(
                supplier_id=supplier_id,
                name=name,
                state=Mark(say(FAIR_ENTRIES, state, page.speech), TONES.get(state, "calm")) if state else None,
                reason=(entry or {}).get("reason") or "",
                may_ask=open_still and state in ("", "refused", "left"),
                may_leave=open_still and state in ("asked", "admitted"),
                may_show=may_show,
                goods=goods,
            )
        )
    return tuple(parts)


async def _goods(page: Page, supplier_id: str, shown: set[str]) -> tuple[tuple[str, str, bool], ...]:
    found = await page.ask_or({"items": []}, "search_listings", query={"supplier": supplier_id, "limit": 100})
    return tuple(
        (
            one["listing_id"],
            f"{one['name']} {write.money(one['price_fen'])} / {one['unit_name']}",
            one["listing_id"] in shown,
        )
        for one in found["items"]
    )


def _own_supplier(page: Page) -> str:
    """Read for which of the reader's suppliers a form is; the catalog refuses any other."""
    supplier_id = page.form.id("supplier_id")
    return str(supplier_id or "")


async def take_part(page: Page) -> Response:
    """Ask to take part, or leave."""
    form, supplier_id = page.form, _own_supplier(page)
    wish = form.choice("wish", ("ask", "leave"))
    note = form.text("note", most=NOTE_MAX, needed=False)
    if form.ok:
        ids = page.part("fair_id")
        try:
            content = {"wish": wish, "note": note}
            await page.ask("put_fair_supplier", json=content, fair_id=ids, supplier_id=supplier_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go(f"/fairs/{ids}", "sent" if wish == "ask" else "fair_left")
    return await _show(page)


async def show_goods(page: Page) -> Response:
    """Choose what of a supplier's goods is shown at the event."""
    form, supplier_id, fair_id = page.form, _own_supplier(page), page.part("fair_id")
    chosen = [name.removeprefix("show-") for name in form.values if name.startswith("show-")]
    if form.ok:
        try:
            content = {"listing_ids": chosen}
            await page.ask("put_showcase", json=content, fair_id=fair_id, supplier_id=supplier_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go(f"/fairs/{fair_id}", "saved")
    return await _show(page)
