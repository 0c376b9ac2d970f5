"""A report is shaped from one snapshot: the statement of a subtree, and what the same rows were on earlier days."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.procurement_quota.domain.chain import heads_root, moment_text
from services.procurement_quota.domain.report_presets import (
    BY_CODE,
    Preset,
    preset_before,
    same_day_last_year,
)
from services.procurement_quota.domain.report_words import CRITERIA
from services.procurement_quota.domain.reporting import (
    Apart,
    Criterion,
    Level,
    Row,
    bands_of,
    ranking,
    row_written,
    rows_by,
    unproven_written,
)
from services.procurement_quota.domain.rules import RuleNotInForce, RuleNotKnownYet, RuleUnknown
from services.procurement_quota.domain.statements import unit_statement
from services.procurement_quota.store.canteens import Canteen, canteens_of_subtree
from services.procurement_quota.store.figures import positions
from services.procurement_quota.store.units import Unit, units_below
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import YEAR_MIN, gather, known_moment, when_asked
from services.procurement_quota.usecases.get_statement import Opened, Subject, rule_as_known, rule_written
from shared.clock import end_of_day, today
from shared.contracts.words import UnitLevel
from shared.db.unit_of_work import ReadTx
from shared.errors import Invalid, InvalidFields, field_problem

FORMAT = "zhucai-report-1"
CANTEENS_MAX = 10_000
"""Twice the canteens that an installation is made for (README, scale)."""
LEVELS_BELOW = {
    UnitLevel.PROVINCE: Level.PREFECTURE,
    UnitLevel.PREFECTURE: Level.COUNTY,
    UnitLevel.COUNTY: Level.CANTEEN,
}


class ReportTooLong(Invalid):
    """This report has more rows than it may have; ask for a higher level, a smaller unit or another format.

    zh: 通报行数超过上限，请选择更高的层级、更小的单位或其他格式。
    """


@dataclass(frozen=True, slots=True)
class AskReport:
    """Which report is asked for; what is left out is the most local rule, the running year, now, the level below."""

    rule: str | None = None
    year: int | None = None
    happened_by: date | None = None
    known_by: date | datetime | None = None
    preset: str | None = None
    level: Level | None = None
    criterion: Criterion = Criterion.FULFILLED


@dataclass(frozen=True, slots=True)
class Dated:
    """What a report was asked as of, checked."""

    year: int
    happened_by: date
    known_by: date | datetime | None
    preset: Preset | None


def dated(desk: Desk, ask: AskReport) -> Dated:
    """Settle year and dates. Raises InvalidFields for an unknown preset, and for whatever lies in the future."""
    now, here = desk.clock.now(), today(desk.clock)
    year = ask.year or here.year
    if year > here.year:
        raise InvalidFields(field_problem("year", "has not begun", "该年度尚未开始", rule="future"))
    preset, day, known_by = None, ask.happened_by or here, ask.known_by
    if ask.preset is not None:
        preset, day = _preset(ask, year)
        known_by = day if known_by is None else known_by
        if day > here:
            raise InvalidFields(
                field_problem("preset", "lies in the future", "预设日期尚未到来", rule="future", day=day.isoformat())
            )
    if day > here:
        raise InvalidFields(field_problem("happened_by", "lies in the future", "截止日期在将来", rule="future"))
    if day < date(year, 1, 1):
        raise InvalidFields(
            field_problem("happened_by", "is before the year", "截止日期早于该年度", rule="before_year")
        )
    moment = known_by if isinstance(known_by, datetime) else None
    if moment is not None and moment.tzinfo is not None and moment > now:
        raise InvalidFields(field_problem("known_by", "lies in the future", "知悉时点在将来", rule="future"))
    if moment is None and known_by is not None and known_by > here:
        raise InvalidFields(field_problem("known_by", "lies in the future", "知悉日期在将来", rule="future"))
    return Dated(year, day, known_by, preset)


def _preset(ask: AskReport, year: int) -> tuple[Preset, date]:
    preset = BY_CODE.get(ask.preset or "")
    if preset is None:
        raise InvalidFields(
            field_problem("preset", "is no preset date", "没有这个预设日期", rule="unknown", known=sorted(BY_CODE))
        )
    if ask.happened_by is not None:
        raise InvalidFields(
            field_problem("happened_by", "is given by the preset already", "已由预设日期给定", rule="given_twice")
        )
    day = preset.on(year)
    if day is None:
        raise InvalidFields(
            field_problem("preset", "has no date in this year", "该年度没有这个预设日期", rule="no_date")
        )
    return preset, day


async def shape_report(
    desk: Desk, tx: ReadTx, unit: Unit, ask: AskReport, *, known_by: datetime | None = None
) -> dict[str, Any]:
    """Shape the report of a unit's subtree; `known_by` settles the moment where the asker left it open.

    Raises InvalidFields, ReportTooLong, RuleUnknown, RuleNotInForce, RuleNotKnownYet.
    """
    at = dated(desk, ask)
    asked_known = at.known_by if known_moment(desk.clock, at.known_by) is not None else known_by
    full = await desk.reference.current(tx)
    reference, rule = rule_as_known(full, unit.path, at.year, ask.rule, known_moment(desk.clock, asked_known))
    asked, when = when_asked(desk.clock, rule, at.year, at.happened_by, asked_known)
    opened = Opened(Subject(None, unit), reference, rule, asked, when)
    canteens = await canteens_of_subtree(tx, unit.path, asked.known_by)
    if len(canteens) > CANTEENS_MAX:
        raise ReportTooLong(rows=len(canteens), rows_max=CANTEENS_MAX)
    units = await units_below(tx, unit.path)
    level = ask.level or LEVELS_BELOW[unit.level]
    body = await _statement(tx, opened, unit, canteens)
    rows = rows_by(level, unit, units, body["canteens"])
    if rows is None:
        raise InvalidFields(
            field_problem(
                "level", "is no level below this unit", "该单位没有这一层级的下级", rule="no_rows", level=level.value
            )
        )
    known = asked.known_by or desk.clock.now()
    trends = await _trends(desk, tx, opened, level, units, canteens, at, known)
    then = {one["name"]: one.pop("rows") for one in trends}
    written, bands = await asyncio.to_thread(_ranked, rows, ask.criterion, then, body["canteens"])
    chains = await positions(tx, {one.unit_id for one in canteens}, asked.known_by)
    return {
        "format": FORMAT,
        "subject": {
            "id": str(unit.id),
            "code": unit.code,
            "name": unit.name,
            "path": unit.path,
            "level": unit.level.value,
        },
        "rule": rule_written(reference, rule, at.year),
        "year": at.year,
        "preset": None if at.preset is None else preset_named(at.preset),
        "happened_by": asked.happened_by.isoformat(),
        "known_by": moment_text(known),
        "position": {"chains": len(chains), "root": heads_root(chains)},
        "level": level.value,
        "criterion": {
            "code": ask.criterion.value,
            "says": CRITERIA[ask.criterion][0],
            "says_en": CRITERIA[ask.criterion][1],
        },
        "ranked": [one for one in written if one["rank"] is not None],
        "unproven": [one for one in written if one["apart"] == Apart.UNPROVEN.value],
        "unproven_canteens": unproven_written(body["canteens"]),
        "not_ranked": [one for one in written if one["rank"] is None and one["apart"] != Apart.UNPROVEN.value],
        "totals": {
            "canteens": len(body["canteens"]),
            **{name: body[name] for name in ("counts", "figures", "if_proven")},
        },
        "bands": bands,
        "trends": trends,
    }


def _ranked(
    rows: Sequence[Row],
    criterion: Criterion,
    then: Mapping[str, Mapping[str, Row] | None],
    members: Sequence[Mapping[str, Any]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rank and write the rows, and count the bands: a second of work for 5,000 canteens, so it is done in a thread."""
    ranked = ranking(rows, criterion)
    return [row_written(one, then) for one in ranked], bands_of(ranked, members)


def preset_named(preset: Preset) -> dict[str, Any]:
    return {"code": preset.code, "name": preset.name, "name_en": preset.name_en}


async def _statement(tx: ReadTx, opened: Opened, unit: Unit, canteens: Sequence[Canteen]) -> dict[str, Any]:
    found = await gather(tx, opened.reference, opened.rule, canteens, opened.asked, below=unit.path)
    body = unit_statement(unit.path, found.bases, found.rate, opened.when)
    # A unit has no share of its own where its canteens are bound by several rates: a report prints none for it.
    body["figures"].pop("share_bp")
    if body["if_proven"]:
        body["if_proven"]["share_bp"] = None
    return body


async def _trends(
    desk: Desk,
    tx: ReadTx,
    opened: Opened,
    level: Level,
    units: Sequence[Unit],
    canteens: Sequence[Canteen],
    at: Dated,
    known: datetime,
) -> list[dict[str, Any]]:
    """Shape the same rows as they were known on the preset day before, and on the same date last year."""
    before = preset_before(min(at.happened_by, date(at.year, 12, 31)), at.preset.series if at.preset else None)
    earlier = [
        ("previous", at.year, before[1] if before else None, before[0] if before else None),
        ("last_year", at.year - 1, same_day_last_year(at.happened_by) if at.year > YEAR_MIN else None, at.preset),
    ]
    found = []
    for name, year, day, preset in earlier:
        rows: Mapping[str, Row] | None = None
        missing = "no_earlier_date"
        moment = None if day is None else min(end_of_day(day), known)
        if day is not None and moment is not None:
            rows = await _rows_then(desk, tx, opened, level, units, canteens, (year, day, moment))
            missing = "rule_not_known"
        found.append(
            {
                "name": name,
                "year": year,
                "happened_by": None if day is None else day.isoformat(),
                "known_by": None if moment is None else moment_text(moment),
                "preset": None if preset is None or day is None else preset_named(preset),
                "missing": missing if rows is None else None,
                "rows": rows,
            }
        )
    return found


async def _rows_then(
    desk: Desk,
    tx: ReadTx,
    opened: Opened,
    level: Level,
    units: Sequence[Unit],
    canteens: Sequence[Canteen],
    then: tuple[int, date, datetime],
) -> dict[str, Row] | None:
    """Give the rows as they were, by key; None where the rule was not in force or not known then."""
    year, day, moment = then
    unit = opened.subject.unit
    assert unit is not None
    try:
        full = await desk.reference.current(tx)
        reference, rule = rule_as_known(full, unit.path, year, opened.rule.code, moment)
    except (RuleUnknown, RuleNotInForce, RuleNotKnownYet):
        return None
    asked, when = when_asked(desk.clock, rule, year, day, moment)
    body = await _statement(tx, Opened(opened.subject, reference, rule, asked, when), unit, canteens)
    return {row.place.key: row for row in rows_by(level, unit, units, body["canteens"]) or []}
