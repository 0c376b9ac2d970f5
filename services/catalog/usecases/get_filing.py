"""What a supplier filed on paper is read by its own people, by its officers and by auditors."""

from typing import Any
from uuid import UUID

from services.catalog.domain.filings import FilingNotFound, FilingSubject
from services.catalog.store import filings
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.filing_shapes import filing_view
from services.catalog.usecases.reach import reached
from shared.contracts.authority import Identity


async def get_filing(
    desk: Desk, identity: Identity, subject: FilingSubject, supplier_id: UUID, filing_id: UUID
) -> dict[str, Any]:
    """Give a filed paper. Raises SupplierNotFound, NotAllowed, FilingNotFound."""
    async with desk.uow.read() as tx:
        await reached(tx, identity, f"get_{subject.value}", supplier_id)
        filing = await filings.find(tx, subject, supplier_id, filing_id)
        if filing is None:
            raise FilingNotFound(filing_id=filing_id)
        return await filing_view(tx, filing)
