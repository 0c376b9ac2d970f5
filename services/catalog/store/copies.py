"""Copies of what procurement_quota and order said; a copy takes only a higher version of its aggregate."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.store.tables import (
    canteens,
    counting_counties,
    designations,
    listings,
    on_sale,
    rules,
    stock,
    suppliers,
    units,
)
from shared.contracts.words import UnitLevel
from shared.db.unit_of_work import ReadTx, Tx

UNITS_LOCK = 7_310_101
"""Held shared by who looks up a path to store it, alone by who changes paths, so that no stored path is stale."""


async def keep(tx: Tx, table: sa.Table, rows: Sequence[dict[str, Any]]) -> list[Any]:
    """Write copies, each only over a lower version; gives the keys of those that were news."""
    key = next(iter(table.primary_key.columns))
    newest: dict[Any, dict[str, Any]] = {}
    for row in rows:
        if row[key.name] not in newest or newest[row[key.name]]["version"] < row["version"]:
            newest[row[key.name]] = row
    if not newest:
        return []
    statement = insert_or_not(table).values([newest[one] for one in sorted(newest, key=str)])
    written = await tx.rows(
        statement.on_conflict_do_update(
            index_elements=[key],
            set_={name: statement.excluded[name] for name in rows[0] if name != key.name},
            where=table.c.version < statement.excluded.version,
        ).returning(key)
    )
    return [row[0] for row in written]


async def is_available(tx: ReadTx, listing_id: UUID) -> bool:
    """Tell whether there is any left, as order last said; yes while it has said nothing."""
    known = await tx.value(sa.select(stock.c.available).where(stock.c.listing_id == listing_id))
    return True if known is None else bool(known)


async def mark_available(tx: Tx, listing_ids: Iterable[UUID]) -> None:
    """Bring what is on sale in line with the copies of stock."""
    await tx.execute(
        sa.update(on_sale)
        .where(
            on_sale.c.listing_id == stock.c.listing_id,
            on_sale.c.listing_id.in_(list(listing_ids)),
            on_sale.c.available != stock.c.available,
        )
        .values(available=stock.c.available)
    )


async def lock_listings(tx: Tx, listing_ids: Iterable[UUID]) -> None:
    """Keep these listings from being published beside us, in id order."""
    await tx.execute(
        sa.select(listings.c.listing_id)
        .where(listings.c.listing_id.in_(list(listing_ids)))
        .order_by(listings.c.listing_id)
        .with_for_update(key_share=True)
    )


async def hold_units(tx: Tx) -> None:
    """Keep paths from changing until this transaction ends."""
    await tx.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(UNITS_LOCK)))


async def lock_units(tx: Tx) -> None:
    """Change paths alone."""
    await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(UNITS_LOCK)))


async def reviewing_path(tx: ReadTx, county_code: str) -> str:
    """Tell whose subtree reviews suppliers of a county; empty while no unit is known."""
    return str(await tx.value(sa.select(_path_of(sa.literal(county_code)))))


async def review_paths_again(tx: Tx) -> None:
    """Store each supplier's reviewing path anew where it has changed; the units are locked."""
    path = _path_of(suppliers.c.county_code)
    await tx.execute(sa.update(suppliers).where(suppliers.c.unit_path != path).values(unit_path=path))


def _path_of(county_code: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The unit of the county itself, else of its prefecture, else of its province, else a province that is known."""

    def nearest(level: UnitLevel, code: sa.ColumnElement[str]) -> sa.ScalarSelect[str]:
        return _shortest().where(units.c.level == level.value, units.c.division_code == code).scalar_subquery()

    def front(length: int) -> sa.ColumnElement[str]:
        return sa.func.left(county_code, length)

    return sa.func.coalesce(
        nearest(UnitLevel.COUNTY, county_code),
        nearest(UnitLevel.PREFECTURE, front(4).concat("00")),
        nearest(UnitLevel.PROVINCE, front(2).concat("0000")),
        _shortest().where(units.c.level == UnitLevel.PROVINCE.value).scalar_subquery(),
        "",
    )


def _shortest() -> sa.Select[tuple[str]]:
    return sa.select(units.c.path).order_by(sa.func.length(units.c.path), units.c.path).limit(1)


async def canteen_known(tx: ReadTx, canteen_id: UUID) -> bool:
    """Tell whether this canteen was heard of."""
    return bool(await tx.value(sa.select(sa.exists().where(canteens.c.canteen_id == canteen_id))))


async def lock_counting(tx: Tx) -> None:
    """Make the counting counties alone."""
    await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(UNITS_LOCK + 1)))


async def rules_and_designations(tx: ReadTx) -> tuple[Sequence[sa.Row[Any]], Sequence[sa.Row[Any]]]:
    """Give every rule and every list of counties, as last heard."""
    return await tx.rows(sa.select(rules)), await tx.rows(sa.select(designations))


async def replace_counting(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Write anew from which counties goods count."""
    await tx.execute(sa.delete(counting_counties))
    if rows:
        await tx.execute(sa.insert(counting_counties), list(rows))
