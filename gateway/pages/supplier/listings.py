"""A supplier lists a product in one form, shows it in photos, submits it, and says how much there is."""

from dataclasses import dataclass
from http import HTTPStatus
from math import gcd
from typing import Any
from uuid import UUID

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.form import Form
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.geography import hunan_counties, read_county
from gateway.pages.kit.language import N_, Speech, WeightUnit
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import categories
from gateway.pages.views.goods import listing_facts, listing_mark, photo_urls
from shared.ids import new_id
from shared.money import JIN_GRAMS
from shared.reference import CATEGORIES

PHOTO_MEDIA = ("image/jpeg", "image/png", "image/webp")
WEIGHT_UNITS: dict[str, tuple[str, int, WeightUnit]] = {"jin": ("斤", JIN_GRAMS, "jin"), "kg": ("公斤", 1000, "kg")}
PIECE_UNITS = ("箱", "盒", "袋", "瓶", "只", "件", "桶", "罐")
DESCRIPTION_MAX = 2000
KEPT_TERMS = (
    "harvest_months",
    "specification",
    "price_tiers",
    "shelf_life_days",
    "storage",
    "delivery_areas",
    "lead_days",
    "main_ingredient",
    "certificate_ids",
    "explanation",
)
"""What a seller may have said of a product by other ways than this form, which does not ask for it."""


@dataclass(frozen=True, slots=True)
class ListingFormView:
    title: str
    url: str
    id: str
    categories: list[tuple[str, str]]
    units: list[tuple[str, str]]
    counties: tuple[tuple[str, str], ...]
    stock_hint: str
    photo_id: str
    once: str
    photo_types: str
    name: str = ""
    category: str = ""
    unit: str = "jin"
    price: str = ""
    piece_weight: str = ""
    minimum: str = ""
    origin: str = ""
    origin_code: str = ""
    stock: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class OwnListingView:
    name: str
    state: Mark
    says: str
    facts: tuple[tuple[str, str], ...]
    photos: tuple[str, ...]
    photo_url: str
    photo_id: str
    once: str
    edit_url: str
    submit_url: str
    withdraw_url: str
    stock_url: str
    stock_says: str
    stock_unit: str
    stock_reason: str
    measure: str
    on_hand: str


async def show_new(page: Page) -> Response:
    """Show the form of a new product."""
    return page.show("supplier/listing_form.html", _form_view(page, str(new_id())))


async def show_edit(page: Page) -> Response:
    """Show the form of a product, as it was last written."""
    found = await page.ask("get_listing", listing_id=page.part("listing_id"))
    return page.show("supplier/listing_form.html", _form_view(page, found["listing_id"], found))


async def save(page: Page) -> Response:
    """Write a product as a draft, with the photo that was taken; asked for, it goes to review at once."""
    form, supplier_id = page.form, page.part("supplier_id")
    listing_id = form.id("listing_id")
    content = _read_listing(form) | {"supplier_id": supplier_id}
    if form.ok:
        try:
            content = await terms_not_on_the_form(page, listing_id, content["category"]) | content
            await page.ask("put_listing", json=content, listing_id=listing_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(
                refused,
                {
                    "price_fen": "price",
                    "piece_grams": "piece_weight",
                    "minimum_quantity": "minimum",
                    "step_quantity": "minimum",
                    "unit_name": "unit",
                    "unit_quantity": "unit",
                    "origin_county_code": "origin",
                    "first_stock_quantity": "stock",
                },
            )
        else:
            done = await _after_saving(page, str(listing_id))
            if done:
                return page.go(f"/supplier/{supplier_id}/listings/{listing_id}", done)
    return page.show("supplier/listing_form.html", _form_view(page, str(listing_id or new_id())))


async def _after_saving(page: Page, listing_id: str) -> str:
    """Put the photo, and submit it where that was pressed; gives what was done, or nothing where a photo is wrong."""
    form = page.form
    sent, done = form.files.get("photo"), "saved"
    if sent is not None and sent.filename:
        await _put_photo(page, listing_id)
        if not form.ok:
            return ""
    if form.value("then") == "submit":
        try:
            await page.ask("submit_listing", json={}, once=form.value("once"), listing_id=listing_id)
            done = "submitted"
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, {"photos": "photo", "photo_ids": "photo"})
            return ""
    return done


async def _put_photo(page: Page, listing_id: str) -> None:
    """Put what was taken on a product, or say beside the field what is wrong with it."""
    form = page.form
    photo_id = form.id("photo_id")
    upload = await form.upload("photo", kinds=PHOTO_MEDIA)
    if not form.ok or upload is None:
        return
    try:
        await page.ask(
            "put_listing_photo", body=upload[0], media_type=upload[1], listing_id=listing_id, photo_id=photo_id
        )
    except Refused as refused:
        if not refused.mendable:
            raise
        form.wrong("photo", refused.sentence(page.speech))


async def terms_not_on_the_form(page: Page, listing_id: UUID | None, category: str) -> dict[str, Any]:
    """Give the terms that this form does not ask for, as they were said before; of another category, not the item."""
    try:
        found = await page.ask("get_listing", listing_id=listing_id)
    except Refused as refused:
        if refused.status != HTTPStatus.NOT_FOUND:
            raise
        return {}
    kept = {name: found[name] for name in KEPT_TERMS}
    kept["origin_shares"] = [
        {"county_code": one["county_code"], "share_bp": one["share_bp"]} for one in found["origin_shares"]
    ]
    return kept | {"item_code": found["item_code"] if found["category"] == category else ""}


def _read_listing(form: Form) -> dict[str, Any]:
    unit = form.value("unit") if form.value("unit") in (*WEIGHT_UNITS, *PIECE_UNITS) else ""
    if not unit:
        form.wrong("unit", form.speech(N_("Choose one of the answers.")))
        unit = "jin"
    content: dict[str, Any] = {
        "name": form.text("name", most=80),
        "category": form.choice("category", CATEGORIES),
        "description": form.text("description", most=DESCRIPTION_MAX, needed=False),
        "price_fen": form.fen("price"),
        "origin_county_code": read_county(form, "origin", "origin_code"),
    }
    if unit in WEIGHT_UNITS:
        name, size, reading = WEIGHT_UNITS[unit]
        speaking = Form(Speech(form.speech.language, reading), form.values, errors=form.errors)
        minimum = speaking.grams("minimum", needed=False) or size
        content |= {"measure": "weight", "unit_name": name, "unit_quantity": size, "piece_grams": None}
        content["first_stock_quantity"] = speaking.grams("stock", needed=False)
        content |= {"minimum_quantity": minimum, "step_quantity": gcd(minimum, size)}
    else:
        content |= {"measure": "piece", "unit_name": unit, "unit_quantity": 1, "step_quantity": 1}
        content["piece_grams"] = form.grams("piece_weight", needed=False)
        content["minimum_quantity"] = form.pieces("minimum", needed=False) or 1
        content["first_stock_quantity"] = form.pieces("stock", needed=False)
    return content


def _form_view(page: Page, listing_id: str, found: dict[str, Any] | None = None) -> ListingFormView:
    speech = page.speech
    by_piece = speech(N_("By the piece"))
    units = [(code, name) for code, (name, _, _) in WEIGHT_UNITS.items()]
    units += [(name, f"{by_piece}: {name}") for name in PIECE_UNITS]
    known: dict[str, str] = {}
    if found:
        weighed = found["measure"] == "weight"
        unit = "kg" if weighed and found["unit_quantity"] == 1000 else "jin" if weighed else found["unit_name"]
        reading = Speech(speech.language, "kg" if unit == "kg" else "jin")
        if (unit, unit) not in units and unit not in WEIGHT_UNITS and unit not in PIECE_UNITS:
            units.append((unit, f"{by_piece}: {unit}"))
        code = found["origin_county_code"]
        listed = any(code == option[0] for option in hunan_counties())
        minimum = found["minimum_quantity"]
        known = {
            "name": found["name"],
            "category": found["category"],
            "unit": unit,
            "price": write.plain_money(found["price_fen"]),
            "piece_weight": f"{found['piece_grams']}克" if found.get("piece_grams") else "",
            "minimum": write.plain_weight(minimum, reading) if weighed else str(minimum),
            "origin": code if listed else "",
            "origin_code": "" if listed else code,
            "description": found.get("description") or "",
        }
    return ListingFormView(
        title=speech(N_("Change the product")) if found else speech(N_("List a product")),
        url=f"/supplier/{page.part('supplier_id')}/listings",
        id=listing_id,
        categories=categories(speech),
        units=units,
        counties=hunan_counties(),
        photo_id=page.form.value("photo_id") or str(new_id()),
        once=page.form.value("once") or str(new_id()),
        photo_types=",".join(PHOTO_MEDIA),
        stock_hint=speech(N_("In the unit above, for the first sale; later you set the stock on the product's page.")),
        **known,
    )


async def show_listing(page: Page) -> Response:
    """Show a supplier its own product."""
    return page.show("supplier/supplier_listing.html", await _own_view(page))


async def _own_view(page: Page) -> OwnListingView:
    supplier_id, listing_id, speech = page.part("supplier_id"), page.part("listing_id"), page.speech
    found = await page.ask("get_listing", listing_id=listing_id)
    state = found.get("state", "published")
    stock = await page.ask_or(None, "get_stock", listing_id=listing_id)
    here, measure = f"/supplier/{supplier_id}/listings/{listing_id}", found["measure"]
    returned = [item for item in found.get("reviews", []) if item["outcome"] in ("return", "suspend")]
    unit = "" if measure == "weight" else found["unit_name"]
    steps = found.get("open_steps", [])
    return OwnListingView(
        name=found["name"],
        state=listing_mark(state, speech),
        says=returned[-1]["reason"] if state in ("returned", "suspended") and returned else "",
        facts=listing_facts(speech, found),
        photos=photo_urls(found),
        photo_url=f"{here}/photos",
        photo_id=str(new_id()),
        once=str(new_id()),
        edit_url=f"{here}/edit",
        submit_url=f"{here}/submission" if "submit" in steps and state != "published" else "",
        withdraw_url=f"{here}/withdrawal" if "withdraw" in steps else "",
        stock_url=f"{here}/stock" if stock is not None else "",
        stock_says=_stock_says(speech, stock, measure, found["unit_name"]),
        stock_unit=unit or (speech(N_("jin")) if speech.weight_unit == "jin" else speech(N_("kg"))),
        stock_reason=speech(N_("Stocktaking")),
        measure=measure,
        on_hand=_plain(speech, stock["on_hand"], measure) if stock else "",
    )


def _plain(speech: Speech, quantity: int, measure: str) -> str:
    return write.plain_weight(quantity, speech) if measure == "weight" else str(quantity)


def _stock_says(speech: Speech, stock: dict[str, Any] | None, measure: str, unit: str) -> str:
    if stock is None:
        return ""
    promised = int(stock.get("promised", 0))
    return speech(
        N_("There: %(there)s. Promised: %(promised)s. Free: %(free)s."),
        there=write.quantity(stock["on_hand"], measure, speech, unit),
        promised=write.quantity(promised, measure, speech, unit),
        free=write.quantity(stock["on_hand"] - promised, measure, speech, unit),
    )


async def upload_photo(page: Page) -> Response:
    """Put a photo on a product."""
    listing_id = page.part("listing_id")
    await _put_photo(page, listing_id)
    if page.form.ok:
        return page.go(f"/supplier/{page.part('supplier_id')}/listings/{listing_id}", "photo")
    return page.show("supplier/supplier_listing.html", await _own_view(page))


async def submit(page: Page) -> Response:
    """Submit a product for review."""
    return await _act(page, "submit_listing", {}, "submitted")


async def withdraw(page: Page) -> Response:
    """Take a product off sale."""
    reason = page.form.text("reason", most=500)
    return await _act(page, "withdraw_listing", {"reason": reason}, "withdrawn")


async def set_stock(page: Page) -> Response:
    """Say how much there is now."""
    form = page.form
    on_hand = form.quantity("on_hand", form.value("measure"))
    content = {"on_hand": on_hand, "reason": form.text("stock_reason")}
    return await _act(page, "put_stock", content, "stock", {"reason": "stock_reason"})


async def _act(
    page: Page, operation: str, content: dict[str, Any], done: str, names: dict[str, str] | None = None
) -> Response:
    form, listing_id = page.form, page.part("listing_id")
    if form.ok:
        try:
            once = "" if operation == "put_stock" else form.value("once")
            await page.ask(operation, json=content, once=once, listing_id=listing_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, names)
        else:
            return page.go(f"/supplier/{page.part('supplier_id')}/listings/{listing_id}", done)
    return page.show("supplier/supplier_listing.html", await _own_view(page))
