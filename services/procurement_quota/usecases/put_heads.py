"""A unit files how many people its union festival goods are for in a year; every version is kept."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.union import heads_versions, write_heads
from services.procurement_quota.store.units import Unit, unit_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.texts import Line
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.errors import Conflict, InvalidFields, NotFound, field_problem

HEADS_MAX = 1_000_000
VERSIONS_MAX = 200


class HeadsUnknown(NotFound):
    """Nobody filed how many heads this unit has in this year.

    zh: 该单位该年度尚未填报人数。
    """


class TooManyHeads(Conflict):
    """How many heads there are was filed too often.

    zh: 人数的填报次数已达上限。
    """


class PutHeads(BaseModel):
    """How many people there are, and where the figure is from."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"heads": 46, "source": "2026年工会会员名册"}]},
    )

    heads: int = Field(ge=1, le=HEADS_MAX)
    source: Line


async def put_heads(
    desk: Desk, identity: Identity, unit_id: UUID, year: int, command: PutHeads
) -> tuple[dict[str, Any], bool]:
    """File a unit's heads of a year; gives all versions, and whether one was written.

    Raises UnitUnknown, TooManyHeads, and InvalidFields for a year that is neither begun nor the next.
    """
    async with desk.uow.glance() as reading:
        unit = await _unit(reading, unit_id)
    require(identity, "put_heads", Owned(unit_path=unit.path))
    if year > today(desk.clock).year + 1:
        raise InvalidFields(field_problem("year", "is later than the next year", "晚于下一年度"))
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"heads {unit_id} {year}")
        versions = await heads_versions(tx, unit_id, year)
        values = command.model_dump()
        new = not versions or any(versions[-1][name] != value for name, value in values.items())
        if new:
            if len(versions) >= VERSIONS_MAX:
                raise TooManyHeads(versions=VERSIONS_MAX)
            version = {
                "unit_id": unit_id,
                "year": year,
                "version": len(versions) + 1,
                **values,
                "filed_by": identity.account_id,
                "recorded_at": tx.now,
            }
            await write_heads(tx, version)
            versions.append(version)
        return _written(unit, year, versions), new


async def get_heads(desk: Desk, identity: Identity, unit_id: UUID, year: int) -> dict[str, Any]:
    """Give what a unit filed for a year. Raises UnitUnknown, HeadsUnknown."""
    async with desk.uow.glance() as tx:
        unit = await _unit(tx, unit_id)
        require(identity, "get_heads", Owned(unit_path=unit.path))
        versions = await heads_versions(tx, unit_id, year)
    if not versions:
        raise HeadsUnknown(unit_id=str(unit_id), year=year)
    return _written(unit, year, versions)


async def _unit(tx: ReadTx, unit_id: UUID) -> Unit:
    found = await unit_by_id(tx, unit_id)
    if found is None:
        raise UnitUnknown(unit_id=str(unit_id))
    return found


def _written(unit: Unit, year: int, versions: list[dict[str, Any]]) -> dict[str, Any]:
    written = [
        {
            "version": one["version"],
            "heads": one["heads"],
            "source": one["source"],
            "filed_by": str(one["filed_by"]),
            "filed_at": moment_text(one["recorded_at"]),
        }
        for one in versions
    ]
    return {"unit_id": str(unit.id), "unit_name": unit.name, "year": year, **written[-1], "versions": written}
