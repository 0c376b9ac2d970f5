"""Anyone finds what is on sale by a word, a category, an origin; a canteen's people see what counts for them."""

import asyncio
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from gateway.pages import write
from gateway.pages.frame import Mark
from gateway.pages.geography import hunan_counties, short_county
from gateway.pages.key_counties import key_counties
from gateway.pages.language import N_, Speech
from gateway.pages.lists import rest_of
from gateway.pages.page import Page
from gateway.pages.supplier import supplier_facts
from gateway.pages.supplier_listings import photo_urls
from gateway.pages.words import SUPPLIER_KINDS, SUPPLIER_STATES, categories, say, tone
from gateway.usecases.linked_data import data_block, organisation, product
from shared.contracts.authority import Role
from shared.ids import new_id
from shared.reference import CATEGORIES, category_name

PAGE_CARDS = 24
SORTS: dict[str, str] = {
    "relevance": N_("Best match"),
    "newest": N_("Newest first"),
    "price": N_("Cheapest by weight first"),
}
WORD_MAX = 60
LETTERS = {
    "grain_oil": "粮",
    "vegetables": "蔬",
    "fruit": "果",
    "meat_poultry": "肉",
    "eggs": "蛋",
    "aquatic": "鱼",
    "dairy": "奶",
    "dry_goods": "干",
    "processed": "食",
    "tea": "茶",
    "handicraft": "艺",
}


@dataclass(frozen=True, slots=True)
class Card:
    url: str
    name: str
    price: str
    unit: str
    origin: str
    supplier: str
    photo: str
    letter: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class CatalogueView:
    q: str
    category: str
    county: str
    sort: str
    counts_for: str
    filtered: bool
    categories: list[tuple[str, str]]
    counties: tuple[tuple[str, str], ...]
    sorts: list[tuple[str, str]]
    canteens: list[tuple[str, str]]
    cards: tuple[Card, ...]
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True)
class ListingView:
    id: str
    name: str
    price: str
    unit: str
    marks: tuple[Mark, ...]
    facts: tuple[tuple[str, str], ...]
    photos: tuple[str, ...]
    letter: str
    description: str
    buying: bool
    canteens: list[tuple[str, str]]
    basket_id: str
    version: int
    measure: str
    quantity: str
    quantity_unit: str
    quantity_hint: str
    data: Markup
    """The same for machines, while it is on sale."""


@dataclass(frozen=True, slots=True)
class SupplierView:
    name: str
    kind: Mark
    state: Mark
    facts: tuple[tuple[str, str], ...]
    data: Markup
    """The same for machines, while it is admitted."""


async def show_catalogue(page: Page) -> Response:
    """Search what is on sale."""
    q, category, county = page.asked("q")[:WORD_MAX], page.asked("category"), page.asked("county")
    canteens = own_canteens(page)
    counts_for = page.asked("counts_for")
    sort = page.asked("sort") if page.asked("sort") in SORTS else "relevance"
    found = await page.ask(
        "search_listings",
        query={
            "q": q,
            "category": category if category in CATEGORIES else "",
            "county": county,
            "counts_for": counts_for if any(counts_for == one[0] for one in canteens) else "",
            "sort": sort,
            "limit": PAGE_CARDS,
            "cursor": page.asked("cursor"),
        },
    )
    keys = await key_counties(page)
    view = CatalogueView(
        q=q,
        category=category,
        county=county,
        sort=sort,
        counts_for=counts_for,
        filtered=bool(category or county or counts_for or page.asked("sort")),
        categories=categories(page.speech),
        counties=_counties(county),
        sorts=[(code, page.speech(sentence)) for code, sentence in SORTS.items()],
        canteens=canteens,
        cards=tuple(_card(page.speech, item, keys) for item in found["items"]),
        next_url=rest_of(page, found)[0],
        first_url=rest_of(page, found)[1],
    )
    return page.show("catalogue.html", view, known_as="" if page.here != "/catalogue" else "/catalogue")


def own_canteens(page: Page) -> list[tuple[str, str]]:
    """List the canteens that the reader buys for, as choices."""
    return [(str(seat.organisation_id), seat.organisation_name) for seat in page.seats(Role.BUYER)]


def _counties(chosen: str) -> tuple[tuple[str, str], ...]:
    known = hunan_counties()
    if chosen and not any(chosen == code for code, _ in known):
        return (*known, (chosen, short_county(chosen)))
    return known


def _card(speech: Speech, item: dict[str, Any], keys: frozenset[str]) -> Card:
    photo = item.get("photo_id")
    return Card(
        url=f"/listings/{item['listing_id']}",
        name=item["name"],
        price=write.money(item["price_fen"]),
        unit=item["unit_name"],
        origin=short_county(item["origin_county_code"]),
        supplier=item["supplier_name"],
        photo=f"/api/v1/listings/{item['listing_id']}/photos/{photo}?size=thumb" if photo else "",
        letter=LETTERS.get(item["category"], "助"),
        marks=_marks(speech, item, keys),
    )


def _marks(speech: Speech, item: dict[str, Any], keys: frozenset[str]) -> tuple[Mark, ...]:
    marks = []
    if item.get("counts_for_rules"):
        marks.append(Mark(speech(N_("Counts for us")), "good"))
    elif item["origin_county_code"] in keys:
        marks.append(Mark(speech(N_("Key county")), "good"))
    if item["supplier_kind"] == "disabled_base":
        marks.append(Mark(speech(N_("Disabled-run base"))))
    if item.get("available") is False:
        marks.append(Mark(speech(N_("Sold out")), "bad"))
    return tuple(marks)


async def show_listing(page: Page) -> Response:
    """Show one thing on sale, and to a buyer the way into the basket."""
    listing_id = page.part("listing_id")
    return page.show("listing.html", await listing_view(page, listing_id), known_as=f"/listings/{listing_id}")


async def listing_view(page: Page, listing_id: str) -> ListingView:
    """Put together what a reader sees of a listing."""
    speech, canteens = page.speech, own_canteens(page)
    found = await page.ask("get_listing", listing_id=listing_id)
    measure, unit = found["measure"], found["unit_name"]
    minimum = found["minimum_quantity"]
    return ListingView(
        id=found["listing_id"],
        name=found["name"],
        price=write.money(found["price_fen"]),
        unit=unit,
        marks=_marks(speech, found, await key_counties(page)),
        facts=_facts(speech, found),
        photos=photo_urls(found),
        letter=LETTERS.get(found["category"], "助"),
        description=found.get("description") or "",
        buying=bool(canteens) and found.get("on_sale", True),
        canteens=canteens if len(canteens) > 1 else [],
        basket_id=str(new_id()) if canteens else "",
        version=found["listing_version"],
        measure=measure,
        quantity=plain_quantity(speech, minimum, measure),
        quantity_unit=quantity_unit(speech, measure, unit),
        quantity_hint=speech(
            N_("At least %(least)s, in steps of %(step)s."),
            least=write.quantity(minimum, measure, speech, unit),
            step=write.quantity(found["step_quantity"], measure, speech, unit),
        ),
        data=data_block(product(found, page.site)) if found["on_sale"] else Markup(),
    )


def plain_quantity(speech: Speech, quantity: int, measure: str) -> str:
    """Write a quantity as the reader would type it."""
    return write.plain_weight(quantity, speech) if measure == "weight" else str(quantity)


def quantity_unit(speech: Speech, measure: str, unit: str) -> str:
    """Name the unit in which the reader types a quantity."""
    if measure != "weight":
        return unit
    return speech(N_("jin")) if speech.weight_unit == "jin" else speech(N_("kg"))


def _facts(speech: Speech, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    rows = [
        (speech(N_("Origin")), short_county(found["origin_county_code"])),
        (speech(N_("Supplier")), found["supplier_name"]),
        (speech(N_("Kind of business")), say(SUPPLIER_KINDS, found["supplier_kind"], speech)),
        (speech(N_("Category")), category_name(found["category"], speech.language)),
    ]
    if found.get("piece_grams"):
        rows.append((speech(N_("Net weight of one piece")), write.weight(found["piece_grams"], speech)))
    if found.get("price_fen_per_kg") and found["measure"] == "piece":
        rows.append((speech(N_("Price by weight")), f"{write.money(found['price_fen_per_kg'])} / kg"))
    if months := found.get("harvest_months"):
        rows.append((speech(N_("Harvest months")), "、".join(str(month) for month in months)))
    rows.append((speech(N_("Version")), str(found["listing_version"])))
    if found.get("published_at"):
        rows.append((speech(N_("On sale since")), write.day(found["published_at"], speech.language)))
    return tuple(rows)


async def show_supplier(page: Page) -> Response:
    """Show who sells."""
    supplier_id = page.part("supplier_id")
    found, effect = await asyncio.gather(
        page.ask("get_supplier", supplier_id=supplier_id),
        page.ask_or(None, "get_effect", supplier_id=supplier_id),
    )
    admitted = found["state"] == "admitted"
    view = SupplierView(
        name=found["name"],
        kind=Mark(say(SUPPLIER_KINDS, found["kind"], page.speech)),
        state=Mark(say(SUPPLIER_STATES, found["state"], page.speech), tone(found["state"])),
        facts=supplier_facts(page.speech, found),
        data=data_block(organisation(found, page.site, effect)) if admitted else Markup(),
    )
    return page.show("supplier_public.html", view, known_as=f"/suppliers/{supplier_id}")
