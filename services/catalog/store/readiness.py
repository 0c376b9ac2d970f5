"""What a base has to show, as it is found: its goods, its capacities, and whether a county is on a list today."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.catalog.domain.listings import LISTINGS_OF_A_SUPPLIER_MAX, ListingState
from services.catalog.domain.origin import PaperPurpose
from services.catalog.store.listing_paper_tables import listing_papers
from services.catalog.store.sales_tables import capacities
from services.catalog.store.tables import designations, listing_versions, listings
from shared.db.unit_of_work import ReadTx


async def listed_counties(tx: ReadTx, list_code: str, day: date) -> set[str]:
    """Give the counties that a list names on a day, as last heard."""
    spans = await tx.value(sa.select(designations.c.counties).where(designations.c.list_code == list_code))
    return {
        str(code)
        for code, since, until in spans or ()
        if since <= day.isoformat() and (until is None or day.isoformat() < until)
    }


async def offered(tx: ReadTx, supplier_id: UUID) -> Sequence[sa.Row[Any]]:
    """Give the newest versions of listings that are on sale or wait to be, by name: as many as a supplier may have."""
    states = [ListingState.PUBLISHED.value, ListingState.SUBMITTED.value]
    table = listing_versions.c
    proven = sa.exists().where(
        listing_papers.c.listing_id == table.listing_id, listing_papers.c.purpose == PaperPurpose.PRICE_PROOF.value
    )
    query = (
        sa.select(
            table.listing_id,
            table.name,
            table.category,
            table.item_code,
            table.origin_county_code,
            table.price_fen,
            table.unit_name,
            table.specification,
            proven.label("price_proven"),
        )
        .join(listings, sa.and_(listings.c.listing_id == table.listing_id, listings.c.version == table.version))
        .where(listings.c.supplier_id == supplier_id, listings.c.state.in_(states))
        .order_by(table.name, table.listing_id)
        .limit(LISTINGS_OF_A_SUPPLIER_MAX)
    )
    return await tx.rows(query)


async def lately_declared(tx: ReadTx, supplier_id: UUID, first_year: int) -> Sequence[sa.Row[Any]]:
    """Give the capacities of some years, newest year first."""
    table = capacities.c
    query = (
        sa.select(
            table.capacity_id,
            table.item_code,
            table.year,
            table.state,
        )
        .where(table.supplier_id == supplier_id, table.year >= first_year)
        .order_by(table.year.desc(), table.item_code, table.capacity_id)
    )
    return await tx.rows(query)
