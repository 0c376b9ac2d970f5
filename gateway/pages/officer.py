"""A federation's officer reads who and what waits, with its documents and photos, and decides with a reason."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages import write
from gateway.pages.asking import Refused
from gateway.pages.frame import Mark
from gateway.pages.geography import short_county
from gateway.pages.language import N_
from gateway.pages.page import Page
from gateway.pages.supplier import (
    DocumentRow,
    ReviewRow,
    document_rows,
    review_rows,
    state_mark,
    supplier_facts,
)
from gateway.pages.supplier_listings import listing_facts, listing_mark, photo_urls
from gateway.pages.words import GROUNDS, LISTING_OUTCOMES, SUPPLIER_OUTCOMES, options
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class WaitingRow:
    url: str
    title: str
    state: Mark
    when: str


@dataclass(frozen=True, slots=True)
class QueueView:
    suppliers: tuple[WaitingRow, ...]
    listings: tuple[WaitingRow, ...]


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


async def show_queue(page: Page) -> Response:
    """List what waits for this officer."""
    waiting: list[dict[str, Any]] = []
    for state in ("applied", "recommended"):
        waiting += (await page.ask("list_suppliers", query={"state": state, "limit": 50}))["items"]
    listings = (await page.ask("search_listings", query={"state": "submitted", "limit": 50}))["items"]
    view = QueueView(
        tuple(_supplier_row(page, item) for item in waiting), tuple(_listing_row(page, i) for i in listings)
    )
    return page.show("review_queue.html", view)


async def show_suppliers(page: Page) -> Response:
    """List every supplier that the officer may read."""
    found = await page.ask("list_suppliers", query={"limit": 100, "cursor": page.asked("cursor")})
    return page.show("review_queue.html", QueueView(tuple(_supplier_row(page, item) for item in found["items"]), ()))


def _supplier_row(page: Page, item: dict[str, Any]) -> WaitingRow:
    when = f"{short_county(item['county_code'])} {write.day(item.get('applied_at'), page.language)}"
    url = f"/review/suppliers/{item['supplier_id']}"
    return WaitingRow(url, item["name"], state_mark(item["state"], page.speech), when.strip(" —"))


def _listing_row(page: Page, item: dict[str, Any]) -> WaitingRow:
    when = f"{item.get('supplier_name', '')} · {write.money(item['price_fen'])} / {item['unit_name']}"
    url = f"/review/listings/{item['listing_id']}"
    return WaitingRow(url, item["name"], listing_mark(item.get("state", "submitted"), page.speech), when)


async def show_supplier(page: Page) -> Response:
    """Show a supplier with all that it filed."""
    return page.show("review_supplier.html", await _supplier_view(page))


async def _supplier_view(page: Page) -> ReviewView:
    found, speech = await page.ask("get_supplier", supplier_id=page.part("supplier_id")), page.speech
    open_to = found.get("open_steps", [])
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
        outcomes=[option for option in options(SUPPLIER_OUTCOMES, speech) if option[0] in open_to],
        grounds=options(GROUNDS, speech) if "revoke" in open_to else [],
    )


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
    return page.show("review_supplier.html", await _supplier_view(page))


async def show_listing(page: Page) -> Response:
    """Show a product with its photos."""
    return page.show("review_supplier.html", await _listing_view(page))


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
    return page.show("review_supplier.html", await _listing_view(page))


def _asks(outcome: str | None) -> bool:
    """Tell whether an outcome asks for a reason."""
    return outcome not in ("recommend", "admit", "publish")
