"""The records of listings' papers; their bytes lie in S3."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.catalog.domain.origin import PaperPurpose
from services.catalog.store.listing_paper_tables import listing_papers
from shared.db.unit_of_work import ReadTx, Tx

_OF_LISTING = (
    sa.select(listing_papers)
    .where(listing_papers.c.listing_id == sa.bindparam("of_id"))
    .order_by(listing_papers.c.put_at, listing_papers.c.document_id)
)
_INSERT = sa.insert(listing_papers)


async def of_listing(tx: ReadTx, listing_id: UUID) -> list[dict[str, Any]]:
    """Give a listing's papers in the order they came."""
    return [dict(row._mapping) for row in await tx.rows(_OF_LISTING, {"of_id": listing_id})]


async def find(tx: ReadTx, listing_id: UUID, document_id: UUID) -> dict[str, Any] | None:
    """Give one paper's record, or None."""
    return next((one for one in await of_listing(tx, listing_id) if one["document_id"] == document_id), None)


async def proves(tx: ReadTx, listing_id: UUID, purpose: PaperPurpose) -> bool:
    """Tell whether some paper of a listing is for a purpose."""
    return any(one["purpose"] == purpose.value for one in await of_listing(tx, listing_id))


async def insert(tx: Tx, values: Mapping[str, Any]) -> None:
    """Keep a paper's record; the listing is locked."""
    await tx.execute(_INSERT, values)
