"""The federation tree as it stands, and what each unit was at the start of any year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.jurisdiction import Jurisdiction
from services.procurement_quota.store.tables import chain_head, jurisdiction, unit
from shared.contracts.words import UnitLevel
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Unit:
    """A federation or a unit below it, as it now stands."""

    id: UUID
    version: int
    code: str
    name: str
    level: UnitLevel
    parent_id: UUID | None
    path: str
    division_code: str
    approval_limit_fen: int


_COLUMNS = (
    unit.c.id,
    unit.c.version,
    unit.c.code,
    unit.c.name,
    unit.c.level,
    unit.c.parent_id,
    unit.c.path,
    unit.c.division_code,
    unit.c.approval_limit_fen,
)


def _unit(row: sa.Row) -> Unit:
    values = row._mapping
    return Unit(**{**values, "level": UnitLevel(values["level"])})


async def unit_by_id(tx: ReadTx, unit_id: UUID) -> Unit | None:
    row = await tx.first(sa.select(*_COLUMNS).where(unit.c.id == unit_id))
    return None if row is None else _unit(row)


async def unit_by_path(tx: ReadTx, path: str) -> Unit | None:
    row = await tx.first(sa.select(*_COLUMNS).where(unit.c.path == path))
    return None if row is None else _unit(row)


async def roots(tx: ReadTx) -> list[str]:
    """List the paths of the federations that have none above them."""
    return [row.path for row in await tx.rows(sa.select(unit.c.path).where(unit.c.parent_id.is_(None)))]


async def paths(tx: ReadTx, wanted: Iterable[str]) -> set[str]:
    """Tell which of some paths are those of a unit."""
    return {row.path for row in await tx.rows(sa.select(unit.c.path).where(unit.c.path.in_(list(wanted))))}


async def units_by_code(tx: ReadTx, codes: Iterable[str]) -> dict[str, Unit]:
    rows = await tx.rows(sa.select(*_COLUMNS).where(unit.c.code.in_(list(codes))))
    return {row.code: _unit(row) for row in rows}


async def units_by_id(tx: ReadTx, ids: Iterable[UUID]) -> dict[UUID, Unit]:
    rows = await tx.rows(sa.select(*_COLUMNS).where(unit.c.id.in_(list(ids))))
    return {row.id: _unit(row) for row in rows}


async def list_units(
    tx: ReadTx, *, parent: UUID | None, level: str | None, after: str | None, limit: int
) -> list[Unit]:
    """List units by code, after a code."""
    asked = sa.select(*_COLUMNS).order_by(unit.c.code).limit(limit)
    if parent is not None:
        asked = asked.where(unit.c.parent_id == parent)
    if level is not None:
        asked = asked.where(unit.c.level == level)
    if after is not None:
        asked = asked.where(unit.c.code > after)
    return [_unit(row) for row in await tx.rows(asked)]


async def write_units(tx: Tx, units: Sequence[Unit], valid_from: Mapping[UUID, date]) -> None:
    """Write units (parents before children) with the jurisdiction that holds from a day, and give each its chain."""
    for one in units:
        values = {
            "id": one.id,
            "version": one.version,
            "code": one.code,
            "name": one.name,
            "level": one.level.value,
            "parent_id": one.parent_id,
            "path": one.path,
            "division_code": one.division_code,
            "approval_limit_fen": one.approval_limit_fen,
        }
        if one.version == 1:
            await tx.execute(sa.insert(unit), values)
        else:
            await tx.execute(sa.update(unit).where(unit.c.id == one.id).values(**values))
    await tx.execute(
        sa.insert(jurisdiction),
        [
            {
                "unit_id": one.id,
                "version": one.version,
                "valid_from": valid_from[one.id],
                "level": one.level.value,
                "path": one.path,
                "division_code": one.division_code,
                "recorded_at": tx.now,
            }
            for one in units
        ],
    )
    begun = [one.id for one in units if one.version == 1]
    if begun:
        await tx.execute(
            sa.insert(chain_head),
            [{"unit_id": one, "seq": 0, "hash": bytes(32), "recorded_at": tx.now} for one in begun],
        )


async def jurisdictions(
    tx: ReadTx, *, below: str | None, paths: Iterable[str], known_by: datetime | None
) -> dict[UUID, list[Jurisdiction]]:
    """Give every known version, by `valid_from`, of the units below a path and of those at some other paths."""
    wanted: sa.ColumnElement[bool] = unit.c.path.in_(list(paths))
    if below is not None:
        wanted = sa.or_(wanted, unit.c.path.startswith(below, autoescape=True))
    asked = (
        sa.select(
            jurisdiction.c.unit_id,
            jurisdiction.c.level,
            jurisdiction.c.path,
            jurisdiction.c.division_code,
            jurisdiction.c.valid_from,
            jurisdiction.c.version,
            jurisdiction.c.recorded_at,
        )
        .join(unit, unit.c.id == jurisdiction.c.unit_id)
        .where(wanted)
        .order_by(jurisdiction.c.unit_id, jurisdiction.c.valid_from, jurisdiction.c.version)
    )
    found: dict[UUID, list[Jurisdiction]] = {}
    for row in await tx.rows(asked):
        if known_by is not None and row.recorded_at > known_by and row.version > 1:
            continue
        found.setdefault(row.unit_id, []).append(
            Jurisdiction(row.unit_id, UnitLevel(row.level), row.path, row.division_code, row.valid_from)
        )
    return found
