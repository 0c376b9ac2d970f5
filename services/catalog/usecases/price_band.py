"""What goods cost now is known by item: from reference prices first, then from accepted ones, and of the demo last."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.catalog.domain.bands import (
    Band,
    Observation,
    PriceUnexplained,
    Verdict,
    accepted_band,
    accepted_since,
    verdict_of,
    wants_explanation,
)
from services.catalog.domain.items import item_problems
from services.catalog.domain.listings import price_fen_per_kg
from services.catalog.domain.origin import PaperPurpose
from services.catalog.store import bands, listing_papers
from services.catalog.store.bands import ItemDay
from services.catalog.store.listings import Version
from services.catalog.usecases.desk import Desk
from shared.clock import business_date, today
from shared.db.unit_of_work import ReadTx, Tx
from shared.errors import InvalidFields
from shared.reference.items import item_name


async def band_of(tx: ReadTx, item_code: str, on: date) -> Band | None:
    """Give the band that an item's price is held against on a day; None where nothing is known."""
    if not item_code:
        return None
    found = await bands.reference_band(tx, item_code, on, demo=False)
    if found is None:
        found, _ = (await accepted_bands(tx, [(item_code, on)]))[item_code, on]
    return found or await bands.reference_band(tx, item_code, on, demo=True)


async def accepted_bands(tx: ReadTx, wanted: Iterable[ItemDay]) -> dict[ItemDay, tuple[Band | None, list[Observation]]]:
    """Give by item and day the band of accepted prices, or None, and the lines that it is made of."""
    days: dict[str, list[date]] = {}
    for item_code, on in sorted(wanted):
        days.setdefault(item_code, []).append(on)
    found = {}
    for item_code, of_item in days.items():
        seen = await bands.observations(tx, item_code, [(accepted_since(on), on) for on in of_item])
        for on, lines in zip(of_item, seen, strict=True):
            found[item_code, on] = accepted_band(item_code, lines), lines
    return found


async def price_verdict(tx: ReadTx, version: Version, on: date) -> tuple[Band | None, Verdict]:
    """Hold the price of a version against the band of its item; goods without a known weight have no verdict."""
    band = await band_of(tx, version.item_code, on)
    per_kg = price_fen_per_kg(version.measure, version.unit_quantity, version.piece_grams, version.price_fen)
    return band, verdict_of(band, per_kg)


async def needs_explanation(tx: ReadTx, version: Version, on: date) -> bool:
    """Tell whether a price lies outside a band that binds, and is not explained with a proof."""
    band, verdict = await price_verdict(tx, version, on)
    return wants_explanation(band, verdict) and not await _is_explained(tx, version)


async def check_price(tx: Tx, version: Version) -> None:
    """Refuse a price outside a band that binds unless it is explained with a proof. Raises PriceUnexplained."""
    on = business_date(tx.now)
    band, verdict = await price_verdict(tx, version, on)
    if band is not None and wants_explanation(band, verdict) and not await _is_explained(tx, version):
        raise PriceUnexplained(verdict=verdict.value, **band_view(band, on))


async def _is_explained(tx: ReadTx, version: Version) -> bool:
    """Tell whether something is said of a price, and some paper of its listing proves it."""
    return bool(version.explanation) and await listing_papers.proves(tx, version.listing_id, PaperPurpose.PRICE_PROOF)


async def see_price_bands(desk: Desk, item_code: str) -> dict[str, Any]:
    """Show every band of an item, the one that prices are held against first. Raises InvalidFields."""
    if problems := item_problems("item", item_code):
        raise InvalidFields(*problems)
    on = today(desk.clock)
    async with desk.uow.read() as tx:
        known = [
            await bands.reference_band(tx, item_code, on, demo=False),
            (await accepted_bands(tx, [(item_code, on)]))[item_code, on][0],
            await bands.reference_band(tx, item_code, on, demo=True),
        ]
    found = [band_view(band, on) for band in known if band is not None]
    return {"item_code": item_code, "item_name": item_name(item_code), "on": on.isoformat(), "bands": found}


async def listing_band(tx: ReadTx, version: Version, on: date) -> dict[str, Any] | None:
    """Show a buyer the band that a version's price is held against, where it is from and how old, and how it stands."""
    band, verdict = await price_verdict(tx, version, on)
    return None if band is None else band_view(band, on) | {"verdict": verdict.value}


def band_view(band: Band, on: date) -> dict[str, Any]:
    """Show a band."""
    return {
        "source": band.source.value,
        "source_name": band.source_name,
        "low_fen_per_kg": band.low,
        "mid_fen_per_kg": band.mid,
        "high_fen_per_kg": band.high,
        "newest_on": band.newest_on.isoformat(),
        "age_days": band.age_days(on),
        "observations": band.observations,
        "demo": band.demo,
        "binds": band.binds,
    }
