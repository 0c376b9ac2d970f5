"""Appeals, as they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.domain.appeals import AppealState
from services.catalog.domain.suppliers import SupplierOutcome
from services.catalog.store.appeal_tables import appeals
from services.catalog.store.rows import value_of
from services.catalog.store.tables import supplier_reviews, suppliers
from shared.db.unit_of_work import ReadTx, Tx

APPEALS_SHOWN_MAX = 50
_WORDS = {"state": AppealState, "outcome": SupplierOutcome}


@dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal as it stands."""

    appeal_id: UUID
    supplier_id: UUID
    review_version: int
    outcome: SupplierOutcome
    reviewed_by: UUID
    reviewer_path: str
    grounds: str
    document_ids: list[UUID]
    filed_by: UUID
    filed_by_name: str
    filed_at: datetime
    state: AppealState
    reason: str | None
    decided_by: UUID | None
    decider_name: str | None
    decider_path: str | None
    decided_at: datetime | None


async def newest_review(tx: ReadTx, supplier_id: UUID) -> sa.Row[Any] | None:
    """Give the newest decision about a supplier, or None."""
    query = (
        sa.select(supplier_reviews)
        .where(supplier_reviews.c.supplier_id == supplier_id)
        .order_by(supplier_reviews.c.supplier_version.desc())
        .limit(1)
    )
    return await tx.first(query)


async def find(tx: ReadTx, appeal_id: UUID) -> Appeal | None:
    """Give an appeal, or None."""
    row = await tx.first(sa.select(appeals).where(appeals.c.appeal_id == appeal_id))
    return None if row is None else value_of(Appeal, row, _WORDS)


async def insert(tx: Tx, appeal: Appeal) -> bool:
    """Keep a new appeal; tells whether its id was free and its review not appealed."""
    words = {"state": appeal.state.value, "outcome": appeal.outcome.value}
    written = await tx.first(
        insert_or_not(appeals).values(**asdict(appeal) | words).on_conflict_do_nothing().returning(appeals.c.appeal_id)
    )
    return written is not None


async def change(tx: Tx, known: Appeal, values: Mapping[str, Any]) -> Appeal | None:
    """Change an appeal from where it was looked at; None when it has moved on meanwhile."""
    row = await tx.first(
        sa.update(appeals)
        .where(appeals.c.appeal_id == known.appeal_id, appeals.c.state == known.state.value)
        .values(**values)
        .returning(*appeals.c)
    )
    return None if row is None else value_of(Appeal, row, _WORDS)


async def of_supplier(tx: ReadTx, supplier_id: UUID) -> list[Appeal]:
    """Give a supplier's newest appeals, oldest first."""
    query = (
        sa.select(appeals)
        .where(appeals.c.supplier_id == supplier_id)
        .order_by(appeals.c.filed_at.desc(), appeals.c.appeal_id)
        .limit(APPEALS_SHOWN_MAX)
    )
    return [value_of(Appeal, row, _WORDS) for row in reversed(await tx.rows(query))]


async def page(
    tx: ReadTx,
    paths: Sequence[str],
    *,
    state: AppealState,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[tuple[Appeal, str]]:
    """Give appeals of the suppliers below some units, with the supplier's name, the one that waits longest first."""
    query = (
        sa.select(appeals, suppliers.c.name.label("supplier_name"))
        .join(suppliers, suppliers.c.supplier_id == appeals.c.supplier_id)
        .where(
            appeals.c.state == state.value,
            sa.or_(sa.false(), *(suppliers.c.unit_path.startswith(path, autoescape=True) for path in paths)),
        )
        .order_by(appeals.c.filed_at, appeals.c.appeal_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(sa.tuple_(appeals.c.filed_at, appeals.c.appeal_id) > sa.tuple_(*map(sa.literal, after)))
    return [(value_of(Appeal, row, _WORDS), row.supplier_name) for row in await tx.rows(query)]
