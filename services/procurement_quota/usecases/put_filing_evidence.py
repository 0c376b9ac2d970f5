"""A paper of a filing is filed once, byte for byte, before a level above has ruled, and never changes."""

from typing import Any, Protocol
from uuid import UUID

from services.procurement_quota.domain.forms import FilingState
from services.procurement_quota.store.canteen_filings import papers_of_filing, write_filing_evidence
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.filing_view import FilingRuled
from shared.contracts.authority import Identity
from shared.db.unit_of_work import ReadTx
from shared.files import Found
from shared.papers.evidence import EvidenceUnknown
from shared.papers.paper import Paper, check_room, keep_paper


class ReachFiling(Protocol):
    """Gives a filing, with its `state`, to someone who may do this with it."""

    async def __call__(self, tx: ReadTx, identity: Identity, operation: str, filing_id: UUID, /) -> dict[str, Any]: ...


class AnswerFiling(Protocol):
    """Writes a filing with its papers."""

    async def __call__(self, tx: ReadTx, filing: dict[str, Any], /) -> dict[str, Any]: ...


async def put_filing_evidence(
    desk: Desk,
    identity: Identity,
    operation: str,
    filing_id: UUID,
    paper: Paper,
    *,
    reach: ReachFiling,
    answer: AnswerFiling,
) -> tuple[dict[str, Any], bool]:
    """File a paper; gives the filing, and whether anything was written.

    Everything is checked before the bytes go to S3, and they are there before the record is.
    """
    async with desk.uow.glance() as reading:
        filing = await reach(reading, identity, operation, filing_id)
        paper.check()
        if await _filed(reading, filing, paper):
            return await answer(reading, filing), False
    of = f"filings/{filing_id}"
    await keep_paper(desk.files, paper, of)
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"canteen {filing['canteen_id']}")
        filing = await reach(tx, identity, operation, filing_id)
        if await _filed(tx, filing, paper):
            return await answer(tx, filing), False
        await write_filing_evidence(tx, {"filing_id": filing_id, **paper.record(of, identity.account_id, tx.now)})
        return await answer(tx, filing), True


async def get_filing_evidence(
    desk: Desk, identity: Identity, operation: str, filing_id: UUID, document_id: UUID, *, reach: ReachFiling
) -> tuple[dict[str, Any], Found]:
    """Give a paper's record and its bytes. Raises EvidenceUnknown, FilesUnavailable."""
    async with desk.uow.glance() as tx:
        await reach(tx, identity, operation, filing_id)
        papers = await papers_of_filing(tx, filing_id)
    for one in papers:
        if one["document_id"] == document_id:
            return one, await desk.files.get(one["object_key"])
    raise EvidenceUnknown(document_id=str(document_id))


async def _filed(tx: ReadTx, filing: dict[str, Any], paper: Paper) -> bool:
    """Tell whether this very paper is filed already. Raises EvidenceFixed, TooMuchEvidence, FilingRuled."""
    papers = await papers_of_filing(tx, filing["id"])
    if paper.is_among(papers):
        return True
    if filing["state"] != FilingState.FILED:
        raise FilingRuled(filing_id=str(filing["id"]), state=filing["state"])
    check_room(papers)
    return False
