"""What bands are made of: reference prices that were accepted, and prices at which canteens accepted goods."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.domain.bands import IMPORTED_DAYS_MAX, Band, BandSource, Observation, PriceImportState
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

ItemDay = tuple[str, date]
STORE = ImportStore(price_imports, price_import_rows, WORKING, OPEN)
OBSERVATIONS_MAX = 5_000
"""The newest lines that a band is made of."""


async def reference_band(tx: ReadTx, item_code: str, today: date, *, demo: bool) -> Band | None:
    """Give the newest reference price of an item as a band, or None; one that binds, only while it is current."""
    return (await reference_bands(tx, [(item_code, today)], demo=demo)).get((item_code, today))


async def reference_bands(tx: ReadTx, wanted: Iterable[ItemDay], *, demo: bool) -> dict[ItemDay, Band]:
    """Give the newest reference price of each item on its day as a band; those that have none are left out."""
    asked = sorted(set(wanted))
    if not asked:
        return {}
    how = {"items": [item for item, _ in asked], "days": [day for _, day in asked], "demo": demo}
    rows = await tx.rows(_REFERENCES, how | {"days_max": None if demo else IMPORTED_DAYS_MAX})
    return {(row.item_code, row.day): _reference(row) for row in rows}


_REFERENCES = sa.text(
    """
    SELECT item, day, newest.*
      FROM unnest(CAST(:items AS text[]), CAST(:days AS date[])) AS one (item, day)
     CROSS JOIN LATERAL (
           SELECT item_code, source, low, median, high, priced_on, demo FROM reference_prices
            WHERE item_code = one.item AND demo = CAST(:demo AS boolean) AND priced_on <= one.day
              AND (CAST(:days_max AS integer) IS NULL OR one.day - priced_on <= CAST(:days_max AS integer))
            ORDER BY priced_on DESC, accepted_at DESC, row DESC LIMIT 1) AS newest
    """
)


def _reference(row: sa.Row[Any]) -> Band:
    return Band(
        item_code=row.item_code,
        source=BandSource.IMPORTED,
        source_name=row.source,
        low=row.low,
        mid=row.median,
        high=row.high,
        newest_on=row.priced_on,
        observations=1,
        demo=row.demo,
    )


async def observations(tx: ReadTx, item_code: str, spans: Sequence[tuple[date, date]]) -> list[list[Observation]]:
    """Give by span of days the newest lines of an item that canteens accepted in it, each with its price and weight."""
    how = {"item_code": item_code, "since": [since for since, _ in spans], "until": [until for _, until in spans]}
    seen = [value_of(Observation, row, {}) for row in await tx.rows(_OBSERVATIONS, how)]
    return [[one for one in seen if since <= one.accepted_on <= until][:OBSERVATIONS_MAX] for since, until in spans]


_OBSERVATIONS = sa.text(
    f"""
    SELECT DISTINCT newest.*
      FROM unnest(CAST(:since AS date[]), CAST(:until AS date[])) AS one (since, until)
     CROSS JOIN LATERAL (
           SELECT {", ".join(one.name for one in fields(Observation))} FROM sales
            WHERE item_code = :item_code AND accepted_on BETWEEN one.since AND one.until
              AND step_id = acceptance_id AND per_kg_fen IS NOT NULL AND grams > 0
            ORDER BY accepted_on DESC, acceptance_id DESC, line_id DESC LIMIT {OBSERVATIONS_MAX}) AS newest
     ORDER BY accepted_on DESC, acceptance_id DESC, line_id DESC
    """  # noqa: S608 - names of our own
)
"""Days of one batch see mostly the same lines, so that each comes once."""


async def ends_of_prices(tx: ReadTx, items: Iterable[str], since: date, until: date) -> dict[str, tuple[int, int]]:
    """Give by item the lowest and the highest price at which canteens accepted it in these days."""
    table = sales.c
    query = (
        sa.select(
            table.item_code, sa.func.min(table.per_kg_fen).label("low"), sa.func.max(table.per_kg_fen).label("high")
        )
        .where(
            table.item_code.in_(sorted(items)),
            table.step_id == table.acceptance_id,
            table.accepted_on.between(since, until),
            table.per_kg_fen.is_not(None),
            table.grams > 0,
        )
        .group_by(table.item_code)
    )
    return {row.item_code: (row.low, row.high) for row in await tx.rows(query)}


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


async def newest_imports(
    tx: ReadTx, unit_path: str, *, state: PriceImportState | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Give imports of a unit's officers, the newest first, from behind one of them on."""
    table = price_imports.c
    query = sa.select(price_imports).where(table.unit_path == unit_path)
    if state is not None:
        query = query.where(table.state == state.value)
    if after is not None:
        query = query.where(sa.tuple_(table.put_at, table.id) < sa.tuple_(*map(sa.literal, after)))
    rows = await tx.rows(query.order_by(table.put_at.desc(), table.id.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]


async def known_keys(tx: ReadTx, import_id: UUID, keys: Sequence[str]) -> set[str]:
    """Tell which of these items, days and regions an import has named before."""
    named = (price_import_rows.c.import_id == import_id, price_import_rows.c.key.in_(keys))
    return {row.key for row in await tx.rows(sa.select(price_import_rows.c.key).where(*named))}


async def insert_references(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Keep reference prices; what was kept before is left as it is."""
    if rows:
        await tx.execute(insert_or_not(reference_prices).on_conflict_do_nothing(), list(rows))
