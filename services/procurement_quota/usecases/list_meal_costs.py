"""Finance above and the auditor read what a meal costs at each canteen, beside its peers, and which lie far below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.figures import figures_of, month_end
from services.procurement_quota.domain.jurisdiction import paths_above
from services.procurement_quota.domain.meal_costs import (
    METHOD,
    PEERS_MIN,
    Finding,
    Peers,
    cost_fen,
    finding_of,
    finding_texts,
    peers_of,
)
from services.procurement_quota.domain.standing import kind_on
from services.procurement_quota.domain.statements import Basis
from services.procurement_quota.store.canteens import canteens_of_subtree
from services.procurement_quota.store.meals import meals_of_year
from services.procurement_quota.store.units import Unit, unit_by_id, units_below
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import gather
from services.procurement_quota.usecases.get_statement import AskStatement, Subject, opened_for
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import CanteenKind, UnitLevel
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem
from shared.http.paging import decode_cursor, encode_cursor

_WITH_KITCHEN = (CanteenKind.OWN, CanteenKind.SHARED)


@dataclass(frozen=True, slots=True)
class AskMealCosts:
    """Which costs are asked for: from 1 January to the end of a month; what is left out is the newest whole month."""

    year: int | None = None
    month: int | None = None
    findings: bool = False
    """Only the canteens that lie far below their peers."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One canteen with what it bought and served."""

    basis: Basis
    level: UnitLevel
    purchases_fen: int
    meals: int
    missing: Sequence[int]

    @property
    def cost(self) -> int | None:
        return None if self.missing else cost_fen(self.purchases_fen, self.meals)

    @property
    def key(self) -> tuple[str, str]:
        return self.basis.unit_path, str(self.basis.canteen_id)


async def list_meal_costs(
    desk: Desk, identity: Identity, unit_id: UUID, ask: AskMealCosts, *, limit: int, cursor: str | None
) -> dict[str, Any]:
    """List the canteens of a unit and all below it by path. Raises UnitUnknown, RuleNotInForce, InvalidFields.

    The base is that of the most local rule that has a percentage.
    """
    after = decode_cursor(cursor, str, str)
    year, month = _settled(ask, today(desk.clock))
    async with desk.uow.read() as tx:
        unit = await unit_by_id(tx, unit_id)
        if unit is None:
            raise UnitUnknown(unit_id=str(unit_id))
        require(identity, "list_meal_costs", Owned(unit_path=unit.path))
        rule, rows = await _rows(desk, tx, unit, year, month)
    peers = {
        level: peers_of([row.cost for row in rows if row.level is level and row.cost is not None])
        for level in UnitLevel
    }
    below = sorted((row for row in rows if row.basis.unit_path.startswith(unit.path)), key=lambda row: row.key)
    found = {row.key: _finding(row, peers) for row in below}
    wanted = [row for row in below if not ask.findings or found[row.key] is not None]
    rest = [row for row in wanted if after is None or row.key > tuple(after)]
    page = rest[:limit]
    return {
        "unit_id": str(unit.id),
        "unit_name": unit.name,
        "rule": rule,
        "year": year,
        "month": month,
        "method_zh": METHOD[0],
        "method_en": METHOD[1],
        "peers_min": PEERS_MIN,
        "peers": [_peers_written(level, rows, peers[level]) for level in UnitLevel],
        "canteens": len(below),
        "findings": sum(one is not None for one in found.values()),
        "items": [_written(row, peers[row.level], found[row.key]) for row in page],
        "next": encode_cursor([*page[-1].key]) if len(rest) > limit else None,
    }


def _settled(ask: AskMealCosts, day: date) -> tuple[int, int]:
    newest = day.replace(day=1) - timedelta(days=1)
    year = ask.year or (day.year if ask.month else newest.year)
    month = ask.month or (12 if year < day.year else max(1, day.month - 1))
    if date(year, month, 1) > day:
        raise InvalidFields(field_problem("month", "has not begun", "该月尚未开始"))
    return year, month


async def _rows(desk: Desk, tx: ReadTx, unit: Unit, year: int, month: int) -> tuple[str, list[_Row]]:
    """Read every canteen of the province that has a kitchen at the month's end: the unit's own, and their peers."""
    top = paths_above(unit.path)[0]
    opened = await opened_for(desk, tx, Subject(None, unit), AskStatement(year=year))
    levels: Mapping[UUID, UnitLevel] = {one.id: one.level for one in await units_below(tx, top)}
    canteens = [one for one in await canteens_of_subtree(tx, top) if opened.rule.binds_path(one.unit_path)]
    gathered = await gather(tx, opened.reference, opened.rule, canteens, opened.asked, below=top)
    served = await meals_of_year(tx, [one.id for one in canteens], year)
    rows = [
        _row(basis, levels[basis.unit_id], served.get(basis.canteen_id, {}), year, month)
        for basis in gathered.bases
        if kind_on(basis.forms, month_end(year, month), basis.kind) in _WITH_KITCHEN and basis.unit_path.startswith(top)
    ]
    return opened.rule.code, rows


def _row(basis: Basis, level: UnitLevel, served: Mapping[int, int], year: int, month: int) -> _Row:
    last = year * 100 + month
    figures = figures_of(
        year,
        {posted: sums for posted, sums in basis.months.items() if posted <= last},
        [one for one in basis.attested if one.month <= month],
        None,
        month_end(year, month),
    )
    begun = basis.forms[0].valid_from if basis.forms else date(year, 1, 1)
    first = begun.month if begun.year == year else 1
    wanted = range(first, month + 1) if begun <= month_end(year, month) else range(0)
    return _Row(
        basis=basis,
        level=level,
        purchases_fen=figures.base_fen,
        meals=sum(meals for at, meals in served.items() if at <= month),
        missing=[at for at in wanted if at not in served],
    )


def _finding(row: _Row, peers: Mapping[UnitLevel, Peers | None]) -> Finding | None:
    return None if row.missing else finding_of(row.purchases_fen, row.meals, peers[row.level])


def _peers_written(level: UnitLevel, rows: Sequence[_Row], peers: Peers | None) -> dict[str, Any]:
    own = [row for row in rows if row.level is level]
    return {
        "level": level.value,
        "canteens": len(own),
        "compared": sum(row.cost is not None for row in own),
        "q1_fen": peers.q1_fen if peers else None,
        "median_fen": peers.median_fen if peers else None,
        "q3_fen": peers.q3_fen if peers else None,
        "fence_fen": peers.fence_fen if peers else None,
    }


def _written(row: _Row, peers: Peers | None, finding: Finding | None) -> dict[str, Any]:
    basis = row.basis
    return {
        "canteen_id": str(basis.canteen_id),
        "name": basis.name,
        "unit_id": str(basis.unit_id),
        "unit_name": basis.unit_name,
        "unit_path": basis.unit_path,
        "level": row.level.value,
        "purchases_fen": row.purchases_fen,
        "meals": row.meals,
        "missing_months": list(row.missing),
        "cost_fen": row.cost,
        "finding": None
        if finding is None or peers is None
        else {
            "below_fence_fen": finding.below_fence_fen,
            "at_median_fen": finding.at_median_fen,
            "apart_fen": finding.apart_fen,
            **finding_texts(row.meals, row.purchases_fen, peers, finding),
        },
    }
