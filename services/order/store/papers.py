"""The record of a paper is written once, beside what it proves; its bytes lie in S3 under their digest."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.store.return_tables import PaperOf, papers
from shared.db.unit_of_work import ReadTx, Tx
from shared.papers.evidence import EvidenceFixed


async def papers_of(tx: ReadTx, kind: PaperOf, of_id: UUID) -> list[Mapping[str, Any]]:
    """Read the papers of one return or case, in the order in which they were put."""
    rows = await tx.rows(
        sa.select(papers)
        .where(papers.c.kind == kind.value, papers.c.of_id == of_id)
        .order_by(papers.c.put_at, papers.c.document_id)
    )
    return [dict(row._mapping) for row in rows]


async def find_paper(tx: ReadTx, kind: PaperOf, of_id: UUID, document_id: UUID) -> Mapping[str, Any] | None:
    """Read one paper's record; None for one that is not of this return or case."""
    row = await tx.first(
        sa.select(papers).where(
            papers.c.document_id == document_id, papers.c.kind == kind.value, papers.c.of_id == of_id
        )
    )
    return None if row is None else dict(row._mapping)


async def write_paper(tx: Tx, kind: PaperOf, of_id: UUID, record: Mapping[str, Any]) -> None:
    """Write a paper's record. Raises EvidenceFixed where its id names a paper of something else."""
    row = await tx.first(
        insert(papers)
        .values(kind=kind.value, of_id=of_id, **record)
        .on_conflict_do_nothing()
        .returning(papers.c.document_id)
    )
    if row is None:
        raise EvidenceFixed(document_id=str(record["document_id"]))
