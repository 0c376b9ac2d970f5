"""Goods as their readers see them: on a card, on a page of their own, and to who lists them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from gateway.pages.kit import write
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.geography import short_county
from gateway.pages.kit.key_counties import key_counties
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import LISTING_STATES, REASONS, SUPPLIER_KINDS, say, tone
from gateway.pages.views.effect import effect_of
from gateway.usecases.linked_data import data_block, product
from shared.contracts.authority import Role
from shared.ids import new_id
from shared.reference import category_name

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
    supplier_url: str
    effect: str
    """What the base that sells it brings about, in a sentence."""
    band: Mark | None
    """How its price stands to what such goods cost now."""
    data: Markup
    """The same for machines, while it is on sale."""


def own_canteens(page: Page) -> list[tuple[str, str]]:
    """List the canteens that the reader buys for, as choices."""
    return [(str(seat.organisation_id), seat.organisation_name) for seat in page.seats(Role.BUYER)]


def listing_marks(speech: Speech, item: dict[str, Any], keys: frozenset[str]) -> tuple[Mark, ...]:
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


async def listing_view(page: Page, listing_id: str) -> ListingView:
    """Put together what a reader sees of a listing."""
    speech, canteens = page.speech, own_canteens(page)
    found = await page.ask("get_listing", listing_id=listing_id)
    measure, unit = found["measure"], found["unit_name"]
    minimum = found["minimum_quantity"]
    effect = effect_of(speech, await page.ask_or(None, "get_effect", supplier_id=found["supplier_id"]))
    return ListingView(
        id=found["listing_id"],
        name=found["name"],
        price=write.money(found["price_fen"]),
        unit=unit,
        marks=listing_marks(speech, found, await key_counties(page)),
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
        supplier_url=f"/suppliers/{found['supplier_id']}",
        effect=effect.says if effect else "",
        band=band_of(speech, found.get("price_band")),
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


BAND_SAYS: dict[str, tuple[str, str]] = {
    "within": (N_("Within the price band"), "good"),
    "below": (N_("Below the price band"), "calm"),
    "above": (N_("Above the price band"), "warn"),
    "far": (N_("Far outside the price band"), "bad"),
}


def band_of(speech: Speech, band: dict[str, Any] | None) -> Mark | None:
    """Say what such goods cost now, and how this price stands to it."""
    if band is None:
        return None
    told = speech(
        N_("%(low)s – %(high)s / kg (%(source)s, %(day)s)"),
        low=write.money(band["low_fen_per_kg"]),
        high=write.money(band["high_fen_per_kg"]),
        source=band["source_name"] or speech(N_("accepted here")),
        day=write.day(band["newest_on"], speech.language),
    )
    verdict, tone_ = BAND_SAYS.get(band["verdict"], ("", "calm"))
    if band["demo"]:
        told = " · ".join([told, speech(N_("prices of a demonstration"))])
    return Mark(f"{speech(verdict)} · {told}" if verdict else told, tone_)


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


def listing_mark(state: str, speech: Speech) -> Mark:
    """Give the tag of a listing's state."""
    return Mark(say(LISTING_STATES, state, speech), tone(state))


def listing_facts(speech: Speech, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """List the terms of a listing."""
    measure, unit = found["measure"], found["unit_name"]
    rows = [
        (speech(N_("Price")), f"{write.money(found['price_fen'])} / {unit}"),
        (speech(N_("Category")), category_name(found["category"], speech.language)),
        (speech(N_("Origin")), short_county(found["origin_county_code"])),
        (speech(N_("Smallest order")), write.quantity(found["minimum_quantity"], measure, speech, unit)),
    ]
    if found.get("piece_grams"):
        rows.append((speech(N_("Net weight of one piece")), write.weight(found["piece_grams"], speech)))
    rows.append((speech(N_("Version")), str(found["listing_version"])))
    return tuple(rows)


def photo_urls(found: dict[str, Any]) -> tuple[str, ...]:
    """List the addresses of a listing's photos."""
    return tuple(f"/api/v1/listings/{found['listing_id']}/photos/{photo_id}" for photo_id in found["photo_ids"])


def line_reason(speech: Speech, judged: dict[str, Any]) -> str:
    """Say whether a line counts, and why."""
    verdict = speech(N_("counts")) if judged.get("counts") else speech(N_("does not count"))
    said = judged["reason_zh"] if speech.language == "zh" else judged["reason_en"]
    return f"{verdict} · {said or say(REASONS, judged['reason'], speech)}"


def ordered_and_confirmed(speech: Speech, line: Mapping[str, Any]) -> str:
    """Write how much of a line was ordered, and what the supplier confirmed where that is another figure."""
    ordered, confirmed = (
        write.quantity(line[name], line["measure"], speech, line["unit_name"])
        for name in ("ordered_quantity", "confirmed_quantity")
    )
    if line["confirmed_quantity"] is None:
        return ordered
    return speech(N_("%(ordered)s, confirmed %(confirmed)s"), ordered=ordered, confirmed=confirmed)
