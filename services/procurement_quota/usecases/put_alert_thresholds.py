"""A unit's finance says from where on something is an alert, from a day on; every version is kept."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.alerts import DEFAULT
from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.store.alerts import LIMITS, threshold_versions, write_thresholds
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.units import Unit, unit_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem
from shared.money import BP_WHOLE

AHEAD_DAYS_MAX = 366


class PutAlertThresholds(BaseModel):
    """From where on something is an alert (预警阈值); None turns that one off, what is left out is the default."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"behind_bp": 200, "short_bp": 0, "missing_months": 1, "december_bp": 30_000, "unpaid_bp": 5_000}
            ]
        },
    )

    valid_from: date | None = None
    """Today when nothing is said; not in the past, for what was an alert then stays one."""
    behind_bp: int | None = Field(default=DEFAULT.behind_bp, ge=0, le=BP_WHOLE)
    short_bp: int | None = Field(default=DEFAULT.short_bp, ge=0, le=BP_WHOLE)
    missing_months: int | None = Field(default=DEFAULT.missing_months, ge=1, le=12)
    december_bp: int | None = Field(default=DEFAULT.december_bp, ge=0, le=12 * BP_WHOLE)
    unpaid_bp: int | None = Field(default=DEFAULT.unpaid_bp, ge=0, le=BP_WHOLE)


async def put_alert_thresholds(
    desk: Desk, identity: Identity, unit_id: UUID, command: PutAlertThresholds
) -> tuple[dict[str, Any], bool]:
    """Write the next version; gives them all, and whether anything was written. Raises UnitUnknown, InvalidFields."""
    async with desk.uow.glance() as reading:
        unit = await _unit(reading, unit_id)
    require(identity, "put_alert_thresholds", Owned(unit_path=unit.path))
    day = today(desk.clock)
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"alert thresholds {unit_id}")
        versions = await threshold_versions(tx, unit_id)
        last = versions[-1] if versions else None
        limits = {name: getattr(command, name) for name in LIMITS}
        same = last is not None and all(last[name] == limits[name] for name in LIMITS)
        if last is not None and same and command.valid_from in (None, last["valid_from"]):
            return thresholds_written(unit, versions), False
        since = command.valid_from or day
        if not day <= since <= day + timedelta(days=AHEAD_DAYS_MAX):
            raise InvalidFields(
                field_problem("valid_from", "is a day from today up to a year ahead", "应为今天起一年以内的日期")
            )
        await write_thresholds(
            tx,
            {
                "unit_id": unit_id,
                "version": len(versions) + 1,
                "valid_from": since,
                **limits,
                "set_by": identity.account_id,
                "recorded_at": tx.now,
            },
        )
        return thresholds_written(unit, await threshold_versions(tx, unit_id)), True


async def get_alert_thresholds(desk: Desk, identity: Identity, unit_id: UUID) -> dict[str, Any]:
    """Give what a unit has set, all versions. Raises UnitUnknown."""
    async with desk.uow.glance() as tx:
        unit = await _unit(tx, unit_id)
        require(identity, "get_alert_thresholds", Owned(unit_path=unit.path))
        return thresholds_written(unit, await threshold_versions(tx, unit_id))


async def _unit(tx: ReadTx, unit_id: UUID) -> Unit:
    found = await unit_by_id(tx, unit_id)
    if found is None:
        raise UnitUnknown(unit_id=str(unit_id))
    return found


def thresholds_written(unit: Unit, versions: list[dict[str, Any]]) -> dict[str, Any]:
    """Write a unit's thresholds, newest version first."""
    return {
        "unit_id": str(unit.id),
        "unit_name": unit.name,
        "default": {name: getattr(DEFAULT, name) for name in LIMITS},
        "versions": [
            {
                "version": one["version"],
                "valid_from": one["valid_from"].isoformat(),
                **{name: one[name] for name in LIMITS},
                "set_by": str(one["set_by"]),
                "set_at": moment_text(one["recorded_at"]),
            }
            for one in reversed(versions)
        ],
    }
