"""What canteens accepted at a price far from its band, and nobody had explained, is flagged line by line."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from services.catalog.domain.bands import (
    Band,
    Observation,
    Verdict,
    accepted_since,
    band_of_others,
    may_be_far,
    verdict_of,
)
from services.catalog.domain.flags import price_reason_of
from services.catalog.store import bands, flags, listings, suppliers
from services.catalog.store.bands import ItemDay
from services.catalog.store.plots import Goods
from services.catalog.usecases.judge_sales import Found, keep_found
from services.catalog.usecases.price_band import accepted_bands
from shared.contracts.words import FlagKind
from shared.db.unit_of_work import Tx
from shared.reference.items import item_name

Rows = Sequence[dict[str, Any]]


async def judge_prices(tx: Tx, rows: Iterable[dict[str, Any]]) -> None:
    """Flag the lines that are far from a band that binds; their suppliers are judged alone.

    A line is no part of the band that it is held against. What the version said of its price, an officer saw when it
    was published: such a line is not flagged.
    """
    far = await _far(tx, [row for row in rows if row["step_id"] == row["acceptance_id"] and _is_priced(row)])
    if not far:
        return
    explained = await listings.explained(tx, {_version(row) for row, _ in far})
    known = await suppliers.find_all(tx, {row["supplier_id"] for row, _ in far})
    unexplained: dict[Goods, list[tuple[dict[str, Any], Band]]] = {}
    for row, band in far:
        if row["supplier_id"] in known and _version(row) not in explained:
            whose = row["supplier_id"], row["item_code"], row["year"]
            unexplained.setdefault(whose, []).append((row, band))
    for whose, lines in sorted(unexplained.items()):
        await _flag(tx, whose, [row for row, _ in lines], lines[-1][1])


async def _far(tx: Tx, rows: Rows) -> list[tuple[dict[str, Any], Band]]:
    """Give the lines that are far from a band that binds, each with its band.

    What canteens paid is read line by line only of items of which some price here may be far from it.
    """
    references = await bands.reference_bands(tx, {_day(row) for row in rows}, demo=False)
    doubted = await _doubted(tx, [row for row in rows if _day(row) not in references])
    accepted = await accepted_bands(tx, {_day(row) for row in doubted})
    held = [(row, references.get(_day(row)) or _of_others(row, *accepted.get(_day(row), (None, [])))) for row in rows]
    return [(row, band) for row, band in held if band and verdict_of(band, row["per_kg_fen"]) is Verdict.FAR]


def _of_others(row: dict[str, Any], band: Band | None, seen: Sequence[Observation]) -> Band | None:
    if band is None:
        return None
    return band_of_others(band, seen, row["acceptance_id"], row["line_id"], row["per_kg_fen"])


async def _doubted(tx: Tx, rows: Rows) -> Rows:
    """Give the lines whose price may be far from what canteens paid."""
    if not rows:
        return []
    days = [row["accepted_on"] for row in rows]
    items = {row["item_code"] for row in rows}
    ends = await bands.ends_of_prices(tx, items, accepted_since(min(days)), max(days))
    return [row for row in rows if row["item_code"] in ends and may_be_far(*ends[row["item_code"]], row["per_kg_fen"])]


def _is_priced(row: dict[str, Any]) -> bool:
    return bool(row["item_code"]) and row["per_kg_fen"] is not None


def _day(row: dict[str, Any]) -> ItemDay:
    return row["item_code"], row["accepted_on"]


def _version(row: dict[str, Any]) -> tuple[UUID, int]:
    return row["listing_id"], row["listing_version"]


async def _flag(tx: Tx, whose: Goods, lines: Rows, band: Band) -> None:
    """Raise a flag of these goods' prices, or add lines to one; once cleared, with what is new alone."""
    price = lines[-1]["per_kg_fen"]
    evidence = {
        "lines": len(lines),
        "per_kg_fen": price,
        "low_fen_per_kg": band.low,
        "high_fen_per_kg": band.high,
        "source": band.source.value,
        "source_name": band.source_name,
        "newest_on": band.newest_on.isoformat(),
    }
    reason = price_reason_of(item_name(whose[1]), whose[2], price, band.low, band.high)
    known = await flags.on_goods(tx, FlagKind.PRICE, *whose)
    lots = [(row["acceptance_id"], row["line_id"]) for row in lines]
    await keep_found(tx, Found(FlagKind.PRICE, whose, evidence, reason), known, lots)
