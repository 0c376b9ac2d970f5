"""Which certificates goods may name: their supplier's own; and which of them hold on a day."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.catalog.domain.filings import FilingState
from services.catalog.store.filing_tables import certificates
from shared.db.unit_of_work import ReadTx

_C = certificates.c


async def known(tx: ReadTx, supplier_id: UUID, among: Collection[UUID]) -> set[UUID]:
    """Tell which of these are certificates that a supplier has filed."""
    if not among:
        return set()
    rows = await tx.rows(sa.select(_C.filing_id).where(_C.supplier_id == supplier_id, _C.filing_id.in_(list(among))))
    return {row.filing_id for row in rows}


async def hold(tx: ReadTx, supplier_id: UUID, among: Collection[UUID], day: date) -> bool:
    """Tell whether all of these were confirmed by an officer, and hold on a day."""
    if not among:
        return True
    rows = await tx.rows(
        sa.select(_C.filing_id).where(
            _C.supplier_id == supplier_id,
            _C.filing_id.in_(list(among)),
            _C.state == sa.literal_column(f"'{FilingState.CONFIRMED}'"),
            _C.valid_from <= day,
            sa.or_(_C.valid_to.is_(None), _C.valid_to >= day),
        )
    )
    return len({row.filing_id for row in rows}) == len(set(among))
