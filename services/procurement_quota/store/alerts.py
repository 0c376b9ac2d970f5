"""The thresholds that a unit sets are kept version by version, each from a day on."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.alerts import Thresholds
from services.procurement_quota.domain.jurisdiction import paths_above
from services.procurement_quota.store.tables import alert_threshold, unit
from shared.db.unit_of_work import ReadTx, Tx

LIMITS = ("behind_bp", "short_bp", "missing_months", "december_bp", "unpaid_bp")


async def threshold_versions(tx: ReadTx, unit_id: UUID) -> list[dict[str, Any]]:
    """List what a unit has set, oldest first."""
    rows = await tx.rows(
        sa.select(alert_threshold).where(alert_threshold.c.unit_id == unit_id).order_by(alert_threshold.c.version)
    )
    return [dict(row._mapping) for row in rows]


async def write_thresholds(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(alert_threshold), values)


async def thresholds_in_force(
    tx: ReadTx, path: str, day: date, known_by: datetime | None
) -> tuple[Thresholds, sa.Row[Any]] | None:
    """Give what holds for a unit on a day: its own newest version from then on, else the nearest above's; or None."""
    asked = (
        sa.select(alert_threshold, unit.c.name.label("unit_name"))
        .join(unit, unit.c.id == alert_threshold.c.unit_id)
        .where(unit.c.path.in_(paths_above(path)), alert_threshold.c.valid_from <= day)
        .order_by(
            sa.func.length(unit.c.path).desc(),
            alert_threshold.c.valid_from.desc(),
            alert_threshold.c.version.desc(),
        )
        .limit(1)
    )
    if known_by is not None:
        asked = asked.where(alert_threshold.c.recorded_at <= known_by)
    row = await tx.first(asked)
    return None if row is None else (Thresholds(*(getattr(row, name) for name in LIMITS)), row)
