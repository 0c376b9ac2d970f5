"""An officer sees which prices their sellers changed by themselves, how far, and how they stand to their bands."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, Field

from services.catalog.domain.bands import Band, verdict_of
from services.catalog.domain.listings import price_fen_per_kg
from services.catalog.domain.prices import Prices, drift_bp
from services.catalog.store import price_looks
from services.catalog.usecases.cursors import moment_of, number_of, tagged
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.price_band import band_of, band_view
from services.catalog.usecases.texts import COMMAND
from shared.clock import today
from shared.contracts.authority import Identity, Reach, seats_that_reach
from shared.contracts.words import Measure
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor
from shared.reference import category_name, county_name
from shared.reference.items import item_name


class ListPriceChanges(BaseModel):
    """Whose, and which page of them."""

    model_config = COMMAND

    supplier: UUID | None = None
    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)


async def list_price_changes(desk: Desk, identity: Identity, query: ListPriceChanges) -> dict[str, Any]:
    """List changes that held at once and that no officer has seen since, the one that has waited longest first."""
    reached = seats_that_reach(identity, "list_price_changes")
    paths = [seat.path for reach, seat in reached if reach is Reach.SUBTREE and seat.path]
    if not paths:
        return {"items": [], "next": None}
    on = today(desk.clock)
    async with desk.uow.read() as tx:
        found = await price_looks.page(
            tx, paths, supplier_id=query.supplier, after=_after(query.cursor), limit=query.limit + 1
        )
        page = found[: query.limit]
        bands = {code: await band_of(tx, code, on) for code in sorted({row.item_code for row in page})}
    following = None
    if len(found) > query.limit:
        following = encode_cursor(["changed", number_of(page[-1].changed_at), str(page[-1].change_id)])
    return {"items": [_line(row, bands[row.item_code], on) for row in page], "next": following}


def _line(row: sa.Row[Any], band: Band | None, on: date) -> dict[str, Any]:
    now = _price(row, row.version, row.price_fen, row.price_tiers)
    before = _price(row, row.before_version, row.before_fen, row.before_tiers)
    seen = _price(row, row.seen_version, row.seen_fen, row.seen_tiers)
    return {
        "change_id": str(row.change_id),
        "listing_id": str(row.listing_id),
        "name": row.name,
        "category": row.category,
        "category_name": category_name(row.category),
        "item_code": row.item_code,
        "item_name": item_name(row.item_code),
        "unit_name": row.unit_name,
        "supplier_id": str(row.supplier_id),
        "supplier_name": row.supplier_name,
        "county_code": row.county_code,
        "county_name": county_name(row.county_code),
        "changed_by": str(row.changed_by),
        "changed_at": row.changed_at.isoformat(),
        "on_sale": row.published_version == row.version,
        "now": now,
        "before": before,
        "seen": seen and seen | {"seen_at": row.seen_at.isoformat(), "in_queue": row.seen_in_queue},
        "drift_bp": seen and drift_bp(_prices(row.seen_fen, row.seen_tiers), _prices(row.price_fen, row.price_tiers)),
        "band": None if band is None or now is None else band_view(band, on) | _standing(band, now),
    }


def _standing(band: Band, now: dict[str, Any]) -> dict[str, Any]:
    return {"verdict": verdict_of(band, now["price_fen_per_kg"]).value}


def _price(row: sa.Row[Any], version: int | None, price_fen: int, tiers: list[dict[str, int]]) -> dict[str, Any] | None:
    """Show what a version costs; one change of a price leaves all else as it was, the weight of a unit too."""
    if version is None:
        return None
    return {
        "listing_version": version,
        "price_fen": price_fen,
        "price_tiers": tiers,
        "price_fen_per_kg": price_fen_per_kg(Measure(row.measure), row.unit_quantity, row.piece_grams, price_fen),
    }


def _prices(price_fen: int, tiers: list[dict[str, int]]) -> Prices:
    return Prices.of(price_fen, tiers)


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    keys = decode_cursor(cursor, str, int, UUID)
    if keys is None:
        return None
    tagged(keys[0], "changed")
    return moment_of(keys[1]), keys[2]
