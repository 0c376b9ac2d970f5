"""Heads are read as they were known; lots bought with union money are summed by how each stands now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.domain.words import Reason
from services.procurement_quota.store.union_tables import headcount
from shared.db.unit_of_work import ReadTx, Tx


async def heads_versions(tx: ReadTx, unit_id: UUID, year: int) -> list[dict[str, Any]]:
    """List what a unit filed for a year, oldest first."""
    rows = await tx.rows(
        sa.select(headcount)
        .where(headcount.c.unit_id == unit_id, headcount.c.year == year)
        .order_by(headcount.c.version)
    )
    return [dict(row._mapping) for row in rows]


async def write_heads(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(headcount), values)


async def heads_of(tx: ReadTx, unit_ids: Iterable[UUID], year: int, known_by: datetime | None) -> dict[UUID, int]:
    """Give the newest known heads of some units; those who filed none are left out."""
    asked = (
        sa.select(headcount.c.unit_id, headcount.c.heads)
        .ext(distinct_on(headcount.c.unit_id))
        .where(
            headcount.c.unit_id == sa.any_(sa.cast(list(unit_ids), ARRAY(sa.Uuid))),
            headcount.c.year == year,
        )
        .order_by(headcount.c.unit_id, headcount.c.version.desc())
    )
    if known_by is not None:
        asked = asked.where(headcount.c.recorded_at <= known_by)
    return {row.unit_id: row.heads for row in await tx.rows(asked)}


_LOTS = sa.text(
    "SELECT canteen_id, reason, sum(amount_fen)::bigint AS amount_fen FROM ("
    "SELECT canteen_id, sum(amount_fen) AS amount_fen, "
    "(array_agg(judgements -> :rule_code ->> 'reason' ORDER BY recorded_at DESC, seq DESC))[1] AS reason "
    "FROM entry WHERE canteen_id = ANY(CAST(:canteen_ids AS uuid[])) AND year = :year AND fund = :fund "
    "AND judgements ? :rule_code AND happened_on <= :happened_by AND recorded_at <= :known_by "
    "GROUP BY canteen_id, lot_id, lot_line) AS lots GROUP BY canteen_id, reason"
)


async def lots_by_reason(
    tx: ReadTx, canteen_ids: Iterable[UUID], asked: Asked, now: datetime
) -> dict[UUID, list[tuple[Reason, int]]]:
    """Sum each canteen's lots of a year by how each stands under a rule."""
    rows = await tx.rows(
        _LOTS,
        {
            "rule_code": asked.rule_code,
            "canteen_ids": list(canteen_ids),
            "year": asked.year,
            "fund": asked.fund.value,
            "happened_by": asked.happened_by,
            "known_by": asked.known_by or now,
        },
    )
    found: dict[UUID, list[tuple[Reason, int]]] = {}
    for row in rows:
        found.setdefault(row.canteen_id, []).append((Reason(row.reason), row.amount_fen))
    return found
