"""Listings by where their newest version stands, for those who work on them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from services.catalog.domain.listings import ListingState
from services.catalog.store import listings as store
from services.catalog.store import suppliers as people
from services.catalog.store.listings import Listing, Version
from services.catalog.store.suppliers import Supplier
from services.catalog.store.tables import listings, suppliers
from shared.db.unit_of_work import ReadTx


@dataclass(frozen=True, slots=True)
class Whose:
    """An asker's own suppliers, and the subtrees that its seats reach."""

    supplier_ids: tuple[UUID, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AtWork:
    """A listing with its newest version and its supplier."""

    listing: Listing
    version: Version
    supplier: Supplier


async def page(
    tx: ReadTx,
    whose: Whose,
    state: ListingState,
    *,
    supplier_id: UUID | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[AtWork]:
    """Give listings in a state, the one that has waited longest first."""
    reached: list[sa.ColumnElement[bool]] = [suppliers.c.unit_path.startswith(p, autoescape=True) for p in whose.paths]
    if whose.supplier_ids:
        reached.append(suppliers.c.supplier_id.in_(whose.supplier_ids))
    if not reached:
        return []
    query = (
        sa.select(listings.c.listing_id)
        .join(suppliers, suppliers.c.supplier_id == listings.c.supplier_id)
        .where(listings.c.state == state.value, sa.or_(*reached))
        .order_by(listings.c.changed_at, listings.c.listing_id)
        .limit(limit)
    )
    if supplier_id is not None:
        query = query.where(listings.c.supplier_id == supplier_id)
    if after is not None:
        keys = sa.tuple_(listings.c.changed_at, listings.c.listing_id)
        query = query.where(keys > sa.tuple_(*map(sa.literal, after)))
    return [found for row in await tx.rows(query) if (found := await _found(tx, row.listing_id)) is not None]


async def _found(tx: ReadTx, listing_id: UUID) -> AtWork | None:
    listing = await store.find(tx, listing_id)
    if listing is None:
        return None
    version = await store.find_version(tx, listing_id, listing.version)
    supplier = await people.find(tx, listing.supplier_id)
    return None if version is None or supplier is None else AtWork(listing, version, supplier)
