"""What bands are made of: reference prices that were accepted, and prices at which canteens accepted goods."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.domain.bands import IMPORTED_DAYS_MAX, Band, BandSource, Observation
from services.catalog.store.band_tables import (
    OPEN,
    WORKING,
    price_import_rows,
    price_imports,
    reference_prices,
)
from services.catalog.store.rows import value_of
from services.catalog.store.sales_tables import sales
from services.catalog.store.tables import units
from shared.contracts.words import UnitLevel
from shared.db.unit_of_work import ReadTx, Tx
from shared.imports.store import ImportStore

STORE = ImportStore(price_imports, price_import_rows, WORKING, OPEN)
OBSERVATIONS_MAX = 5_000
"""The newest lines that a band is made of."""


async def reference_band(tx: ReadTx, item_code: str, today: date, *, demo: bool) -> Band | None:
    """Give the newest reference price of an item as a band, or None; one that binds, only while it is current."""
    table = reference_prices.c
    query = (
        sa.select(reference_prices)
        .where(table.item_code == item_code, table.demo == demo, table.priced_on <= today)
        .order_by(table.priced_on.desc(), table.accepted_at.desc(), table.row.desc())
        .limit(1)
    )
    if not demo:
        query = query.where(today - table.priced_on <= IMPORTED_DAYS_MAX)
    row = await tx.first(query)
    if row is None:
        return None
    return Band(
        item_code=item_code,
        source=BandSource.IMPORTED,
        source_name=row.source,
        low=row.low,
        mid=row.median,
        high=row.high,
        newest_on=row.priced_on,
        observations=1,
        demo=row.demo,
    )


async def observations(tx: ReadTx, item_code: str, since: date, until: date) -> list[Observation]:
    """Give the newest lines of an item that canteens accepted in these days, each with its price and weight."""
    table = sales.c
    query = (
        sa.select(*(table[one.name] for one in fields(Observation)))
        .where(
            table.item_code == item_code,
            table.step_id == table.acceptance_id,
            table.accepted_on.between(since, until),
            table.per_kg_fen.is_not(None),
            table.grams > 0,
        )
        .order_by(table.accepted_on.desc(), table.step_id.desc(), table.line_id.desc())
        .limit(OBSERVATIONS_MAX)
    )
    return [value_of(Observation, row, {}) for row in await tx.rows(query)]


async def province_path(tx: ReadTx) -> str | None:
    """Give the path of the province, whose officers bring prices for all; None while no unit is known."""
    found: str | None = await tx.value(
        sa.select(units.c.path)
        .where(units.c.level == UnitLevel.PROVINCE.value)
        .order_by(sa.func.length(units.c.path), units.c.path)
        .limit(1)
    )
    return found


async def alone_with_imports(tx: Tx) -> None:
    """Take in files of prices alone, until the transaction ends."""
    await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(7_310_112)))


async def known_keys(tx: ReadTx, import_id: UUID, keys: Sequence[str]) -> set[str]:
    """Tell which of these items and days an import has named before."""
    named = (price_import_rows.c.import_id == import_id, price_import_rows.c.key.in_(keys))
    return {row.key for row in await tx.rows(sa.select(price_import_rows.c.key).where(*named))}


async def insert_references(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Keep reference prices; what was kept before is left as it is."""
    if rows:
        await tx.execute(insert_or_not(reference_prices).on_conflict_do_nothing(), list(rows))
