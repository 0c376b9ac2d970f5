"""A seller confirms an order whole, or line by line: less with a reason, not at all, or other goods in its place."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page
from gateway.pages.orders.sending import REASON_MAX, send
from gateway.pages.views.goods import plain_quantity, quantity_unit
from shared.ids import new_id

GOODS_MAX = 100
"""How many of the seller's goods are offered as a choice."""


@dataclass(frozen=True, slots=True)
class ConfirmLine:
    id: str
    name: str
    measure: str
    hint: str
    unit: str
    ordered: str
    value: str
    offers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ConfirmView:
    url: str
    once: str
    lines: tuple[ConfirmLine, ...]
    back: str


async def show_confirming(page: Page) -> Response:
    """Ask of each line how much can be delivered."""
    order_id, speech = page.part("order_id"), page.speech
    found = await page.ask("get_order", order_id=order_id)
    goods = await page.ask_or({"items": []}, "search_listings", query={
        "supplier": found["supplier"]["id"], "state": "published", "limit": GOODS_MAX
    })  # fmt: skip
    ordered = {line["listing_id"] for line in found["lines"]}
    offers = [one for one in goods["items"] if one["listing_id"] not in ordered]
    lines = tuple(
        ConfirmLine(
            id=line["line_id"],
            name=line["name"],
            measure=line["measure"],
            hint=speech(
                N_("Ordered: %(quantity)s"),
                quantity=write.quantity(line["ordered_quantity"], line["measure"], speech, line["unit_name"]),
            ),
            unit=quantity_unit(speech, line["measure"], line["unit_name"]),
            ordered=str(line["ordered_quantity"]),
            value=plain_quantity(speech, line["ordered_quantity"], line["measure"]),
            offers=tuple(
                (one["listing_id"], f"{one['name']} {write.money(one['price_fen'])} / {one['unit_name']}")
                for one in offers
                if one["measure"] == line["measure"]
            ),
        )
        for line in found["lines"]
    )
    here = f"/orders/{order_id}"
    once = page.form.value("once") or str(new_id())
    return page.show("orders/confirm.html", ConfirmView(f"{here}/confirmation", once, lines, here))


async def confirm(page: Page) -> Response:
    """Confirm an order: whole from its own page, or as each line was written."""
    form, place = page.form, 0
    lines: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    while f"line-{place}" in form.values:
        line = await _read_line(page, place)
        if line is not None:
            names |= _names(len(lines), place)
            lines.append(line)
        place += 1
    again = show_confirming if place else None
    return await send(page, "confirm_order", {"lines": lines} if lines else None, "confirmed", again, names)


def _names(told: int, place: int) -> dict[str, str]:
    """Lead from the fields of a line that is told to those of the form: what is confirmed whole is not told."""
    at, instead = f"lines.{told}", f"lines.{told}.substitute"
    return {
        f"{at}.confirmed_quantity": f"amount-{place}",
        f"{at}.reason": f"reason-{place}",
        instead: f"instead-{place}",
        f"{instead}.listing_id": f"instead-{place}",
        f"{instead}.listing_version": f"instead-{place}",
        f"{instead}.price_fen": f"instead-{place}",
        f"{instead}.quantity": f"instead-amount-{place}",
    }


async def _read_line(page: Page, place: int) -> dict[str, Any] | None:
    """Read a line that is less than was ordered; None for one that is confirmed whole."""
    form, measure = page.form, page.form.value(f"measure-{place}")
    quantity = form.quantity(f"amount-{place}", measure)
    wants = form.value(f"instead-{place}").strip()
    if str(quantity) == form.value(f"ordered-{place}") and not wants:
        return None
    line: dict[str, Any] = {
        "line_id": str(form.id(f"line-{place}")),
        "confirmed_quantity": quantity,
        "reason": form.text(f"reason-{place}", most=REASON_MAX),
    }
    if wants:
        line["substitute"] = await _read_offer(page, place, measure)
    return line


async def _read_offer(page: Page, place: int, measure: str) -> dict[str, Any] | None:
    """Read what is offered instead, at the price that the seller's own listing has for that much."""
    form = page.form
    listing_id, quantity = form.id(f"instead-{place}"), form.quantity(f"instead-amount-{place}", measure)
    if listing_id is None or quantity is None:
        return None
    listed = await page.ask("get_listing", listing_id=listing_id)
    version, price_fen = listed["listing_version"], listed["price_fen"]
    for tier in listed["price_tiers"]:
        if quantity >= tier["from_quantity"]:
            price_fen = tier["price_fen"]
    return {
        "listing_id": str(listing_id),
        "listing_version": version,
        "quantity": quantity,
        "price_fen": price_fen,
    }
