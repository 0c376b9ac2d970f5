"""Changes of prices and repeats, and the version that an officer looked at last."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.catalog.domain.prices import PublishedBy
from services.catalog.store import listings
from services.catalog.store.listings import Version
from services.catalog.store.price_tables import listing_repeats, price_changes
from services.catalog.store.tables import listing_versions
from services.catalog.store.tables import listings as listing_table
from shared.db.unit_of_work import ReadTx, Tx

_BY_ID = sa.select(price_changes).where(price_changes.c.change_id == sa.bindparam("of_id"))
_SINCE = (
    sa.select(price_changes.c.version, price_changes.c.made_ms, price_changes.c.changed_by)
    .where(
        price_changes.c.listing_id == sa.bindparam("of_id"),
        price_changes.c.version > sa.bindparam("after"),
        price_changes.c.outcome != "unchanged",
    )
    .order_by(price_changes.c.version)
)
_INSERT = sa.insert(price_changes)
_REVIEWED = (
    sa.select(sa.func.max(listing_versions.c.version))
    .where(listing_versions.c.listing_id == sa.bindparam("of_id"))
    .where(listing_versions.c.published_by == sa.literal_column(f"'{PublishedBy.OFFICER}'"))
)
_LAST_ON_SALE = (
    sa.select(listing_table.c.listing_id)
    .join(
        listing_versions,
        (listing_versions.c.listing_id == listing_table.c.listing_id)
        & (listing_versions.c.version == listing_table.c.last_published_version),
    )
    .where(listing_table.c.supplier_id == sa.bindparam("of_supplier"))
    .order_by(listing_versions.c.published_at.desc(), listing_table.c.listing_id.desc())
    .limit(1)
)
_REPEAT = sa.select(listing_repeats).where(listing_repeats.c.listing_id == sa.bindparam("of_id"))
_REPEATS = (
    sa.select(listing_repeats.c.listing_id)
    .join(listing_table, listing_table.c.listing_id == listing_repeats.c.listing_id)
    .where(
        listing_table.c.supplier_id == sa.bindparam("of_supplier"),
        listing_repeats.c.reviewed_listing_id == sa.bindparam("of_id"),
    )
)
_INSERT_REPEAT = sa.insert(listing_repeats)


async def find_change(tx: ReadTx, change_id: UUID) -> dict[str, Any] | None:
    """Give a change of a price, or None."""
    return _one(await tx.first(_BY_ID, {"of_id": change_id}))


async def changes_since(tx: ReadTx, listing_id: UUID, version: int) -> list[tuple[int, int, UUID]]:
    """Give the versions after this one that a change of the price made, when each change was made and by whom."""
    rows = await tx.rows(_SINCE, {"of_id": listing_id, "after": version})
    return [(row.version, row.made_ms, row.changed_by) for row in rows]


async def insert_change(tx: Tx, values: Mapping[str, Any]) -> None:
    """Keep a change of a price."""
    await tx.execute(_INSERT, values)


async def last_on_sale(tx: ReadTx, supplier_id: UUID) -> UUID | None:
    """Give the listing of a supplier that came on sale last, whether it is there still or not."""
    found: UUID | None = await tx.value(_LAST_ON_SALE, {"of_supplier": supplier_id})
    return found


async def find_repeat(tx: ReadTx, listing_id: UUID) -> dict[str, Any] | None:
    """Tell of what a listing was made, or None."""
    return _one(await tx.first(_REPEAT, {"of_id": listing_id}))


async def repeats_of(tx: ReadTx, supplier_id: UUID, listing_id: UUID) -> set[UUID]:
    """Give a supplier's listings that repeat the one whose terms an officer saw, at whatever remove."""
    rows = await tx.rows(_REPEATS, {"of_supplier": supplier_id, "of_id": listing_id})
    return {row.listing_id for row in rows}


async def insert_repeat(tx: Tx, values: Mapping[str, Any]) -> None:
    """Keep of what a listing was made."""
    await tx.execute(_INSERT_REPEAT, values)


async def last_reviewed(tx: ReadTx, listing_id: UUID) -> Version | None:
    """Give the version that an officer published last, of this listing or else of what it repeats; None if none was."""
    version = await tx.value(_REVIEWED, {"of_id": listing_id})
    if version is not None:
        return await listings.find_version(tx, listing_id, version)
    repeat = await find_repeat(tx, listing_id)
    if repeat is None or repeat["reviewed_version"] is None:
        return None
    return await listings.find_version(tx, repeat["reviewed_listing_id"], repeat["reviewed_version"])


def _one(row: sa.Row[Any] | None) -> dict[str, Any] | None:
    return None if row is None else dict(row._mapping)
