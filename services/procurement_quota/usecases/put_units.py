"""The federation tree is written as it stands, and what each unit was stays known from which day on."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.units import Placed, Unit, units_by_code, write_units
from services.procurement_quota.usecases.desk import Desk
from shared.clock import today
from shared.contracts.procurement_quota import UnitChanged
from shared.contracts.words import UnitLevel
from shared.db.unit_of_work import Tx
from shared.errors import Conflict, NotFound
from shared.ids import derived_id
from shared.money import AMOUNT_FEN_MAX

APPROVAL_LIMIT_FEN = 500_000
DEPTH = {UnitLevel.PROVINCE: 0, UnitLevel.PREFECTURE: 1, UnitLevel.COUNTY: 2}


class ParentUnknown(NotFound):
    """The unit above is not known.

    zh: 没有找到上级单位。
    """


class TreeFixed(Conflict):
    """A unit stays below the unit that it was put under until it is moved, and not above its own level.

    zh: 单位的上级只能通过划转改变，层级不得高于上级。
    """


class PutUnit(BaseModel):
    """A federation (残联) or a unit below it, as it stands from a day on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[0-9A-Za-z-]{1,32}$", examples=["430224"])
    name: str = Field(min_length=1, max_length=120, examples=["茶陵县残疾人联合会"])
    level: UnitLevel
    parent_code: str | None = Field(default=None, max_length=32)
    division_code: str = Field(pattern=r"^[0-9]{6}$")
    approval_limit_fen: int = Field(default=APPROVAL_LIMIT_FEN, ge=0, le=AMOUNT_FEN_MAX)
    valid_from: date | None = None
    """From when its level and area hold; the first day of the present year when nothing is said."""


async def put_unit(desk: Desk, command: PutUnit) -> UUID:
    """Write one unit, and say so when something changed; gives its id, `derived_id("unit", code)`."""
    await put_units(desk, [command])
    return unit_id(command.code)


async def put_units(desk: Desk, commands: Sequence[PutUnit]) -> int:
    """Write units, parents before children, in one transaction; gives how many changed."""
    async with desk.uow.begin() as tx:
        await lock_name(tx, "units")
        wanted = {command.code for command in commands} | {c.parent_code for c in commands if c.parent_code}
        known = await units_by_code(tx, wanted)
        changed: list[Unit] = []
        placed: dict[UUID, Placed] = {}
        for command in commands:
            unit, before = _unit(command, known), known.get(command.code)
            if before == unit:
                continue
            known[command.code] = unit
            changed.append(unit)
            if before is None or (before.level, before.division_code) != (unit.level, unit.division_code):
                since = command.valid_from or date(today(desk.clock).year, 1, 1)
                placed[unit.id] = Placed(since, unit.level, unit.division_code)
        if changed:
            await write_units(tx, changed, placed)
            await say_units(tx, changed)
        return len(changed)


def unit_id(code: str) -> UUID:
    """Name the unit of a code."""
    return derived_id("unit", code)


def _unit(command: PutUnit, known: dict[str, Unit]) -> Unit:
    parent = known.get(command.parent_code) if command.parent_code else None
    if command.parent_code and parent is None:
        raise ParentUnknown(code=command.code, parent_code=command.parent_code)
    if parent is not None and DEPTH[command.level] < DEPTH[parent.level]:
        raise TreeFixed(code=command.code)
    path = (parent.path if parent else "/") + command.code + "/"
    before = known.get(command.code)
    if before is not None and before.path != path:
        raise TreeFixed(code=command.code)
    same = Unit(
        id=unit_id(command.code),
        version=before.version if before else 1,
        code=command.code,
        name=command.name,
        level=command.level,
        parent_id=parent.id if parent else None,
        path=path,
        division_code=command.division_code,
        approval_limit_fen=command.approval_limit_fen,
    )
    if before is None or before == same:
        return same
    return Unit(**{name: getattr(same, name) for name in Unit.__slots__} | {"version": before.version + 1})


async def say_units(tx: Tx, units: Sequence[Unit]) -> None:
    """Say how some units now stand."""
    for unit in units:
        fields: dict[str, Any] = {name: getattr(unit, name) for name in Unit.__slots__ if name != "id"}
        await tx.publish(UnitChanged(unit_id=unit.id, **fields))
