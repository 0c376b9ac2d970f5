"""Whoever keeps a listing, reviews it or audits it reads its papers; no buyer does."""

from typing import Any
from uuid import UUID

from services.catalog.domain.listings import ListingNotFound
from services.catalog.store import listing_papers, listings, suppliers
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import owned_supplier
from shared.contracts.authority import Identity, require
from shared.files import Found
from shared.papers.evidence import EvidenceUnknown


async def reach_listing_paper(
    desk: Desk, identity: Identity, operation: str, listing_id: UUID, document_id: UUID
) -> dict[str, Any]:
    """Find a paper for who may read it. Raises ListingNotFound, NotAllowed, EvidenceUnknown."""
    async with desk.uow.glance() as tx:
        listing = await listings.find(tx, listing_id)
        if listing is None:
            raise ListingNotFound(listing_id=listing_id)
        supplier = await suppliers.find(tx, listing.supplier_id)
        assert supplier is not None
        require(identity, operation, await owned_supplier(tx, identity, supplier))
        paper = await listing_papers.find(tx, listing_id, document_id)
    if paper is None:
        raise EvidenceUnknown(document_id=str(document_id))
    return paper


async def get_listing_paper(
    desk: Desk, identity: Identity, listing_id: UUID, document_id: UUID
) -> tuple[dict[str, Any], Found]:
    """Give a paper's record and its bytes; raises FilesUnavailable beside what finding it raises."""
    paper = await reach_listing_paper(desk, identity, "get_listing_paper", listing_id, document_id)
    return paper, await desk.files.get(paper["object_key"])
