"""A unit's statement for now is put together from rows that are kept; what has changed since is computed anew."""

import copy
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.domain.rules import Reference, Rule
from services.procurement_quota.domain.statements import When, folded, next_turn, rows_of
from services.procurement_quota.domain.tallies import add_up, statuses_of, sums_of
from services.procurement_quota.store import revisions
from services.procurement_quota.store.canteens import Canteen, canteens_of_subtree
from services.procurement_quota.store.kept import KeptRows, KeptTable, KeptTables, Row
from services.procurement_quota.usecases.gather_basis import gather
from shared.db.unit_of_work import ReadTx

WHOLE_TREE_FROM = 200
"""For so many canteens the tree below the unit is read whole; for fewer, unit by unit."""


async def table_below(
    tx: ReadTx, kept: KeptTables, reference: Reference, rule: Rule, path: str, asked: Asked, when: When
) -> KeptTable:
    """Give what a unit's statement says of everything known now."""
    seen = await revisions.seen(tx, asked.year)
    key = (asked.rule_code, asked.year)
    known = kept.tables.get((key, path))
    if known is not None and known.holds(seen.anything, asked.happened_by):
        return known
    async with kept.turn(key):
        known = kept.tables.get((key, path))
        if known is not None and known.holds(seen.anything, asked.happened_by):
            return known
        return await _put_together(tx, kept, reference, rule, path, asked, when, seen)


async def _put_together(
    tx: ReadTx,
    kept: KeptTables,
    reference: Reference,
    rule: Rule,
    path: str,
    asked: Asked,
    when: When,
    seen: revisions.Seen,
) -> KeptTable:
    key = (asked.rule_code, asked.year)
    canteens = await _listed(tx, kept, path, seen.listed)
    changes = await revisions.changes_of(tx, [one.id for one in canteens], asked.year)
    wanted = {one.id: seen.everywhere + changes.get(one.id, 0) for one in canteens}
    held = kept.rows.get(key) or {}
    stale = [one for one in canteens if one.id not in held or not held[one.id].holds(wanted[one.id], asked.happened_by)]
    fresh = await _rows_anew(tx, reference, rule, path, asked, when, stale, wanted)
    rows = [fresh[one.id] if one.id in fresh else held[one.id] for one in canteens]
    # Another reader may have kept rows meanwhile; what is put here is what this snapshot saw, at its revisions.
    held = (kept.rows.get(key) or {}) | fresh
    kept.rows.put(key, held, len(held))
    table = _table(path, seen.anything, asked.happened_by, canteens, rows)
    kept.tables.put((key, path), table, 1 + len(canteens))
    return table


async def _listed(tx: ReadTx, kept: KeptTables, path: str, revision: int) -> Sequence[Canteen]:
    known = kept.listed.get(path)
    if known is not None and known[0] == revision:
        return known[1]
    canteens = await canteens_of_subtree(tx, path)
    kept.listed.put(path, (revision, canteens), 1 + len(canteens))
    return canteens


async def _rows_anew(
    tx: ReadTx,
    reference: Reference,
    rule: Rule,
    path: str,
    asked: Asked,
    when: When,
    stale: Sequence[Canteen],
    wanted: dict[UUID, int],
) -> dict[UUID, KeptRows]:
    """Compute the rows of some canteens for all who bear their share, wherever they are."""
    if not stale:
        return {}
    below = path if len(stale) >= WHOLE_TREE_FROM else None
    found = await gather(tx, reference, rule, stale, asked, below=below)
    return {
        basis.canteen_id: KeptRows(
            revision=wanted[basis.canteen_id],
            since=asked.happened_by,
            until=next_turn(basis, when),
            rows=[
                Row(row["unit_path"], statuses_of(row), sums_of(row), orjson.dumps(row))
                for row in rows_of("/", basis, found.rate, when)
            ],
        )
        for basis in found.bases
    }


def _table(path: str, revision: int, day: date, canteens: Sequence[Canteen], kept: Sequence[KeptRows]) -> KeptTable:
    rows = [row for one in kept for row in one.rows if row.unit_path.startswith(path)]
    sums = folded(path, add_up(path, ((row.unit_path, row.statuses, row.sums) for row in rows)), None)
    return KeptTable(
        revision=revision,
        since=day,
        until=min((one.until for one in kept), default=date.max),
        canteens=canteens,
        rows=b"[" + b",".join(row.written for row in rows) + b"]",
        units=orjson.dumps(sums.pop("units")),
        sums=sums,
    )


def body_of(table: KeptTable) -> dict[str, Any]:
    """Write what `unit_statement` does; its rows and units are JSON already (`orjson.Fragment`)."""
    return copy.deepcopy(table.sums) | {"canteens": orjson.Fragment(table.rows), "units": orjson.Fragment(table.units)}
