"""Anyone finds what is on sale by a word, a category, an origin; a canteen's people see what counts for them."""

import asyncio
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from gateway.pages.anyone.filters import Choice, Tick, asked_filters, filters, total
from gateway.pages.kit import write
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.geography import short_county
from gateway.pages.kit.key_counties import key_counties
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import SUPPLIER_KINDS, SUPPLIER_STATES, say, tone
from gateway.pages.views.businesses import supplier_facts
from gateway.pages.views.effect import Effect, effect_of
from gateway.pages.views.goods import LETTERS, listing_marks, listing_view, own_canteens
from gateway.usecases.linked_data import data_block, organisation

PAGE_CARDS = 24
SORTS: dict[str, str] = {
    "relevance": N_("Best match"),
    "newest": N_("Newest first"),
    "price": N_("Cheapest by weight first"),
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
    total: str
    """How much was found, in words."""
    sort: str
    counts_for: str
    filtered: bool
    choices: tuple[Choice, ...]
    ticks: tuple[Tick, ...]
    sorts: list[tuple[str, str]]
    canteens: list[tuple[str, str]]
    cards: tuple[Card, ...]
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True)
class SupplierView:
    id: str
    name: str
    kind: Mark
    state: Mark
    facts: tuple[tuple[str, str], ...]
    effect: Effect | None
    cards: tuple[Card, ...]
    more_url: str
    data: Markup
    """The same for machines, while it is admitted."""


async def show_catalogue(page: Page) -> Response:
    """Search what is on sale."""
    canteens = own_canteens(page)
    asked = asked_filters(page, canteens)
    sort = page.asked("sort") if page.asked("sort") in SORTS else "relevance"
    found, counted, keys = await asyncio.gather(
        page.ask(
            "search_listings",
            query={**asked, "sort": sort, "limit": PAGE_CARDS, "cursor": page.asked("cursor")},
        ),
        page.ask_or(None, "facet_listings", query=asked),
        key_counties(page),
    )
    choices, ticks = filters(page.speech, asked, counted)
    next_url, first_url = rest_of(page, found)
    view = CatalogueView(
        q=asked.get("q", ""),
        total=total(page.speech, counted),
        sort=sort,
        counts_for=asked.get("counts_for", ""),
        filtered=bool(asked.keys() - {"q"} or page.asked("sort")),
        choices=choices,
        ticks=ticks,
        sorts=[(code, page.speech(sentence)) for code, sentence in SORTS.items()],
        canteens=canteens,
        cards=tuple(card(page.speech, item, keys) for item in found["items"]),
        next_url=next_url,
        first_url=first_url,
    )
    return page.show("anyone/catalogue.html", view, known_as="" if page.here != "/catalogue" else "/catalogue")


def card(speech: Speech, item: dict[str, Any], keys: frozenset[str]) -> Card:
    """Show goods as a card."""
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
        marks=listing_marks(speech, item, keys),
    )


async def show_listing(page: Page) -> Response:
    """Show one thing on sale, and to a buyer the way into the basket."""
    listing_id = page.part("listing_id")
    return page.show("anyone/listing.html", await listing_view(page, listing_id), known_as=f"/listings/{listing_id}")


async def show_supplier(page: Page) -> Response:
    """Show who sells."""
    supplier_id = page.part("supplier_id")
    nothing: dict[str, Any] = {"items": [], "next": None}
    found, effect, goods, keys = await asyncio.gather(
        page.ask("get_supplier", supplier_id=supplier_id),
        page.ask_or(None, "get_effect", supplier_id=supplier_id),
        page.ask_or(nothing, "search_listings", query={"supplier": supplier_id, "limit": PAGE_CARDS}),
        key_counties(page),
    )
    admitted = found["state"] == "admitted"
    view = SupplierView(
        id=found["supplier_id"],
        name=found["name"],
        kind=Mark(say(SUPPLIER_KINDS, found["kind"], page.speech)),
        state=Mark(say(SUPPLIER_STATES, found["state"], page.speech), tone(found["state"])),
        facts=supplier_facts(page.speech, found),
        effect=effect_of(page.speech, effect),
        cards=tuple(card(page.speech, item, keys) for item in goods["items"]),
        more_url=f"/catalogue?supplier={supplier_id}" if goods["next"] else "",
        data=data_block(organisation(found, page.site, effect)) if admitted else Markup(),
    )
    return page.show("anyone/supplier_public.html", view, known_as=f"/suppliers/{supplier_id}")
