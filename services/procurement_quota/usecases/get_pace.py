"""A reader sees where a year is going: projected to its end, what is needed each month, and how much crowds December.

A unit gets a row a canteen, its canteens counted by whether they would meet, and their projected shortfalls summed;
nothing is netted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.figures import Months
from services.procurement_quota.domain.pace import (
    Concentration,
    Course,
    Projection,
    by_purchase,
    course_of,
    december,
    linear,
    seasonal,
)
from services.procurement_quota.domain.statements import Basis, Holder, Stand, When, against, stand_of
from services.procurement_quota.domain.tallies import FREE
from services.procurement_quota.store import figures
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import gather
from services.procurement_quota.usecases.get_statement import (
    AskStatement,
    Opened,
    canteens_of,
    open_statement,
    subject_written,
)
from shared.contracts.authority import Identity
from shared.db.unit_of_work import ReadTx
from shared.http.paging import decode_cursor, encode_cursor
from shared.money import Money

ROUNDING_ZH = "预计基数向上取整，预计计入额向下取整，尚需及每月需采购额向上取整，均到分。"
ROUNDING_EN = (
    "A projected base is rounded up and a projected counted amount down; what is still needed, and what of it each "
    "month, is rounded up; all to the fen."
)


@dataclass(frozen=True)
class Paced:
    """One canteen's year under way, held against one holder's rate."""

    basis: Basis
    holder: Holder
    place: int
    stand: Stand
    course: Course
    linear: Projection | None
    seasonal: Projection | None
    last_year: Months
    bought: Months
    """This year's months and last year's: each finding is told by the month of its purchase."""
    when: When

    @property
    def key(self) -> tuple[str, str]:
        return self.holder.path or "", str(self.basis.canteen_id)

    @property
    def seen(self) -> Projection | None:
        """The projection to go by: the season's where there is one."""
        return self.seasonal or self.linear

    def part(self, fen: int | None) -> int | None:
        """Give the holder's part of an amount of the whole canteen."""
        weights = [holder.weight_bp for holder in self.basis.holders]
        return fen if fen is None or len(weights) == 1 else Money(fen).split(weights)[self.place].fen

    def december(self, *, counted: bool) -> Concentration | None:
        return december(self.bought, self.when.year, self.when.happened_by, counted=counted)


async def get_pace(
    desk: Desk, identity: Identity, subject_id: UUID, ask: AskStatement, *, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give the pace of a canteen or a unit. Raises SubjectUnknown, RuleUnknown, RuleNotInForce, RuleNotKnownYet."""
    async with desk.uow.read() as tx:
        opened = await open_statement(desk, tx, identity, "get_pace", subject_id, ask)
        paced = await paced_canteens(tx, opened)
    heading = {
        "subject": subject_written(opened.subject),
        "rule": opened.rule.code,
        "year": opened.asked.year,
        "happened_by": opened.asked.happened_by.isoformat(),
        "known_by": moment_text(opened.asked.known_by or desk.clock.now()),
        "rounding_zh": ROUNDING_ZH,
        "rounding_en": ROUNDING_EN,
    }
    if opened.subject.canteen is not None:
        return heading | {"canteens": 1, "projected": _projected(paced), "items": [_row(paced[0])], "next": None}
    return heading | {"canteens": len(paced), "projected": _projected(paced)} | _page(paced, limit, cursor)


async def paced_canteens(tx: ReadTx, opened: Opened) -> list[Paced]:
    """Give each canteen's pace, or each holder's below a unit, in a fixed number of queries, by path and id."""
    below, stood, when = opened.below, opened.stood, opened.when
    canteens = await canteens_of(tx, opened.subject, opened.asked.known_by, stood)
    found = await gather(tx, opened.reference, opened.rule, canteens, opened.asked, below=below, stood=stood)
    earlier = replace(opened.asked, year=opened.asked.year - 1)
    ids = [one.id for one in canteens]
    found_then, found_now = (
        await figures.found_later(tx, ids, earlier),
        await figures.found_later(tx, ids, opened.asked),
    )
    last_years = {
        canteen_id: by_purchase(months, found_then.get(canteen_id, ()))
        for canteen_id, months in (await figures.months(tx, ids, earlier)).items()
    }
    paced = []
    for basis in found.bases:
        bought = by_purchase(basis.months, found_now.get(basis.canteen_id, ()))
        last_year = last_years.get(basis.canteen_id, {})
        if below is None:
            own = Holder(basis.unit_id, basis.unit_name, basis.unit_path, 10_000)
            paced.append(
                _paced(replace(basis, holders=[own]), own, 0, found.rate(basis.unit_path), when, last_year, bought)
            )
            continue
        for place, holder in enumerate(basis.holders):
            if holder.path is not None and holder.path.startswith(below):
                paced.append(_paced(basis, holder, place, found.rate(holder.path), when, last_year, bought))
    return sorted(paced, key=lambda one: one.key)


def _paced(
    basis: Basis, holder: Holder, place: int, rate_bp: int | None, when: When, last_year: Months, bought: Months
) -> Paced:
    stand = against(stand_of(basis, rate_bp, when), basis, rate_bp, when)
    opened = basis.forms[0].valid_from if basis.forms else None
    course = course_of(when.year, opened, when.happened_by)
    line, season = linear(stand.figures, course), seasonal(stand.figures, course, last_year)
    return Paced(basis, holder, place, stand, course, line, season, last_year, bought, when)


def _projected(paced: Sequence[Paced]) -> dict[str, Any]:
    """Count who would meet and sum what would be short, by the season where there is one; who is free is left out."""
    bound = [one for one in paced if one.stand.status.value not in FREE]
    verdicts = Counter(None if one.seen is None else one.seen.meets for one in bound)
    short = [one.part(one.seen.shortfall_fen) for one in bound if one.seen]
    needed = [one.part(one.seen.needed_fen) for one in bound if one.seen]
    return {
        "meets": verdicts[True],
        "short": verdicts[False],
        "unknown": verdicts[None],
        "shortfall_fen": sum(fen or 0 for fen in short),
        "needed_fen": sum(fen or 0 for fen in needed),
    }


def _page(paced: Sequence[Paced], limit: int, cursor: str | None) -> dict[str, Any]:
    keys = decode_cursor(cursor, str, str)
    rest = [one for one in paced if keys is None or one.key > tuple(keys)]
    page = rest[:limit]
    return {
        "items": [_row(one) for one in page],
        "next": encode_cursor([*page[-1].key]) if len(rest) > limit else None,
    }


def _row(one: Paced) -> dict[str, Any]:
    """Write one canteen's pace; amounts are the whole canteen's, and `weight_bp` is the holder's part of them."""
    stand, course = one.stand, one.course
    year = one.when.year
    return {
        "canteen_id": str(one.basis.canteen_id),
        "name": one.basis.name,
        "unit_id": str(one.holder.unit_id),
        "unit_name": one.holder.name,
        "unit_path": one.holder.path,
        "weight_bp": one.holder.weight_bp,
        "rate_bp": stand.figures.rate_bp,
        "status": stand.status.value,
        "closed": one.basis.closed,
        "base_fen": stand.figures.base_fen,
        "counted_fen": stand.figures.counted_fen,
        "share_bp": stand.figures.share_bp,
        "begun_on": course.begun_on.isoformat(),
        "days": course.days,
        "days_run": course.days_run,
        "months_left": course.months_left,
        "linear": _projection(one.linear),
        "seasonal": _projection(one.seasonal),
        "december": {
            "base": _concentration(one.december(counted=False)),
            "counted": _concentration(one.december(counted=True)),
        },
        "december_last_year": {
            "base": _concentration(december(one.last_year, year - 1, one.when.happened_by, counted=False)),
            "counted": _concentration(december(one.last_year, year - 1, one.when.happened_by, counted=True)),
        },
    }


def _projection(one: Projection | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "base_fen": one.base_fen,
        "counted_fen": one.counted_fen,
        "required_fen": one.required_fen,
        "meets": one.meets,
        "shortfall_fen": one.shortfall_fen,
        "needed_fen": one.needed_fen,
        "monthly_fen": one.monthly_fen,
    }


def _concentration(one: Concentration | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "december_fen": one.december_fen,
        "year_fen": one.year_fen,
        "share_bp": one.share_bp,
        "index_bp": one.index_bp,
    }
