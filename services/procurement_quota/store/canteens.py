"""Canteens as they stand, how each was run from which day on, and who shares it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.counting import Place
from services.procurement_quota.domain.jurisdiction import AS_NOW, Stood
from services.procurement_quota.domain.standing import Form
from services.procurement_quota.store.tables import canteen, canteen_form, canteen_share, unit
from shared.contracts.words import CanteenKind
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Canteen:
    """A canteen as it now stands, with the unit that runs it."""

    id: UUID
    version: int
    unit_id: UUID
    name: str
    kind: CanteenKind
    active: bool
    unit_name: str = ""
    unit_path: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """One holder of a shared canteen from a year on; `unit_id` is None for a party outside the tree."""

    canteen_id: UUID
    year: int
    unit_id: UUID | None
    holder_name: str
    weight_bp: int
    unit_path: str | None = None


_CANTEENS = sa.select(
    canteen.c.id,
    canteen.c.version,
    canteen.c.unit_id,
    canteen.c.name,
    canteen.c.kind,
    canteen.c.active,
    unit.c.name.label("unit_name"),
    unit.c.path.label("unit_path"),
).join(unit, unit.c.id == canteen.c.unit_id)
_BY_ID = _CANTEENS.where(canteen.c.id == sa.bindparam("of_id"))


def _canteen(row: sa.Row) -> Canteen:
    values = row._mapping
    return Canteen(**{**values, "kind": CanteenKind(values["kind"])})


async def canteen_by_id(tx: ReadTx, canteen_id: UUID) -> Canteen | None:
    row = await tx.first(_BY_ID, {"of_id": canteen_id})
    return None if row is None else _canteen(row)


async def places(tx: ReadTx, ids: Iterable[UUID]) -> dict[UUID, Place]:
    """Tell where the purchases of some canteens are booked; unknown ones are left out."""
    rows = await tx.rows(
        sa.select(canteen.c.id, canteen.c.unit_id, unit.c.path)
        .join(unit, unit.c.id == canteen.c.unit_id)
        .where(canteen.c.id == sa.any_(sa.cast(list(ids), sa.ARRAY(sa.Uuid))))
    )
    return {row.id: Place(row.id, row.unit_id, row.path) for row in rows}


async def list_canteens(
    tx: ReadTx, *, unit_id: UUID | None, below: str | None, after: UUID | None, limit: int
) -> list[Canteen]:
    """List canteens by id, of one unit, or of a unit's path and all below it."""
    asked = _CANTEENS.order_by(canteen.c.id).limit(limit)
    if unit_id is not None:
        asked = asked.where(canteen.c.unit_id == unit_id)
    if below is not None:
        asked = asked.where(unit.c.path.startswith(below, autoescape=True))
    if after is not None:
        asked = asked.where(canteen.c.id > after)
    return [_canteen(row) for row in await tx.rows(asked)]


async def canteens_of_subtree(
    tx: ReadTx, path: str, known_by: datetime | None = None, stood: Stood = AS_NOW
) -> list[Canteen]:
    """List the canteens run, or shared, by a unit or any unit below it, by the path of who runs them.

    With `known_by`, those alone that were known then. Where they stand, and which unit is at the path, is as `stood`.
    """
    holder = sa.alias(unit, "holder")
    shared = (
        sa.select(canteen_share.c.canteen_id)
        .join(holder, holder.c.id == canteen_share.c.unit_id)
        .where(_at_or_below(holder, path, stood))
    )
    asked = _CANTEENS.where(sa.or_(_at_or_below(unit, path, stood), canteen.c.id.in_(shared)))
    if known_by is not None:
        first = sa.select(canteen_form.c.canteen_id).where(canteen_form.c.recorded_at <= known_by)
        asked = asked.where(canteen.c.id.in_(first))
    rows = await tx.rows(asked.order_by(unit.c.path, canteen.c.name, canteen.c.id))
    found = [_canteen(row) for row in rows]
    if not stood.then:
        return found
    return sorted((standing(one, stood) for one in found), key=lambda one: (one.unit_path, one.name, one.id))


def _at_or_below(units: sa.FromClause, path: str, stood: Stood) -> sa.ColumnElement[bool]:
    here = units.c.path.startswith(path, autoescape=True)
    if not stood.then:
        return here
    return sa.or_(sa.and_(here, units.c.id.not_in(list(stood.now))), units.c.id.in_(stood.below(path)))


def standing(one: Canteen, stood: Stood) -> Canteen:
    """Give a canteen, as it now stands, where its unit stood."""
    path = stood.path(one.unit_id, one.unit_path)
    return one if path == one.unit_path else replace(one, unit_path=path)


async def write_canteen(tx: Tx, one: Canteen) -> None:
    values = {
        "id": one.id,
        "version": one.version,
        "unit_id": one.unit_id,
        "name": one.name,
        "kind": one.kind.value,
        "active": one.active,
    }
    if one.version == 1:
        await tx.execute(sa.insert(canteen), values)
    else:
        await tx.execute(sa.update(canteen).where(canteen.c.id == one.id).values(**values))


async def forms(tx: ReadTx, ids: Iterable[UUID], known_by: datetime | None) -> dict[UUID, list[Form]]:
    """Give the known forms of canteens, by `valid_from`; a later record for the same day replaces the earlier."""
    asked = (
        sa.select(canteen_form.c.canteen_id, canteen_form.c.valid_from, canteen_form.c.kind, canteen_form.c.approved_on)
        .where(canteen_form.c.canteen_id == sa.any_(sa.cast(list(ids), sa.ARRAY(sa.Uuid))))
        .order_by(canteen_form.c.canteen_id, canteen_form.c.valid_from, canteen_form.c.version)
    )
    if known_by is not None:
        asked = asked.where(sa.or_(canteen_form.c.recorded_at <= known_by, canteen_form.c.version == 1))
    found: dict[UUID, dict[date, Form]] = {}
    for row in await tx.rows(asked):
        found.setdefault(row.canteen_id, {})[row.valid_from] = Form(
            row.valid_from, CanteenKind(row.kind), row.approved_on is not None
        )
    return {canteen_id: [by_day[day] for day in sorted(by_day)] for canteen_id, by_day in found.items()}


async def last_form(tx: ReadTx, canteen_id: UUID) -> sa.Row | None:
    return await tx.first(
        sa.select(canteen_form)
        .where(canteen_form.c.canteen_id == canteen_id)
        .order_by(canteen_form.c.version.desc())
        .limit(1)
    )


_BEGUN = sa.text(
    "SELECT c.id, f.kind FROM canteen c JOIN LATERAL ("
    "SELECT kind FROM canteen_form WHERE canteen_id = c.id AND valid_from <= :day "
    "ORDER BY valid_from DESC, version DESC LIMIT 1) f ON f.kind <> c.kind ORDER BY c.id LIMIT :limit"
)


async def forms_begun(tx: ReadTx, day: date, limit: int) -> dict[UUID, CanteenKind]:
    """Tell which canteens are run in another way by a day than they were said to be."""
    return {row.id: CanteenKind(row.kind) for row in await tx.rows(_BEGUN, {"day": day, "limit": limit})}


async def write_form(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(canteen_form), {**values, "recorded_at": tx.now})


async def shares(tx: ReadTx, ids: Iterable[UUID], year: int, known_by: datetime | None) -> dict[UUID, list[Share]]:
    """Give who shares each canteen in a year: the known weights of the newest year not after it, in their order."""
    asked = (
        sa.select(
            canteen_share.c.canteen_id,
            canteen_share.c.year,
            canteen_share.c.unit_id,
            canteen_share.c.holder_name,
            canteen_share.c.weight_bp,
            unit.c.path.label("unit_path"),
        )
        .outerjoin(unit, unit.c.id == canteen_share.c.unit_id)
        .where(
            canteen_share.c.canteen_id == sa.any_(sa.cast(list(ids), sa.ARRAY(sa.Uuid))),
            canteen_share.c.year <= year,
        )
        .order_by(canteen_share.c.canteen_id, canteen_share.c.year, canteen_share.c.place)
    )
    if known_by is not None:
        asked = asked.where(canteen_share.c.recorded_at <= known_by)
    found: dict[UUID, list[Share]] = {}
    for row in await tx.rows(asked):
        share = Share(**row._mapping)
        held = found.setdefault(row.canteen_id, [])
        if held and held[0].year != share.year:
            held.clear()
        held.append(share)
    return found


async def write_shares(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    await tx.execute(sa.insert(canteen_share), [{**row, "recorded_at": tx.now} for row in rows])
