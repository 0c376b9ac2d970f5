"""What canteens accepted at a price far from its band, and nobody had explained, is flagged line by line."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.catalog.domain.bands import Band, Observation, Verdict, band_of_others, verdict_of
from services.catalog.domain.flags import price_reason_of
from services.catalog.store import flags, listings, suppliers
from services.catalog.usecases.judge_sales import Found, Judged, keep_found
from services.catalog.usecases.price_band import band_and_lines
from shared.contracts.words import FlagKind
from shared.db.unit_of_work import Tx
from shared.reference.items import item_name

Rows = Sequence[dict[str, Any]]


async def judge_prices(tx: Tx, rows: Iterable[dict[str, Any]]) -> None:
    """Flag the lines that are far from a band that binds; their suppliers are judged alone.

    A line is no part of the band that it is held against. What the version said of its price, an officer saw when it
    was published: such a line is not flagged.
    """
    bands: dict[Any, tuple[Band | None, list[Observation]]] = {}
    far: dict[Judged, list[tuple[dict[str, Any], Band]]] = {}
    for row in rows:
        if row["step_id"] != row["acceptance_id"] or not row["item_code"] or row["per_kg_fen"] is None:
            continue
        key = row["item_code"], row["accepted_on"]
        if key not in bands:
            bands[key] = await band_and_lines(tx, *key)
        band = _held_against(row, *bands[key])
        if band is None or verdict_of(band, row["per_kg_fen"]) is not Verdict.FAR:
            continue
        version = await listings.find_version(tx, row["listing_id"], row["listing_version"])
        if version is None or not version.explanation:
            far.setdefault((row["supplier_id"], row["item_code"], row["year"]), []).append((row, band))
    for whose, lines in sorted(far.items()):
        if await suppliers.find(tx, whose[0]) is not None:
            await _flag(tx, whose, [row for row, _ in lines], lines[-1][1])


def _held_against(row: dict[str, Any], band: Band | None, seen: Sequence[Observation]) -> Band | None:
    """Give the band that binds a line, of which it is no part; None where nothing binds it."""
    if band is None or not band.binds:
        return None
    return band_of_others(band, seen, row["acceptance_id"], row["line_id"], row["per_kg_fen"])


async def _flag(tx: Tx, whose: Judged, lines: Rows, band: Band) -> None:
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
