"""Issued reports are written once and found by their code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.procurement_quota.domain.issued import Sealed
from services.procurement_quota.store.report_tables import issued_report
from shared.db.unit_of_work import ReadTx, Tx

_KEEP = insert(issued_report).on_conflict_do_nothing().returning(issued_report.c.code)


@dataclass(frozen=True, slots=True)
class Issued:
    """A report as it was issued."""

    sealed: Sealed
    unit_id: UUID
    issued_at: datetime


async def keep_issued(tx: Tx, values: dict[str, Any]) -> bool:
    """Keep a report as issued now; False when the same was issued before."""
    return await tx.first(_KEEP, {**values, "recorded_at": tx.now}) is not None


async def issued_by_code(tx: ReadTx, code: str) -> Issued | None:
    return _issued(await tx.first(sa.select(issued_report).where(issued_report.c.code == code)))


async def issued_by_digest(tx: ReadTx, digest: str) -> Issued | None:
    return _issued(await tx.first(sa.select(issued_report).where(issued_report.c.digest == digest)))


def _issued(row: sa.Row[Any] | None) -> Issued | None:
    if row is None:
        return None
    sealed = Sealed(row.document, row.digest, bytes(row.signature), bytes(row.public_key), row.code)
    return Issued(sealed, row.unit_id, row.recorded_at)
