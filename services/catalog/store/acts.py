"""The log of what was done for a supplier, as it is stored."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.catalog.domain.members import ActedAs
from services.catalog.store.member_tables import acts
from services.catalog.store.rows import value_of
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that was done for a supplier."""

    act_id: int
    supplier_id: UUID
    at: datetime
    account_id: UUID
    account_name: str
    acted_as: ActedAs
    operation: str
    subject_id: UUID | None
    version: int | None


async def add(tx: Tx, values: Mapping[str, Any]) -> None:
    """Keep one thing that was done, in the transaction that does it."""
    await tx.execute(sa.insert(acts).values(**values))


async def suppliers_of(tx: ReadTx, account_id: UUID, supplier_ids: Collection[UUID]) -> set[UUID]:
    """Give those of these suppliers for whom an account ever acted, in its own place or as a helper."""
    query = (
        sa.select(acts.c.supplier_id)
        .where(
            acts.c.account_id == account_id,
            acts.c.supplier_id.in_(list(supplier_ids)),
            acts.c.acted_as != ActedAs.OFFICER.value,
        )
        .distinct()
    )
    return {row.supplier_id for row in await tx.rows(query)}


async def page(tx: ReadTx, supplier_id: UUID, *, acted_as: ActedAs | None, before: int | None, limit: int) -> list[Act]:
    """Give what was done for a supplier, newest first."""
    query = sa.select(acts).where(acts.c.supplier_id == supplier_id).order_by(acts.c.act_id.desc()).limit(limit)
    if acted_as is not None:
        query = query.where(acts.c.acted_as == acted_as.value)
    if before is not None:
        query = query.where(acts.c.act_id < before)
    return [value_of(Act, row, {"acted_as": ActedAs}) for row in await tx.rows(query)]
