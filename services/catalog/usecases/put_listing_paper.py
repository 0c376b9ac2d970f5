"""A paper that proves a listing's price or origin is filed once, byte for byte, and no buyer ever sees it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.catalog.domain.listings import ListingNotFound
from services.catalog.domain.origin import PaperPurpose
from services.catalog.domain.suppliers import RevokedSupplier
from services.catalog.store import listing_papers, listings, suppliers
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.listing_shapes import paper_view
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import SupplierState
from shared.papers.evidence import EvidenceFixed
from shared.papers.paper import Paper, PutEvidence, check_room, keep_paper


class PutListingPaper(PutEvidence):
    """What a paper is called, and what it shows."""

    purpose: PaperPurpose


async def put_listing_paper(
    desk: Desk, identity: Identity, listing_id: UUID, purpose: PaperPurpose, paper: Paper
) -> tuple[dict[str, Any], bool]:
    """File a paper; gives its record, and whether anything was written.

    The same paper again changes nothing; another one under its id is refused. Everything is checked before the bytes
    go to S3, and they are there before the record is.
    """
    async with desk.uow.glance() as reading:
        listing = await listings.find(reading, listing_id)
        if listing is None:
            raise ListingNotFound(listing_id=listing_id)
        require(identity, "put_listing_paper", Owned(supplier_id=listing.supplier_id))
        paper.check()
        supplier = await suppliers.find(reading, listing.supplier_id)
        if supplier is None or supplier.state is SupplierState.REVOKED:
            raise RevokedSupplier(supplier_id=listing.supplier_id)
        if filed := _filed(await listing_papers.of_listing(reading, listing_id), purpose, paper):
            return paper_view(filed), False
    of = f"listings/{listing_id}"
    await keep_paper(desk.files, paper, of)
    async with desk.uow.begin() as tx:
        await listings.lock(tx, listing_id)
        if filed := _filed(await listing_papers.of_listing(tx, listing_id), purpose, paper):
            return paper_view(filed), False
        record = {"listing_id": listing_id, "purpose": purpose.value, **paper.record(of, identity.account_id, tx.now)}
        await listing_papers.insert(tx, record)
        await log_act(tx, identity, listing.supplier_id, "put_listing_paper", paper.document_id)
        return paper_view(record), True


def _filed(papers: Sequence[Mapping[str, Any]], purpose: PaperPurpose, paper: Paper) -> Mapping[str, Any] | None:
    """Give this very paper if it is filed. Raises EvidenceFixed, TooMuchEvidence."""
    if not paper.is_among(papers):
        check_room(papers)
        return None
    filed = next(one for one in papers if one["document_id"] == paper.document_id)
    if filed["purpose"] != purpose.value:
        raise EvidenceFixed(document_id=str(paper.document_id))
    return filed
