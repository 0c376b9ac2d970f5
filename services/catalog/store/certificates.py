"""Which certificates goods may name: their supplier's own; and which of them hold on a day."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
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
            *_holds_on(day),
        )
    )
    return len({row.filing_id for row in rows}) == len(set(among))


async def of_goods(
    tx: ReadTx, among: Collection[UUID], kinds: Collection[str], item_code: str, day: date
) -> Sequence[sa.Row[Any]]:
    """Give those of these that hold on a day, are of these kinds, and are of this item or of no certain one."""
    if not among:
        return []
    of_it = sa.or_(sa.func.cardinality(_C.item_codes) == 0, sa.literal(item_code) == sa.any_(_C.item_codes))
    query = sa.select(certificates).where(_C.filing_id.in_(list(among)), _C.kind.in_(kinds), of_it, *_holds_on(day))
    return await tx.rows(query.order_by(_C.kind, _C.valid_from, _C.filing_id))


def _holds_on(day: date) -> list[sa.ColumnElement[bool]]:
    confirmed = _C.state == sa.literal_column(f"'{FilingState.CONFIRMED}'")
    return [confirmed, _C.valid_from <= day, sa.or_(_C.valid_to.is_(None), _C.valid_to >= day)]
