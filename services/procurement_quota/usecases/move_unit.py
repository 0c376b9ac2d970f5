"""A unit moves in the tree, or is merged into another, by a dated document; what it was stays known.

Who sees what follows the tree as it now stands: from the moment that a move is recorded the units above the new place
reach the unit and all below it, those above the old place no more. The rate does not: it is fixed by where the unit
stood on 1 January (README, "The rule"), so the statement of the year in which it moved is what it was. Nor does a
unit's table as of a past day: it is about who stood below on that day, as known by the moment asked.

Decision: a merged unit goes below the one that takes it in, and keeps its code, its chain and its canteens.
Why: entries are never booked again elsewhere, and a chain that ended would leave its late facts without a place.
Price: it goes on as a subordinate unit; from the next 1 January it and its units have the level and area, and so the
rate, of the unit that took it in.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.jurisdiction import paths_above
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.units import (
    Placed,
    Unit,
    move_by_id,
    moves_of_unit,
    newest_places,
    unit_by_id,
    units_below,
    versions_of_unit,
    write_move,
    write_units,
)
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.put_units import DEPTH, say_units
from services.procurement_quota.usecases.texts import Said
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx, Tx
from shared.errors import Conflict, InvalidFields, field_problem


class MoveKind(StrEnum):
    """How a unit changes its place (变动方式)."""

    MOVE = "move"  # 划转
    MERGE = "merge"  # 合并


class MoveDiffers(Conflict):
    """A move with this id was recorded with other content; what was recorded does not change.

    zh: 该编号的变动已按其他内容登记，已登记的内容不能更改。
    """


class CannotMoveThere(Conflict):
    """A unit goes below another of its province, of its own level or above, that is neither itself nor below it.

    zh: 单位只能划入或并入本省内同级或上级单位，不得划入自身或其下级。
    """


class MoveOutOfTurn(Conflict):
    """A unit does not move before the day from which its present place holds.

    zh: 变动日期不得早于该单位现隶属关系的生效日期。
    """


class RulesDiffer(Conflict):
    """A rule binds one of the two places and not the other; its purchases would be judged by two rules in one year.

    zh: 新旧隶属关系适用的规则不同，同一年度的采购将被两种规则认定，不能直接变动。
    """


class PutMove(BaseModel):
    """A unit goes below another (划转), or is merged into it (合并), from a day on."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "move",
                    "to_unit_id": "019a0000-0000-7000-8000-0000000000d1",
                    "valid_from": "2025-06-01",
                    "document": "湘残联发〔2025〕12号：茶陵县残联划归郴州市残联管理",
                }
            ]
        },
    )

    kind: MoveKind
    to_unit_id: UUID
    valid_from: date
    """From 1 January of the present year up to today: the tree stands as it is, never as it will be."""
    document: Said


async def put_unit_move(
    desk: Desk, identity: Identity, unit_id: UUID, move_id: UUID, command: PutMove
) -> tuple[dict[str, Any], bool]:
    """Move a unit with all below it; gives its history, and whether anything was written.

    Raises UnitUnknown, InvalidFields, MoveDiffers, CannotMoveThere, MoveOutOfTurn, RulesDiffer.
    """
    async with desk.uow.glance() as reading:
        unit = await unit_known(reading, unit_id)
    require(identity, "put_unit_move", Owned(unit_path=paths_above(unit.path)[0]))
    async with desk.uow.begin() as tx:
        await lock_name(tx, "units")
        unit, to = await unit_known(tx, unit_id), await unit_known(tx, command.to_unit_id)
        known = await move_by_id(tx, move_id)
        if known is not None:
            asked = (unit_id, command.kind.value, command.to_unit_id, command.valid_from, command.document)
            if (known.unit_id, known.kind, known.to_unit_id, known.valid_from, known.document) != asked:
                raise MoveDiffers(move_id=str(move_id))
            return await history_written(tx, unit), False
        _check_day(command.valid_from, today(desk.clock))
        _check_place(unit, to, command.kind)
        _check_rules(await desk.reference.current(tx), unit.path, f"{to.path}{unit.code}/")
        moved = await _move(tx, unit, to, command)
        await write_move(
            tx,
            {
                "id": move_id,
                "unit_id": unit_id,
                "version": moved[0].version,
                "kind": command.kind.value,
                "to_unit_id": to.id,
                "from_path": unit.path,
                "to_path": moved[0].path,
                "valid_from": command.valid_from,
                "document": command.document,
                "units": len(moved),
                "moved_by": identity.account_id,
                "recorded_at": tx.now,
            },
        )
        await say_units(tx, moved)
        return await history_written(tx, moved[0]), True


async def get_unit_history(desk: Desk, unit_id: UUID) -> dict[str, Any]:
    """Give what a unit was from which day on, and by which documents it moved. Raises UnitUnknown."""
    async with desk.uow.glance() as tx:
        return await history_written(tx, await unit_known(tx, unit_id))


async def unit_known(tx: ReadTx, unit_id: UUID) -> Unit:
    """Give a unit; raises UnitUnknown."""
    found = await unit_by_id(tx, unit_id)
    if found is None:
        raise UnitUnknown(unit_id=str(unit_id))
    return found


def _check_day(day: date, now: date) -> None:
    if not date(now.year, 1, 1) <= day <= now:
        raise InvalidFields(
            field_problem("valid_from", "is a day of the present year, up to today", "应为本年1月1日至今天的日期")
        )


def _check_place(unit: Unit, to: Unit, kind: MoveKind) -> None:
    """Refuse a place where the unit cannot stand, or stands already; only a merger may go to the present parent."""
    same_root = paths_above(unit.path)[0] == paths_above(to.path)[0]
    there = to.id == unit.parent_id and kind is MoveKind.MOVE
    if (
        unit.parent_id is None
        or not same_root
        or there
        or to.path.startswith(unit.path)
        or DEPTH[unit.level] < DEPTH[to.level]
    ):
        raise CannotMoveThere(unit_id=str(unit.id), to_unit_id=str(to.id))


def _check_rules(reference: Reference, before: str, after: str) -> None:
    """Refuse a move over the edge of a rule that binds only a part of the province."""

    def differs(scope: str) -> bool:
        inside = before != after and (scope.startswith(before) or scope.startswith(after))
        return inside or before.startswith(scope) != after.startswith(scope)

    rules = [reference.rules[one.rule_code, one.rule_version] for one in reference.in_force]
    if apart := sorted({rule.code for rule in rules if differs(rule.scope_path)}):
        raise RulesDiffer(rules=apart)


async def _move(tx: Tx, unit: Unit, to: Unit, command: PutMove) -> list[Unit]:
    """Write the unit and all below it at their new paths, each with the place that it has from the day on.

    A merged unit, and those below it that serve the same area, take the level and area of who took it in.
    """
    moved: list[Unit] = []
    placed: dict[UUID, Placed] = {}
    root, before = f"{to.path}{unit.code}/", await newest_places(tx, unit.path)
    if command.valid_from < before[unit.id].valid_from:
        raise MoveOutOfTurn(valid_from=before[unit.id].valid_from.isoformat())
    for one in await units_below(tx, unit.path):
        values = {name: getattr(one, name) for name in Unit.__slots__}
        values |= {"version": one.version + 1, "path": root + one.path[len(unit.path) :]}
        if one.id == unit.id:
            values["parent_id"] = to.id
        moved.append(Unit(**values))
        place = replace(before[one.id], valid_from=max(command.valid_from, before[one.id].valid_from))
        merged = one.id == unit.id or place.division_code == unit.division_code
        if command.kind is MoveKind.MERGE and merged:
            place = replace(place, level=to.level, division_code=to.division_code)
        placed[one.id] = place
    await write_units(tx, moved, placed)
    return moved


async def history_written(tx: ReadTx, unit: Unit) -> dict[str, Any]:
    """Write a unit with what it was and how it moved, oldest record first."""
    return {
        "unit_id": str(unit.id),
        "code": unit.code,
        "name": unit.name,
        "path": unit.path,
        "version": unit.version,
        "places": [_place(row) for row in await versions_of_unit(tx, unit.id)],
        "moves": _moves(await moves_of_unit(tx, unit.id)),
    }


def _place(row: sa.Row[Any]) -> dict[str, Any]:
    return {
        "version": row.version,
        "valid_from": row.valid_from.isoformat(),
        "level": row.level,
        "path": row.path,
        "division_code": row.division_code,
        "recorded_at": moment_text(row.recorded_at),
    }


def _moves(rows: Sequence[sa.Row[Any]]) -> list[dict[str, Any]]:
    return [
        {
            "id": str(row.id),
            "kind": row.kind,
            "to_unit_id": str(row.to_unit_id),
            "from_path": row.from_path,
            "to_path": row.to_path,
            "valid_from": row.valid_from.isoformat(),
            "document": row.document,
            "units": row.units,
            "version": row.version,
            "recorded_at": moment_text(row.recorded_at),
        }
        for row in rows
    ]
