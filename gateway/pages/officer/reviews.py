"""A federation's officer reads who and what waits, with its documents and photos, and decides with a reason."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.geography import short_county
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import GROUNDS, LISTING_OUTCOMES, REVIEWS_WITHHELD, SUPPLIER_OUTCOMES, options, say
from gateway.pages.views.businesses import (
    DocumentRow,
    ReviewRow,
    document_rows,
    review_rows,
    state_mark,
    supplier_facts,
)
from gateway.pages.views.goods import listing_facts, listing_mark, photo_urls
from shared.ids import new_id

NEXT_STEPS = {
    "applied": ("recommend", N_("Yours to recommend or return.")),
    "recommended": ("admit", N_("Yours to admit or return.")),
}
"""What leads to admission, by the state from which it does, and what is said to whose step it is."""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    url: str
    title: str
    state: Mark
    when: str
    next: str = ""


@dataclass(frozen=True, slots=True)
class QueueView:
    suppliers: tuple[WaitingRow, ...]
    listings: tuple[WaitingRow, ...]
    for_others: tuple[WaitingRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewView:
    name: str
    state: Mark
    facts: tuple[tuple[str, str], ...]
    documents: tuple[DocumentRow, ...]
    photos: tuple[str, ...]
    description: str
    reviews: tuple[ReviewRow, ...]
    url: str
    once: str
    outcomes: list[tuple[str, str]]
    grounds: list[tuple[str, str]]
    notes: tuple[str, ...] = ()


async def show_queue(page: Page) -> Response:
    """List what waits for this officer, and what of its area waits for another."""
    waiting: list[dict[str, Any]] = []
    for state in ("recommended", "applied"):
        waiting += (await page.ask("list_suppliers", query={"state": state, "limit": 50}))["items"]
    listings = (await page.ask("search_listings", query={"state": "submitted", "limit": 50}))["items"]
    view = QueueView(
        tuple(_supplier_row(page, item) for item in waiting if _let_in(item) == ""),
        tuple(_listing_row(page, i) for i in listings),
        tuple(_supplier_row(page, item) for item in waiting if _let_in(item)),
    )
    return page.show("officer/review_queue.html", view)


def _let_in(item: dict[str, Any]) -> str | None:
    """Tell why the next step to admission is for another officer: empty where it is this one's, None if none is."""
    wanted, _ = NEXT_STEPS.get(item["state"], ("", ""))
    for step in item.get("review_steps") or ():
        if step["outcome"] == wanted:
            return str(step["withheld"] or "")
    return None


async def show_suppliers(page: Page) -> Response:
    """List every supplier that the officer may read."""
    found = await page.ask("list_suppliers", query={"limit": 100, "cursor": page.asked("cursor")})
    return page.show(
        "officer/review_queue.html", QueueView(tuple(_supplier_row(page, item) for item in found["items"]), ())
    )


def _supplier_row(page: Page, item: dict[str, Any]) -> WaitingRow:
    when = f"{short_county(item['county_code'])} {write.day(item.get('applied_at'), page.language)}"
    url = f"/review/suppliers/{item['supplier_id']}"
    return WaitingRow(url, item["name"], state_mark(item["state"], page.speech), when.strip(" —"), _next(page, item))


def _next(page: Page, item: dict[str, Any]) -> str:
    """Say what the officer may do towards admission, or why another does it."""
    withheld = _let_in(item)
    if withheld is None:
        return ""
    if withheld:
        return say(REVIEWS_WITHHELD, withheld, page.speech)
    return page.speech(NEXT_STEPS[item["state"]][1])


def _listing_row(page: Page, item: dict[str, Any]) -> WaitingRow:
    when = f"{item.get('supplier_name', '')} · {write.money(item['price_fen'])} / {item['unit_name']}"
    url = f"/review/listings/{item['listing_id']}"
    return WaitingRow(url, item["name"], listing_mark(item.get("state", "submitted"), page.speech), when)


async def show_supplier(page: Page) -> Response:
    """Show a supplier with all that it filed."""
    return page.show("officer/review_supplier.html", await _supplier_view(page))


async def _supplier_view(page: Page) -> ReviewView:
    found, speech = await page.ask("get_supplier", supplier_id=page.part("supplier_id")), page.speech
    steps = found.get("review_steps") or []
    open_to = [step["outcome"] for step in steps if step["withheld"] is None]
    return ReviewView(
        name=found["name"],
        state=state_mark(found["state"], speech),
        facts=supplier_facts(speech, found),
        documents=document_rows(speech, found),
        photos=(),
        description="",
        reviews=review_rows(speech, found.get("reviews", []), SUPPLIER_OUTCOMES),
        url=f"/review/suppliers/{found['supplier_id']}",
        once=str(new_id()),
        outcomes=_outcomes(found["state"], speech, open_to),
        grounds=options(GROUNDS, speech) if "revoke" in open_to else [],
        notes=_notes(found["state"], speech, steps),
    )


def _outcomes(state: str, speech: Speech, open_to: list[str]) -> list[tuple[str, str]]:
    """Offer what this officer may decide; to admit again what is suspended is called what it is."""
    words = {**SUPPLIER_OUTCOMES, "admit": N_("Lift the suspension")} if state == "suspended" else SUPPLIER_OUTCOMES
    return [option for option in options(words, speech) if option[0] in open_to]


def _notes(state: str, speech: Speech, steps: list[dict[str, Any]]) -> tuple[str, ...]:
    """Say why what is not offered is for another, or for later."""
    notes = [say(REVIEWS_WITHHELD, slug, speech) for slug in dict.fromkeys(s["withheld"] for s in steps) if slug]
    if state == "applied":
        notes.append(speech(N_("First an officer recommends; then another, of a level above, admits.")))
    return tuple(notes)


async def review_supplier(page: Page) -> Response:
    """Record a decision about a supplier."""
    form = page.form
    outcome = form.choice("outcome", SUPPLIER_OUTCOMES)
    content: dict[str, Any] = {"outcome": outcome, "reason": form.text("reason", most=1000, needed=_asks(outcome))}
    if outcome == "revoke":
        content["ground"] = form.choice("ground", GROUNDS)
        effective = form.day("effective_from", needed=False)
        content["effective_from"] = effective.isoformat() if effective else None
    if form.ok:
        try:
            supplier_id = page.part("supplier_id")
            await page.ask("review_supplier", json=content, once=form.value("once"), supplier_id=supplier_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go("/review", "reviewed")
    return page.show("officer/review_supplier.html", await _supplier_view(page))


async def show_listing(page: Page) -> Response:
    """Show a product with its photos."""
    return page.show("officer/review_supplier.html", await _listing_view(page))


async def _listing_view(page: Page) -> ReviewView:
    found, speech = await page.ask("get_listing", listing_id=page.part("listing_id")), page.speech
    state = found.get("state", "published")
    return ReviewView(
        name=found["name"],
        state=listing_mark(state, speech),
        facts=((speech(N_("Supplier")), found["supplier_name"]), *listing_facts(speech, found)),
        documents=(),
        photos=photo_urls(found),
        description=found.get("description") or "",
        reviews=review_rows(speech, found.get("reviews", []), LISTING_OUTCOMES),
        url=f"/review/listings/{found['listing_id']}",
        once=str(new_id()),
        outcomes=[option for option in options(LISTING_OUTCOMES, speech) if option[0] in found.get("open_steps", [])],
        grounds=[],
    )


async def review_listing(page: Page) -> Response:
    """Record a decision about a product."""
    form = page.form
    outcome = form.choice("outcome", LISTING_OUTCOMES)
    content = {"outcome": outcome, "reason": form.text("reason", most=1000, needed=_asks(outcome))}
    if form.ok:
        try:
            listing_id = page.part("listing_id")
            await page.ask("review_listing", json=content, once=form.value("once"), listing_id=listing_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go("/review", "reviewed")
    return page.show("officer/review_supplier.html", await _listing_view(page))


def _asks(outcome: str | None) -> bool:
    """Tell whether an outcome asks for a reason."""
    return outcome not in ("recommend", "admit", "publish")
