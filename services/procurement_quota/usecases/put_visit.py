"""An officer or auditor of a unit above writes what an unannounced visit found, and what must be mended by when."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.registers import VERSIONS_MAX, VISIT, Register, VisitState
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.registers import Record, versions_of
from services.procurement_quota.store.tables import supplier
from services.procurement_quota.store.units import Unit, unit_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import canteen_of
from services.procurement_quota.usecases.move_unit import unit_known
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.register_view import (
    DAY_MIN,
    check_version,
    check_why,
    is_given,
    unit_of_county,
    write_next,
    writing_unit,
)
from services.procurement_quota.usecases.texts import Explained, Line, Said
from services.procurement_quota.usecases.visit_view import made_by, matter_of, visit_written
from shared.clock import today
from shared.contracts.authority import Identity, NotAllowed, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, NotFound, field_problem

OPERATION = "put_visit"
MENDS_MAX = 20


class SupplierNotKnown(NotFound):
    """This supplier is not known here.

    zh: 本系统尚不知道这个供应方。
    """


class PutMend(BaseModel):
    """What must be mended, and by when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: Said
    due_on: date


class PutVisit(BaseModel):
    """Whom a visit (四不两直检查) was paid to, a canteen, a supplier or a unit; by whom, when, and what was found."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "version": 0,
                    "canteen_id": "019a0000-0000-7000-8000-0000000000c1",
                    "visited_on": "2026-03-12",
                    "visitors": "省残联计财处两人",
                    "found": "库房内无当月验收单，三笔采购无产地证明",
                    "mend": [{"what": "补齐三月份验收单和产地证明", "due_on": "2026-04-12"}],
                    "done": "",
                }
            ]
        },
    )

    version: int = Field(default=0, ge=0, le=VERSIONS_MAX)
    """Of the version that this corrects or follows; 0 writes a new one."""
    canteen_id: UUID | None = None
    supplier_id: UUID | None = None
    unit_id: UUID | None = None
    visited_on: date
    visitors: Line
    """By office and number; names are not needed."""
    found: Said
    mend: Annotated[list[PutMend], Field(max_length=MENDS_MAX)] = []
    done: Explained = ""
    """What was done since."""
    why: Explained = ""
    """Of a correction, or of what follows."""


async def put_visit(desk: Desk, identity: Identity, visit_id: UUID, command: PutVisit) -> tuple[dict[str, Any], bool]:
    """Write a visit, or its next version; gives it, and whether anything was written.

    Raises CanteenUnknown, SupplierNotKnown, UnitUnknown, RecordMoved, WrongState, TooManyVersions, InvalidFields.
    """
    _check(command, today(desk.clock))
    given = command.model_dump(mode="json", exclude={"version", "why", "canteen_id", "supplier_id", "unit_id"})
    async with desk.uow.glance() as reading:
        unit = await _unit(reading, command)
        path = matter_of(unit.path, command.supplier_id)
        require(identity, OPERATION, Owned(unit_path=path))
        by_unit_id = await writing_unit(reading, identity, OPERATION, path)
    whom = {name: str(value) for name in WHOM if (value := getattr(command, name)) is not None}
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"record {visit_id}")
        versions = await versions_of(tx, Register.VISIT, visit_id)
        if versions and not made_by(identity, versions[0]):
            raise NotAllowed(operation=OPERATION)
        if versions and is_given(versions[-1], {**given, "whom": whom}):
            return await visit_written(tx, versions[-1], versions), False
        state = _next_state(versions)
        check_version(versions, command.version)
        if versions:
            check_why(command.why)
            if versions[0].content["whom"] != whom:
                raise InvalidFields(field_problem(next(iter(whom)), "is whom the visit was paid to", "不能更改"))
        await write_next(
            tx,
            Register.VISIT,
            visit_id,
            versions,
            identity,
            unit_id=unit.id,
            by_unit_id=versions[0].by_unit_id if versions else by_unit_id,
            state=state.value,
            content={**given, "whom": whom},
            why=command.why,
            canteen_id=command.canteen_id,
            supplier_id=command.supplier_id,
        )
        versions = await versions_of(tx, Register.VISIT, visit_id)
        return await visit_written(tx, versions[-1], versions), True


WHOM = ("canteen_id", "supplier_id", "unit_id")


def _check(command: PutVisit, day: date) -> None:
    if sum(getattr(command, name) is not None for name in WHOM) != 1:
        raise InvalidFields(
            field_problem("canteen_id", "or `supplier_id` or `unit_id`, one of them, is named", "检查对象须填一个")
        )
    if not DAY_MIN <= command.visited_on <= day:
        raise InvalidFields(field_problem("visited_on", "is a day from 2020 up to today", "应为2020年以来至今天的日期"))
    for place, one in enumerate(command.mend):
        if one.due_on < command.visited_on:
            raise InvalidFields(field_problem(f"mend.{place}.due_on", "is before the visit", "早于检查日期"))


def _next_state(versions: list[Record]) -> VisitState:
    if not versions:
        return VisitState.OPEN
    state = VisitState(versions[-1].state)
    return VISIT.check(state, "correct" if state is VisitState.OPEN else "follow")


async def _unit(tx: ReadTx, command: PutVisit) -> Unit:
    if command.unit_id is not None:
        return await unit_known(tx, command.unit_id)
    if command.canteen_id is not None:
        found = await unit_by_id(tx, (await canteen_of(tx, command.canteen_id)).unit_id)
        if found is None:
            raise UnitUnknown()
        return found
    county: str | None = await tx.value(sa.select(supplier.c.county_code).where(supplier.c.id == command.supplier_id))
    if county is None:
        raise SupplierNotKnown(supplier_id=str(command.supplier_id))
    return await unit_of_county(tx, county)
