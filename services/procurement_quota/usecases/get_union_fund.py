"""A unit reads what it, and each unit below it, bought with union money: by label, each purchase once, and a head.

Decision: what a canteen bought belongs to the unit that runs it. Why: heads are a unit's, and union money is not shared
by meals served. Price: who shares a canteen sees its union goods with whom runs it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.rules import RuleNotInForce
from services.procurement_quota.domain.union import Label, UnionSums, labelled, per_head_fen, summed
from services.procurement_quota.domain.words import Reason
from services.procurement_quota.store.canteens import Canteen, canteens_of_subtree
from services.procurement_quota.store.union import heads_of, lots_by_reason
from services.procurement_quota.store.units import unit_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import known_moment, when_asked
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.union_apart import union_apart
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Fund
from shared.http.paging import decode_cursor, encode_cursor

ROUNDING_ZH = "人均金额向下取整到分；占比向下取两位小数。"
ROUNDING_EN = "An amount a head is rounded down to the fen, a share to two places."


@dataclass(frozen=True, slots=True)
class AskUnionFund:
    """Which year, as of which two dates."""

    year: int | None = None
    happened_by: date | None = None
    known_by: date | datetime | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """What one unit bought."""

    canteen: Canteen
    sums: UnionSums
    heads: int | None


async def get_union_fund(
    desk: Desk, identity: Identity, unit_id: UUID, ask: AskUnionFund, *, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give a unit's union fund and that of each unit below. Raises UnitUnknown, RuleNotInForce."""
    keys = decode_cursor(cursor, str)
    year = ask.year or today(desk.clock).year
    async with desk.uow.read() as tx:
        unit = await unit_by_id(tx, unit_id)
        if unit is None:
            raise UnitUnknown(unit_id=str(unit_id))
        require(identity, "get_union_fund", Owned(unit_path=unit.path))
        reference = (await desk.reference.current(tx)).as_known(known_moment(desk.clock, ask.known_by))
        rules = reference.rules_of_year(unit.path, year, Fund.UNION)
        if not rules:
            raise RuleNotInForce(rule="", year=year)
        asked, _ = when_asked(desk.clock, rules[0], year, ask.happened_by, ask.known_by)
        canteens = [one for one in await canteens_of_subtree(tx, unit.path) if one.unit_path.startswith(unit.path)]
        lots = await lots_by_reason(tx, [one.id for one in canteens], asked, desk.clock.now())
        heads = await heads_of(tx, {one.unit_id for one in canteens}, year, asked.known_by)
        ids = [one.id for one in canteens]
        shown = [await union_apart(tx, rule, ids, asked) for rule in reference.rules_of_year(unit.path, year)]
    rows = _rows(canteens, lots, heads)
    rest = [one for one in rows if keys is None or one.canteen.unit_path > keys[0]]
    page = rest[:limit]
    return {
        "unit_id": str(unit.id),
        "unit_name": unit.name,
        "rule": rules[0].code,
        "rule_name": rules[0].name,
        "rule_name_en": rules[0].name_en,
        "year": year,
        "happened_by": asked.happened_by.isoformat(),
        "known_by": moment_text(asked.known_by or desk.clock.now()),
        "rounding_zh": ROUNDING_ZH,
        "rounding_en": ROUNDING_EN,
        "total": _total(rows),
        "apart": [one for one in shown if one is not None],
        "items": [_written(one) for one in page],
        "next": encode_cursor([page[-1].canteen.unit_path]) if len(rest) > limit else None,
    }


def _rows(
    canteens: Sequence[Canteen], lots: Mapping[UUID, Sequence[tuple[Reason, int]]], heads: Mapping[UUID, int]
) -> list[_Row]:
    """Sum by unit, in the order of their paths."""
    of_unit: dict[str, list[Canteen]] = defaultdict(list)
    for one in canteens:
        of_unit[one.unit_path].append(one)
    return [
        _Row(run[0], labelled(lot for one in run for lot in lots.get(one.id, ())), heads.get(run[0].unit_id))
        for _, run in sorted(of_unit.items())
    ]


def _total(rows: Sequence[_Row]) -> dict[str, Any]:
    """Sum all pages. A head's amount is of those units alone whose heads are filed."""
    filed = [one for one in rows if one.heads]
    heads = sum(one.heads or 0 for one in filed)
    return {
        **_sums(summed(one.sums for one in rows)),
        "heads": heads,
        "units": len(rows),
        "units_without_heads": len(rows) - len(filed),
        "per_head_fen": per_head_fen(sum(one.sums.amount_fen for one in filed), heads),
    }


def _written(one: _Row) -> dict[str, Any]:
    return {
        "unit_id": str(one.canteen.unit_id),
        "unit_name": one.canteen.unit_name,
        "unit_path": one.canteen.unit_path,
        **_sums(one.sums),
        "heads": one.heads,
        "per_head_fen": per_head_fen(one.sums.amount_fen, one.heads),
    }


def _sums(sums: UnionSums) -> dict[str, Any]:
    return {
        "amount_fen": sums.amount_fen,
        "preferred_fen": sums.preferred_fen,
        "preferred_bp": sums.preferred_bp,
        "by_label": {f"{label.value}_fen": sums.by_label.get(label, 0) for label in Label},
    }
