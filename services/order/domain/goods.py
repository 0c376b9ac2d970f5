"""What a buyer asks for is one listing in one version, at its price, in whole steps above a minimum."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.order.domain.refusals import AmountTooLarge
from services.order.domain.weights import obeys_step, packed_max
from shared.contracts.words import Measure
from shared.ids import order_id
from shared.money import AMOUNT_FEN_MAX, line_amount_fen, tier_price_fen

PRODUCT_MAX = 4 * 10**18
"""A quantity times its price stays within the database's whole numbers."""


class Goods(NamedTuple):
    """One version of a listing, as agreed to; a tuple, because five are made for every order."""

    listing_id: UUID
    version: int
    supplier_id: UUID
    supplier_name: str
    supplier_kind: str
    name: str
    category: str
    measure: Measure
    unit_name: str
    unit_quantity: int
    piece_grams: int | None
    price_fen: int
    """Of a unit, below the first tier."""
    minimum_quantity: int
    step_quantity: int
    origin_county_code: str
    price_tiers: Sequence[Sequence[int]] | None = None
    """Pairs (from quantity, price of a unit), rising; None where there are none, as mostly."""

    def price_at(self, quantity: int) -> int:
        """Tell the price of a unit when this much is ordered: it is agreed then, and less that is accepted keeps it."""
        return (
            self.price_fen if self.price_tiers is None else tier_price_fen(quantity, self.price_fen, self.price_tiers)
        )

    def amount_fen(self, quantity: int) -> int:
        """Price what is ordered."""
        return line_amount_fen(quantity, self.price_at(quantity), self.unit_quantity)


class AskedLine(NamedTuple):
    """One line of a basket beside the listing as it is known now."""

    version: int
    """The version that the buyer has seen."""
    quantity: int
    goods: Goods
    on_sale: bool
    selling: bool
    """Whether its supplier may sell."""
    amount_fen: int
    """Its quantity at its price, which is the tier's that it reaches."""
    tolerance_bp: int
    """How far its weight may be off what is ordered; agreed with its price, and 0 for pieces."""
    available: int | None = None
    """What is left, where it was read."""
    recognised: Sequence[Sequence[date]] | None = None
    """The spans in which its supplier is recognised, first and last day; None where that was not told."""

    @property
    def price_fen(self) -> int:
        """Of a unit, at the quantity that is asked for."""
        return self.goods.price_at(self.quantity)

    @property
    def most_fen(self) -> int:
        """What it comes to when as much is packed as its tolerance allows."""
        if self.tolerance_bp == 0:
            return self.amount_fen
        most = packed_max(self.quantity, self.goods.measure, self.tolerance_bp)
        return line_amount_fen(most, self.price_fen, self.goods.unit_quantity)

    def recognised_on(self, day: date) -> bool:
        """Tell whether its supplier's recognition holds on a day; it does where recognitions were not told."""
        return self.recognised is None or any(first <= day <= last for first, last in self.recognised)

    def changes(self) -> list[str]:
        """List why the terms that the buyer has seen no longer hold."""
        found = []
        if self.version != self.goods.version:
            found.append("stale_version")
        if not self.on_sale:
            found.append("off_sale")
        if not obeys_step(self.quantity, self.goods.minimum_quantity, self.goods.step_quantity):
            found.append("wrong_quantity")
        return found

    def warnings(self) -> list[str]:
        """List why this line cannot be ordered as it is."""
        found = self.changes()
        if not self.selling:
            found.append("supplier_not_selling")
        if self.available is not None and self.available < self.quantity:
            found.append("short_stock")
        return found


def total_fen(lines: Iterable[AskedLine]) -> int:
    """Sum the lines; raises AmountTooLarge beyond what one order can be."""
    total = 0
    for line in lines:
        total += line.amount_fen
        if line.quantity * line.goods.price_fen > PRODUCT_MAX:
            total += AMOUNT_FEN_MAX
    if total > AMOUNT_FEN_MAX:
        raise AmountTooLarge(amount_fen=total, amount_fen_max=AMOUNT_FEN_MAX)
    return total


def most_fen(lines: Iterable[AskedLine]) -> int:
    """Sum the most that the lines may come to: an approval limit is held against it, as no tolerance passes under."""
    return sum(line.most_fen for line in lines)


class PlannedOrder(NamedTuple):
    """The one order that a requisition places with one supplier; lines with their places in the basket, from 1."""

    order_id: UUID
    supplier_id: UUID
    supplier_name: str
    supplier_kind: str
    amount_fen: int
    lines: tuple[tuple[int, AskedLine], ...]

    def recognised_on(self, day: date) -> bool:
        """Tell whether its supplier's recognition holds on a day; it does where recognitions were not told."""
        return self.lines[0][1].recognised_on(day)


def plan_orders(requisition_id: UUID, lines: Sequence[AskedLine]) -> list[PlannedOrder]:
    """Split a basket into orders, one per supplier, in the order of their first lines."""
    by_supplier: dict[UUID, list[tuple[int, AskedLine]]] = {}
    for position, line in enumerate(lines, 1):
        by_supplier.setdefault(line.goods.supplier_id, []).append((position, line))
    return [
        PlannedOrder(
            order_id=order_id(requisition_id, supplier_id),
            supplier_id=supplier_id,
            supplier_name=own[0][1].goods.supplier_name,
            supplier_kind=own[0][1].goods.supplier_kind,
            amount_fen=sum(line.amount_fen for _, line in own),
            lines=tuple(own),
        )
        for supplier_id, own in by_supplier.items()
    ]


TERMS = (
    "name",
    "category",
    "measure",
    "unit_name",
    "unit_quantity",
    "piece_grams",
    "price_fen",
    "price_tiers",
    "minimum_quantity",
    "step_quantity",
    "origin_county_code",
)
"""What a buyer agrees to, by the names of `ListingFacts`."""


def terms_of(goods: Goods) -> dict[str, Any]:
    """Write the terms of goods as they are kept for each version."""
    tiers = [{"from_quantity": one, "price_fen": price} for one, price in goods.price_tiers or ()]
    return {name: getattr(goods, name) for name in TERMS} | {"price_tiers": tiers}


def what_changed(seen: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the terms in which two versions differ, each with both values."""
    return [{"field": name, "seen": seen[name], "now": now[name]} for name in TERMS if seen[name] != now[name]]


LINE_FACTS = (
    "name",
    "category",
    "measure",
    "unit_name",
    "unit_quantity",
    "piece_grams",
    "origin_county_code",
)


def line_facts(line: AskedLine) -> dict[str, Any]:
    """Write a line as a requisition shows it."""
    goods = line.goods
    return {
        "listing_id": str(goods.listing_id),
        "listing_version": goods.version,
        "supplier_id": str(goods.supplier_id),
        "name": goods.name,
        "category": goods.category,
        "measure": goods.measure,
        "unit_name": goods.unit_name,
        "unit_quantity": goods.unit_quantity,
        "piece_grams": goods.piece_grams,
        "origin_county_code": goods.origin_county_code,
        "price_fen": line.price_fen,
        "quantity": line.quantity,
        "tolerance_bp": line.tolerance_bp,
        "amount_fen": line.amount_fen,
    }
