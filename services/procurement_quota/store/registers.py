"""Records of the registers are read by their newest version, or by the one that was newest on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.registers import Register
from services.procurement_quota.store.register_tables import register_paper, register_version
from services.procurement_quota.store.tables import unit
from shared.contracts.authority import is_topmost
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Record:
    """One version of a record, with the present places of whose matter it is and for whom it was written."""

    id: UUID
    version: int
    unit_id: UUID
    unit_name: str
    unit_path: str
    by_unit_id: UUID
    by_path: str
    canteen_id: UUID | None
    supplier_id: UUID | None
    account_id: UUID | None
    state: str
    content: dict[str, Any]
    why: str
    written_by: UUID
    recorded_at: datetime


_by = unit.alias("by_unit")
_VERSIONS = (
    sa.select(
        register_version.c.id,
        register_version.c.version,
        register_version.c.unit_id,
        unit.c.name.label("unit_name"),
        unit.c.path.label("unit_path"),
        register_version.c.by_unit_id,
        _by.c.path.label("by_path"),
        register_version.c.canteen_id,
        register_version.c.supplier_id,
        register_version.c.account_id,
        register_version.c.state,
        register_version.c.content,
        register_version.c.why,
        register_version.c.written_by,
        register_version.c.recorded_at,
    )
    .join(unit, unit.c.id == register_version.c.unit_id)
    .join(_by, _by.c.id == register_version.c.by_unit_id)
)
_later = register_version.alias("later")
_NEWEST = _VERSIONS.where(
    sa.not_(sa.exists().where(_later.c.id == register_version.c.id, _later.c.version > register_version.c.version))
)


async def versions_of(tx: ReadTx, register: Register, record_id: UUID) -> list[Record]:
    """List a record's versions, oldest first."""
    asked = _VERSIONS.where(register_version.c.id == record_id, register_version.c.register == register.value)
    return [Record(**row._mapping) for row in await tx.rows(asked.order_by(register_version.c.version))]


async def list_records(
    tx: ReadTx,
    register: Register,
    reach: sa.ColumnElement[bool],
    *,
    state: str | None,
    before: UUID | None,
    limit: int,
    account_id: UUID | None = None,
) -> list[Record]:
    """List the newest versions of the records in reach, newest id first."""
    asked = _NEWEST.where(register_version.c.register == register.value, reach)
    if state is not None:
        asked = asked.where(register_version.c.state == state)
    if account_id is not None:
        asked = asked.where(register_version.c.account_id == account_id)
    if before is not None:
        asked = asked.where(register_version.c.id < before)
    return [Record(**row._mapping) for row in await tx.rows(asked.order_by(register_version.c.id.desc()).limit(limit))]


def of_units(paths: Sequence[str]) -> sa.ColumnElement[bool]:
    """Hold records to those whose matter is of a unit at or below some paths."""
    return sa.or_(sa.false(), *(unit.c.path.startswith(path, autoescape=True) for path in paths))


def of_units_below(paths: Sequence[str]) -> sa.ColumnElement[bool]:
    """Hold records to those whose matter is of a unit below some paths; only the topmost is below itself."""
    below = (
        sa.and_(unit.c.path.startswith(path, autoescape=True), sa.true() if is_topmost(path) else unit.c.path != path)
        for path in paths
    )
    return sa.or_(sa.false(), *below)


def by_units(paths: Sequence[str]) -> sa.ColumnElement[bool]:
    """Hold records to those written for a unit at or below some paths."""
    return sa.or_(sa.false(), *(_by.c.path.startswith(path, autoescape=True) for path in paths))


async def write_version(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(register_version), values)


async def papers_of_record(tx: ReadTx, record_id: UUID) -> list[dict[str, Any]]:
    """List the papers of a record, as they came."""
    asked = sa.select(register_paper).where(register_paper.c.record_id == record_id)
    return [dict(row._mapping) for row in await tx.rows(asked.order_by(register_paper.c.put_at))]


async def write_paper(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(register_paper), values)
