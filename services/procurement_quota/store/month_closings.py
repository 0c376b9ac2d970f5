"""Closed months are kept with their figures as filed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.store.declaration_tables import month_closing
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A canteen's closed month: its close entry, and the figures as filed by rule."""

    month: int
    unit_id: UUID
    seq: int
    closed_by: UUID
    closed_at: datetime
    filed: dict[str, Any]


async def closed_months(tx: ReadTx, canteen_id: UUID, year: int, known_by: datetime | None) -> list[ClosedMonth]:
    """List the months of a year that were known to be closed, in order."""
    asked = (
        sa.select(month_closing)
        .where(month_closing.c.canteen_id == canteen_id, month_closing.c.year == year)
        .order_by(month_closing.c.month)
    )
    if known_by is not None:
        asked = asked.where(month_closing.c.recorded_at <= known_by)
    return [
        ClosedMonth(row.month, row.unit_id, row.seq, row.closed_by, row.recorded_at, row.filed)
        for row in await tx.rows(asked)
    ]


async def write_month_closing(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(month_closing), values)
