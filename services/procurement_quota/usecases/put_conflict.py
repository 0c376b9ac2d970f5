"""Somebody declares what they are to a supplier or a unit, or an auditor records it; it holds unless it is returned."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.registers import (
    CONFLICT,
    VERSIONS_MAX,
    ConflictState,
    Measure,
    RecordMoved,
    Register,
    Relation,
    in_force,
)
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.registers import Record, versions_of
from services.procurement_quota.store.tables import supplier
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.move_unit import unit_known
from services.procurement_quota.usecases.put_visit import SupplierNotKnown
from services.procurement_quota.usecases.register_view import (
    DAY_MIN,
    check_version,
    check_why,
    heading_written,
    is_given,
    write_next,
)
from services.procurement_quota.usecases.texts import Explained, Said
from shared.clock import Clock, today
from shared.contracts.authority import Identity, NotAllowed, Owned, Role, require
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem

OPERATION = "put_conflict"


class PutConflict(BaseModel):
    """What a person with a seat is to a supplier or a unit (利益冲突申报), and what is done about it.

    Without `account_id` it is one's own; an auditor names another's.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "version": 0,
                    "unit_id": "019a0000-0000-7000-8000-0000000000d1",
                    "relation": "family",
                    "about_unit_id": "019a0000-0000-7000-8000-0000000000d1",
                    "valid_from": "2026-01-01",
                    "measure": "recusal",
                    "text": "配偶任该单位食堂管理员，涉及该食堂的审批一律回避",
                }
            ]
        },
    )

    version: int = Field(default=0, ge=0, le=VERSIONS_MAX)
    """Of the version that this corrects; 0 declares a new one."""
    unit_id: UUID
    """In which the person has a seat."""
    account_id: UUID | None = None
    relation: Relation
    supplier_id: UUID | None = None
    about_unit_id: UUID | None = None
    """With all below it. One of the two is named."""
    valid_from: date
    valid_to: date | None = None
    """Its last day; open without one."""
    measure: Measure
    text: Said
    why: Explained = ""
    """Of a correction."""


async def put_conflict(
    desk: Desk, identity: Identity, conflict_id: UUID, command: PutConflict
) -> tuple[dict[str, Any], bool]:
    """Declare a conflict, or correct one, which is then reviewed again; gives it, and whether anything was written.

    Raises UnitUnknown, SupplierNotKnown, RecordMoved, TooManyVersions, InvalidFields.
    """
    _check(command)
    account_id = command.account_id or identity.account_id
    async with desk.uow.glance() as reading:
        unit = await unit_known(reading, command.unit_id)
        _require(identity, unit.path, other=account_id != identity.account_id)
        await _about(reading, command)
    given = {
        **command.model_dump(mode="json", exclude={"version", "why", "unit_id", "account_id", "supplier_id"}),
        "supplier_id": None if command.supplier_id is None else str(command.supplier_id),
    }
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"record {conflict_id}")
        versions = await versions_of(tx, Register.CONFLICT, conflict_id)
        if versions and (versions[-1].account_id, versions[-1].unit_id) != (account_id, command.unit_id):
            raise RecordMoved(conflict_id=str(conflict_id))
        if versions and is_given(versions[-1], given):
            return conflict_written(desk.clock, versions[-1], versions), False
        check_version(versions, command.version)
        if versions:
            CONFLICT.check(ConflictState(versions[-1].state), "correct")
            check_why(command.why)
        await write_next(
            tx,
            Register.CONFLICT,
            conflict_id,
            versions,
            identity,
            unit_id=command.unit_id,
            by_unit_id=command.unit_id,
            state=ConflictState.DECLARED.value,
            content={**given, "review": None},
            why=command.why,
            account_id=account_id,
            supplier_id=command.supplier_id,
        )
        versions = await versions_of(tx, Register.CONFLICT, conflict_id)
        return conflict_written(desk.clock, versions[-1], versions), True


def _check(command: PutConflict) -> None:
    if (command.supplier_id is None) == (command.about_unit_id is None):
        raise InvalidFields(
            field_problem("supplier_id", "or `about_unit_id`, one of both, is named", "与 about_unit_id 须填其一")
        )
    if command.valid_from < DAY_MIN.replace(year=1950):
        raise InvalidFields(field_problem("valid_from", "is too long ago", "日期过早"))
    if command.valid_to is not None and command.valid_to < command.valid_from:
        raise InvalidFields(field_problem("valid_to", "is before it begins", "早于起始日期"))


def _require(identity: Identity, path: str, *, other: bool) -> None:
    """Refuse who has no seat in the unit; of another person, who is no auditor of it. Raises NotAllowed."""
    seats = [seat.organisation_id for seat in identity.seats_as(Role.BUYER) if seat.path == path]
    require(identity, OPERATION, Owned(canteen_id=seats[0] if seats else None, unit_path=path))
    if other and not any(path.startswith(seat.path) for seat in identity.seats_as(Role.AUDITOR) if seat.path):
        raise NotAllowed(operation=OPERATION)


async def _about(tx: ReadTx, command: PutConflict) -> None:
    if command.about_unit_id is not None:
        await unit_known(tx, command.about_unit_id)
    elif await tx.value(sa.select(supplier.c.id).where(supplier.c.id == command.supplier_id)) is None:
        raise SupplierNotKnown(supplier_id=str(command.supplier_id))


def conflict_written(clock: Clock, one: Record, versions: list[Record]) -> dict[str, Any]:
    """Write a version of a conflict, and whether it is in force today."""
    holds = in_force(one.state, one.content["valid_from"], one.content["valid_to"], today(clock))
    return {
        **heading_written(one, versions),
        "account_id": str(one.account_id),
        "in_force": holds,
        **one.content,
    }
