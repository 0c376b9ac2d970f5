"""Sheets of new prices, and a supplier's listings as such a sheet shows them."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.catalog.domain.listing_table import NEEDED, ListingImportUnknown, OnSheet, listing_table
from services.catalog.domain.listings import ListingState
from services.catalog.domain.sheet_tiers import Tiers
from services.catalog.store.listing_import_tables import listing_import_rows, listing_imports
from services.catalog.store.tables import listing_versions, listings
from shared.contracts.words import Measure
from shared.db.unit_of_work import ReadTx
from shared.imports.sheets import WORKING, Sheets
from shared.imports.store import ImportStore

STORE = ImportStore(listing_imports, listing_import_rows, WORKING, WORKING)
SHEETS = Sheets(
    STORE,
    listing_table(),
    NEEDED,
    {
        "bad": ("有误，未导入", "wrong, not imported"),
        "good": ("待确认", "waits to be accepted"),
        "unchanged": ("价格不变", "unchanged"),
        "published": ("已生效", "on sale at the new price"),
        "submitted": ("已提交审核", "sent to review"),
        "refused": ("未能修改", "refused"),
    },
    lambda given: {
        **{name: given[name] for name in ("name", "unit_name", "price_fen", "new_price_fen")},
        **{name: given.get(name) for name in ("price_tiers", "new_price_tiers")},
        "foreseen": given["foreseen"] or None,
    },
    ListingImportUnknown,
)
_shown, _newest = listing_versions.alias("shown"), listing_versions.alias("newest")


def _waiting(name: str) -> sa.ColumnElement[Any]:
    """Give a term of the version that waits for an officer, where it is another than on sale."""
    waits = (listings.c.state == ListingState.SUBMITTED.value, listings.c.published_version.is_not(None))
    return sa.case((sa.and_(*waits, _newest.c[name] != _shown.c[name]), _newest.c[name]))


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
        _waiting("price_fen").label("waiting_fen"),
        _shown.c.price_tiers.label("tiers"),
        _waiting("price_tiers").label("waiting_tiers"),
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


def _on_sheet(row: sa.Row[Any]) -> OnSheet:
    waiting = None if row.waiting_tiers is None else _pairs(row.waiting_tiers)
    read = {"measure": Measure(row.measure), "tiers": _pairs(row.tiers), "waiting_tiers": waiting}
    return OnSheet(**{**row._mapping, **read})


def _pairs(tiers: list[dict[str, int]]) -> Tiers:
    return tuple((tier["from_quantity"], tier["price_fen"]) for tier in tiers)
