"""Restatements are kept number by number, and what became known after a filing is read as it came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.procurement_quota.domain.figures import Asked, Attested, MonthSums
from services.procurement_quota.domain.restating import AttestedLate, Late
from services.procurement_quota.store.declaration_tables import restatement
from services.procurement_quota.store.tables import attestation
from shared.clock import business_date
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Restated:
    """A closed year's figures, filed again."""

    canteen_id: UUID
    number: int
    unit_id: UUID
    seq: int
    reason: str
    filed: dict[str, Any]
    filed_by: UUID
    recorded_at: datetime


async def restatements(
    tx: ReadTx, canteen_ids: Iterable[UUID], year: int, known_by: datetime | None
) -> dict[UUID, list[Restated]]:
    """Give the restatements of a year that were known, by canteen and number."""
    asked = (
        sa.select(restatement)
        .where(
            restatement.c.canteen_id == sa.any_(sa.cast(list(canteen_ids), ARRAY(sa.Uuid))), restatement.c.year == year
        )
        .order_by(restatement.c.canteen_id, restatement.c.number)
    )
    if known_by is not None:
        asked = asked.where(restatement.c.recorded_at <= known_by)
    found: dict[UUID, list[Restated]] = {}
    for row in await tx.rows(asked):
        found.setdefault(row.canteen_id, []).append(
            Restated(
                row.canteen_id,
                row.number,
                row.unit_id,
                row.seq,
                row.reason,
                row.filed,
                row.filed_by,
                row.recorded_at,
            )
        )
    return found


async def write_restatement(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(restatement), values)


_LATE = sa.text(
    "SELECT recorded_at, posting_month, amount_fen,"
    " CAST(judgements -> :rule_code ->> 'base_fen' AS bigint) AS base_fen,"
    " CAST(judgements -> :rule_code ->> 'counted_fen' AS bigint) AS counted_fen FROM entry"
    " WHERE canteen_id = :canteen_id AND year = :year AND fund = :fund AND recorded_at > :since"
    " AND recorded_at <= :until AND happened_on <= :happened_by AND judgements ? :rule_code ORDER BY recorded_at"
)


async def late_entries(tx: ReadTx, canteen_id: UUID, asked: Asked, since: datetime, until: datetime) -> list[Late]:
    """Give what was booked on a year after a moment, oldest first."""
    rows = await tx.rows(
        _LATE,
        {
            "canteen_id": canteen_id,
            "year": asked.year,
            "fund": asked.fund.value,
            "rule_code": asked.rule_code,
            "since": since,
            "until": until,
            "happened_by": asked.happened_by,
        },
    )
    return [
        Late(
            row.recorded_at,
            business_date(row.recorded_at),
            row.posting_month,
            MonthSums(row.base_fen, row.counted_fen, row.amount_fen),
        )
        for row in rows
    ]


async def attested_versions(tx: ReadTx, canteen_id: UUID, asked: Asked, until: datetime) -> list[AttestedLate]:
    """Give every version of a year's attestations, oldest first."""
    rows = await tx.rows(
        sa.select(attestation)
        .where(
            attestation.c.canteen_id == canteen_id,
            attestation.c.fund == asked.fund.value,
            attestation.c.year == asked.year,
            attestation.c.recorded_at <= until,
        )
        .order_by(attestation.c.recorded_at)
    )
    return [
        AttestedLate(
            row.recorded_at,
            Attested(row.month, row.farm_produce_fen, bool(row.explanation), business_date(row.recorded_at)),
        )
        for row in rows
    ]
