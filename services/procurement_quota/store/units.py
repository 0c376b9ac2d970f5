"""The federation tree as it stands, and what each unit was at the start of any year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from services.procurement_quota.domain.jurisdiction import (
    AS_NOW,
    Jurisdiction,
    Stood,
    Tree,
    codes_of,
    in_force_on,
    tree_of,
)
from services.procurement_quota.store.tables import chain_head, jurisdiction, unit
from services.procurement_quota.store.tree_tables import unit_move
from shared.contracts.words import UnitLevel
from shared.db.unit_of_work import ReadTx, Tx

HISTORY_MAX = 500


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


@dataclass(frozen=True, slots=True)
class Placed:
    """From when a unit's place in the tree holds, and what its rate follows from then on."""

    valid_from: date
    level: UnitLevel
    division_code: str


async def units_below(tx: ReadTx, path: str) -> list[Unit]:
    """List the unit at a path and all below it, parents first."""
    asked = sa.select(*_COLUMNS).where(unit.c.path.startswith(path, autoescape=True))
    return [_unit(row) for row in await tx.rows(asked.order_by(sa.func.length(unit.c.path), unit.c.path))]


async def write_units(tx: Tx, units: Sequence[Unit], placed: Mapping[UUID, Placed]) -> None:
    """Write units, parents before children, and give each new one its chain; `placed` are those whose place is new."""
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
    rows = [
        {
            "unit_id": one.id,
            "version": one.version,
            "valid_from": placed[one.id].valid_from,
            "level": placed[one.id].level.value,
            "path": one.path,
            "division_code": placed[one.id].division_code,
            "recorded_at": tx.now,
        }
        for one in units
        if one.id in placed
    ]
    if rows:
        await tx.execute(sa.insert(jurisdiction), rows)
    begun = [one.id for one in units if one.version == 1]
    if begun:
        await tx.execute(
            sa.insert(chain_head),
            [{"unit_id": one, "seq": 0, "hash": bytes(32), "recorded_at": tx.now} for one in begun],
        )


async def tree_at_start(
    tx: ReadTx,
    year: int,
    *,
    below: str | None,
    paths: Iterable[str],
    known_by: datetime | None,
    stood: Stood = AS_NOW,
) -> Tree:
    """Give the tree of a year's start as known by a moment: the units below a path, those of some paths, and all above.

    The paths are those of `stood`. A unit that moved since needs those above it then and now; whoever is not among the
    first is read in a second query.
    """
    wanted: sa.ColumnElement[bool] = unit.c.code.in_({code for path in paths for code in codes_of(path)})
    if below is not None:
        wanted = sa.or_(wanted, unit.c.path.startswith(below, autoescape=True), unit.c.id.in_(stood.below(below)))

    def tree_from(held: Mapping[UUID, tuple[str, list[Jurisdiction]]]) -> Tree:
        return tree_of(year, [(stood.path(unit_id, path), known) for unit_id, (path, known) in held.items()])

    held = await jurisdictions(tx, wanted, known_by)
    tree = tree_from(held)
    above = {code for path in tree.then.values() for code in codes_of(path)} - tree.by_code.keys()
    if above:
        held |= await jurisdictions(tx, unit.c.code.in_(above), known_by)
        tree = tree_from(held)
    return tree


_MOVED = sa.select(jurisdiction.c.unit_id).join(unit, unit.c.id == jurisdiction.c.unit_id)
_MOVED = _MOVED.where(jurisdiction.c.path != unit.c.path)


async def stood_on(tx: ReadTx, day: date, known_by: datetime | None) -> Stood:
    """Tell which units stood elsewhere on a day, as known by a moment."""
    held = await jurisdictions(tx, unit.c.id.in_(_MOVED), known_by)
    stood = {unit_id: in_force_on(day, versions).path for unit_id, (_, versions) in held.items()}
    now = {unit_id: path for unit_id, (path, _) in held.items() if stood[unit_id] != path}
    return Stood(now, {unit_id: stood[unit_id] for unit_id in now})


async def jurisdictions(
    tx: ReadTx, wanted: sa.ColumnElement[bool], known_by: datetime | None
) -> dict[UUID, tuple[str, list[Jurisdiction]]]:
    """Give the present path and every known version, by `valid_from`, of some units; the first is always known."""
    asked = (
        sa.select(
            jurisdiction.c.unit_id,
            jurisdiction.c.level,
            jurisdiction.c.path,
            jurisdiction.c.division_code,
            jurisdiction.c.valid_from,
            jurisdiction.c.version,
            jurisdiction.c.recorded_at,
            unit.c.path.label("path_now"),
        )
        .join(unit, unit.c.id == jurisdiction.c.unit_id)
        .where(wanted)
        .order_by(jurisdiction.c.unit_id, jurisdiction.c.valid_from, jurisdiction.c.version)
    )
    found: dict[UUID, tuple[str, list[Jurisdiction]]] = {}
    for row in await tx.rows(asked):
        if known_by is not None and row.recorded_at > known_by and row.version > 1:
            continue
        found.setdefault(row.unit_id, (row.path_now, []))[1].append(
            Jurisdiction(row.unit_id, UnitLevel(row.level), row.path, row.division_code, row.valid_from)
        )
    return found


async def newest_places(tx: ReadTx, path: str) -> dict[UUID, Placed]:
    """Give the place that was recorded last of the unit at a path and of each below it."""
    asked = (
        sa.select(jurisdiction)
        .ext(distinct_on(jurisdiction.c.unit_id))
        .join(unit, unit.c.id == jurisdiction.c.unit_id)
        .where(unit.c.path.startswith(path, autoescape=True))
        .order_by(jurisdiction.c.unit_id, jurisdiction.c.version.desc())
    )
    return {
        row.unit_id: Placed(row.valid_from, UnitLevel(row.level), row.division_code) for row in await tx.rows(asked)
    }


async def versions_of_unit(tx: ReadTx, unit_id: UUID) -> list[sa.Row[Any]]:
    """List what a unit was and is, oldest record first."""
    asked = sa.select(jurisdiction).where(jurisdiction.c.unit_id == unit_id).order_by(jurisdiction.c.version.desc())
    return list(await tx.rows(asked.limit(HISTORY_MAX)))[::-1]


async def moves_of_unit(tx: ReadTx, unit_id: UUID) -> list[sa.Row[Any]]:
    """List how a unit moved, or was merged, oldest record first."""
    asked = sa.select(unit_move).where(unit_move.c.unit_id == unit_id).order_by(unit_move.c.version.desc())
    return list(await tx.rows(asked.limit(HISTORY_MAX)))[::-1]


async def move_by_id(tx: ReadTx, move_id: UUID) -> sa.Row[Any] | None:
    return await tx.first(sa.select(unit_move).where(unit_move.c.id == move_id))


async def write_move(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(unit_move), values)


async def moved_codes(tx: ReadTx) -> set[str]:
    """Tell which units have moved or were merged: where they stand is no longer what was loaded."""
    rows = await tx.rows(sa.select(unit.c.code).where(unit.c.id.in_(sa.select(unit_move.c.unit_id))))
    return {row.code for row in rows}
