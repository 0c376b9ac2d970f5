"""Sheets of new prices, and a supplier's listings as such a sheet shows them."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.catalog.domain.listing_table import OnSheet
from services.catalog.domain.listings import ListingState
from services.catalog.store.listing_import_tables import OPEN, WORKING, listing_import_rows, listing_imports
from services.catalog.store.tables import listing_versions, listings
from shared.contracts.words import Measure
from shared.db.unit_of_work import ReadTx, Tx
from shared.imports.store import ImportStore

STORE = ImportStore(listing_imports, listing_import_rows, WORKING, OPEN)
_shown, _newest = listing_versions.alias("shown"), listing_versions.alias("newest")
_SHELF = (
    sa.select(
        listings.c.listing_id,
        listings.c.published_version.is_not(None).label("on_sale"),
        *(
            _shown.c[name]
            for name in (
                "name",
                "measure",
                "unit_name",
                "unit_quantity",
                "piece_grams",
                "minimum_quantity",
                "step_quantity",
                "price_fen",
            )
        ),
        sa.case(
            (
                sa.and_(
                    listings.c.state == ListingState.SUBMITTED.value,
                    listings.c.published_version.is_not(None),
                    _newest.c.price_fen != _shown.c.price_fen,
                ),
                _newest.c.price_fen,
            )
        ).label("waiting_fen"),
    )
    .join(
        _shown,
        (_shown.c.listing_id == listings.c.listing_id)
        & (_shown.c.version == sa.func.coalesce(listings.c.published_version, listings.c.version)),
    )
    .join(_newest, (_newest.c.listing_id == listings.c.listing_id) & (_newest.c.version == listings.c.version))
    .order_by(listings.c.listing_id)
)


async def shelf(tx: ReadTx, supplier_id: UUID) -> list[OnSheet]:
    """Give all of a supplier's listings, on sale or not, as a sheet shows them."""
    rows = await tx.rows(_SHELF.where(listings.c.supplier_id == supplier_id))
    return [_on_sheet(row) for row in rows]


async def on_sheet(tx: ReadTx, listing_id: UUID) -> OnSheet | None:
    """Give one listing as a sheet shows it."""
    row = await tx.first(_SHELF.where(listings.c.listing_id == listing_id))
    return None if row is None else _on_sheet(row)


async def alone_with_sheets(tx: Tx, supplier_id: UUID) -> None:
    """Take in sheets of a supplier alone, until the transaction ends."""
    name = sa.func.hashtextextended(f"listing imports {supplier_id}", 0)
    await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(name)))


async def listings_seen(tx: ReadTx, import_id: UUID) -> dict[UUID, int]:
    """Tell in which row a sheet named each listing first, of the rows that were read."""
    rows = await tx.rows(
        sa.select(listing_import_rows.c.listing_id, sa.func.min(listing_import_rows.c.row).label("row"))
        .where(listing_import_rows.c.import_id == import_id, listing_import_rows.c.listing_id.is_not(None))
        .group_by(listing_import_rows.c.listing_id)
    )
    return {row.listing_id: row.row for row in rows}


async def replace_checked(tx: Tx, import_id: UUID, supplier_id: UUID, put_by: UUID) -> None:
    """Let a new sheet stand in the place of those that the same person brought before and did not accept."""
    table = listing_imports.c
    mine = (table.supplier_id == supplier_id, table.put_by == put_by, table.state == "checked", table.id != import_id)
    await tx.execute(sa.update(listing_imports).where(*mine).values(state="replaced"))


async def all_rows(tx: ReadTx, import_id: UUID, states: tuple[str, ...]) -> list[dict[str, Any]]:
    """Give every row of a sheet that is in one of these states, in their order."""
    table = listing_import_rows.c
    rows = await tx.rows(
        sa.select(listing_import_rows).where(table.import_id == import_id, table.state.in_(states)).order_by(table.row)
    )
    return [dict(row._mapping) for row in rows]


def _on_sheet(row: sa.Row[Any]) -> OnSheet:
    return OnSheet(**{**row._mapping, "measure": Measure(row.measure)})
