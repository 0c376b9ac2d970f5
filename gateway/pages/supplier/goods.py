"""A seller's goods are a list in which the price and the stock are changed where they stand, and goods listed again."""

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import LISTING_STATES
from gateway.pages.views.goods import listing_mark, plain_quantity, quantity_unit
from shared.ids import new_id

ROWS_MAX = 24
PRICED = ("published", "submitted")
"""Only what is on sale has a price to change; while a new one waits for review, another may be proposed."""


@dataclass(frozen=True, slots=True)
class GoodsRow:
    id: str
    url: str
    name: str
    photo: str
    state: Mark
    price: str
    unit: str
    stock: str
    change_url: str
    price_field: str
    stock_field: str
    plain_price: str
    plain_stock: str
    stock_unit: str
    measure: str
    version: int
    change_id: str
    repeat_url: str
    repeat_id: str


@dataclass(frozen=True, slots=True)
class GoodsView:
    new_url: str
    here: str
    states: tuple[tuple[str, str], ...]
    state: str
    empty: str
    rows: tuple[GoodsRow, ...]
    next_url: str
    first_url: str


async def show_goods(page: Page) -> Response:
    """List a supplier's goods in one state: on sale, unless another is chosen."""
    return page.show("supplier/goods.html", await _goods_view(page))


async def _goods_view(page: Page) -> GoodsView:
    supplier_id, speech = page.part("supplier_id"), page.speech
    asked = page.asked("state") or page.form.value("state")
    state = asked if asked in LISTING_STATES else "published"
    here = f"/supplier/{supplier_id}/listings"
    query: dict[str, str | int | None] = {
        "supplier": supplier_id,
        "state": state,
        "limit": ROWS_MAX,
        "cursor": page.asked("cursor"),
    }
    found = await page.ask("search_listings", query=query)
    stocks = await asyncio.gather(
        *(page.ask_or(None, "get_stock", listing_id=item["listing_id"]) for item in found["items"])
    )
    rows = tuple(_row(page, here, item, stock) for item, stock in zip(found["items"], stocks, strict=True))
    empty = N_("Nothing is listed yet. List your first product: a name, a price, a photo.")
    if state != "published":
        empty = N_("Nothing stands here.")
    states = tuple((value, speech(text)) for value, text in LISTING_STATES.items())
    return GoodsView(f"{here}/new", here, states, state, speech(empty), rows, *rest_of(page, found))


def _row(page: Page, here: str, item: dict[str, Any], stock: dict[str, Any] | None) -> GoodsRow:
    listing_id, measure, speech = item["listing_id"], item["measure"], page.speech
    state = item.get("state") or "published"
    priced = state in PRICED and item.get("published_version") is not None
    photo = f"/api/v1/listings/{listing_id}/photos/{item['photo_id']}" if item["photo_id"] else ""
    return GoodsRow(
        id=listing_id,
        url=f"{here}/{listing_id}",
        name=item["name"],
        photo=photo,
        state=listing_mark(state, speech),
        price=write.money(item["price_fen"]),
        unit=item["unit_name"],
        stock=write.quantity(stock["available"], measure, speech, item["unit_name"]) if stock else "",
        change_url=f"{here}/{listing_id}/terms" if priced or stock else "",
        price_field=f"price-{listing_id[-6:]}" if priced else "",
        stock_field=f"stock-{listing_id[-6:]}" if stock else "",
        plain_price=write.plain_money(item["price_fen"]),
        plain_stock=plain_quantity(speech, stock["on_hand"], measure) if stock else "",
        stock_unit=quantity_unit(speech, measure, item["unit_name"]),
        measure=measure,
        version=item["listing_version"],
        change_id=str(new_id()),
        repeat_url=f"{here}/{listing_id}/repeat" if item.get("published_version") or state == "withdrawn" else "",
        repeat_id=str(new_id()),
    )


async def change_terms(page: Page) -> Response:
    """Change the price and the stock of goods, each where it was written anew."""
    form, listing_id = page.form, page.part("listing_id")
    price_field, stock_field = f"price-{listing_id[-6:]}", f"stock-{listing_id[-6:]}"
    done = ""
    if price_field in form.values and form.value(price_field).strip() != form.value("was-price"):
        done = await _reprice(page, price_field) or done
    if form.ok and stock_field in form.values and form.value(stock_field).strip() != form.value("was-stock"):
        done = await _restock(page, stock_field) or done
    if form.ok:
        return page.go(f"/supplier/{page.part('supplier_id')}/listings", done or "saved")
    return page.show("supplier/goods.html", await _goods_view(page))


async def _reprice(page: Page, field: str) -> str:
    form = page.form
    price_fen, change_id, seen = form.fen(field), form.id("change_id"), form.pieces("version")
    if not form.ok:
        return ""
    content = {"price_fen": price_fen, "seen_version": seen}
    try:
        told = await page.ask("change_price", json=content, listing_id=page.part("listing_id"), change_id=change_id)
    except Refused as refused:
        if not refused.mendable:
            raise
        _take(page, refused, field, "price_fen")
        return ""
    return "price_waits" if told["outcome"] == "submitted" else "repriced"


async def _restock(page: Page, field: str) -> str:
    form = page.form
    on_hand = form.quantity(field, form.value("measure"))
    if not form.ok:
        return ""
    content = {"on_hand": on_hand, "reason": page.speech(N_("Stocktaking"))}
    try:
        await page.ask("put_stock", json=content, listing_id=page.part("listing_id"))
    except Refused as refused:
        if not refused.mendable:
            raise
        _take(page, refused, field, "on_hand")
        return ""
    return "stock"


def _take(page: Page, refused: Refused, field: str, name: str) -> None:
    """Note a refusal beside its own field; one that names none stands there too, since the list has many."""
    if refused.errors:
        page.form.take(refused, {name: field})
    else:
        page.form.wrong(field, refused.sentence(page.speech))


async def repeat(page: Page) -> Response:
    """List goods again, with their photos and terms; what an officer has seen of late is on sale at once."""
    form, supplier_id = page.form, page.part("supplier_id")
    listing_id = form.id("repeat_id")
    if form.ok:
        content = {"supplier_id": supplier_id, "of": page.part("listing_id")}
        try:
            told = await page.ask("repeat_listing", json=content, listing_id=listing_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            done = "repeated" if told["state"] == "published" else "submitted"
            return page.go(f"/supplier/{supplier_id}/listings/{listing_id}", done)
    return page.show("supplier/goods.html", await _goods_view(page))
