"""A reader asks what moved a figure since a day, and gets every movement, summing exactly to the difference.

A canteen's movements are its entries, and what moved without one (attestations, lists, rules, jurisdiction); a unit's
are those of its canteens, each row summing to its own difference and all rows to the unit's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.domain.jurisdiction import Stood
from services.procurement_quota.domain.movements import (
    TEXTS,
    TOLD_BY,
    Amounts,
    Moved,
    Movement,
    Posted,
    Side,
    amounts_of,
    movement_of,
    summed,
    walk,
    whole_way,
)
from services.procurement_quota.domain.rules import Reference, Rule, RuleNotKnownYet
from services.procurement_quota.domain.statements import (
    Basis,
    When,
    canteen_statement,
    rows_of,
    unit_statement,
)
from services.procurement_quota.domain.tallies import FREE
from services.procurement_quota.store.canteens import Canteen, standing
from services.procurement_quota.store.lines import Place
from services.procurement_quota.store.movements import lines_between, posted_between
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import NOTHING_KNOWN, Gathered, gather, known_moment, when_asked
from services.procurement_quota.usecases.get_statement import (
    Subject,
    canteens_of,
    reach_subject,
    rule_as_known,
    stood_when,
    subject_written,
)
from services.procurement_quota.usecases.get_statement_lines import line_written, place_after
from shared.clock import Clock, business_date, today
from shared.contracts.authority import Identity
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem
from shared.http.paging import decode_cursor, encode_cursor


@dataclass(frozen=True, slots=True)
class AskMovements:
    """Between which two statements; a bare day is its end in Shanghai, and `until` None is now."""

    since: date | datetime
    until: date | datetime | None = None
    rule: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class _End:
    """One of the two statements."""

    asked: Asked
    when: When
    found: Gathered
    rule_version: int | None
    """None where no rule was known by then; such an end goes by the version that was known later."""
    path: str
    """Where the unit stood; its statement is about all that stood below."""
    subject: dict[str, Any]


@dataclass(frozen=True)
class _Walked:
    """A canteen's walk, or that of a unit's part in it."""

    basis: Basis
    holder: tuple[str, str, str]
    before: Amounts
    after: Amounts
    moved: Sequence[Moved]


async def get_movements(
    desk: Desk, identity: Identity, subject_id: UUID, ask: AskMovements, *, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give the movements of a canteen or a unit, a page of them.

    Raises SubjectUnknown, RuleUnknown, RuleNotInForce, and RuleNotKnownYet where the later end is before any rule.
    """
    async with desk.uow.read() as tx:
        subject = await reach_subject(tx, identity, "get_movements", subject_id)
        reference = await desk.reference.current(tx)
        year = ask.year or today(desk.clock).year
        before, after = await _ends(desk.clock, tx, reference, subject, year, ask)
        rule = after.found.rate.rule
        ids = [basis.canteen_id for basis in after.found.bases]
        posted = await posted_between(tx, ids, before.asked, after.asked)
        walked = _walked(subject, before, after, posted)
        sums = summed(one.moved for one in walked)
        heading = {
            "subject": after.subject,
            "rule": rule.code,
            "year": year,
            "since": _end_written(subject, before, desk.clock),
            "until": _end_written(subject, after, desk.clock),
            "difference": _amounts(whole_way(sums)),
            "sums": [_moved(one) for one in sums],
        }
        if subject.unit is not None:
            return heading | _rows_page(walked, limit, cursor)
        page = _Page(rule, reference, before.asked, after.asked, sums)
        return heading | await page.read(tx, subject_id, limit, cursor)


async def _ends(
    clock: Clock, tx: ReadTx, reference: Reference, subject: Subject, year: int, ask: AskMovements
) -> tuple[_End, _End]:
    since, until = _moment(clock, ask.since), _moment(clock, ask.until)
    earlier, later = known_moment(clock, since), known_moment(clock, until)
    if later is not None and (earlier is None or earlier > later):
        raise InvalidFields(field_problem("until", "is before `since`", "早于起始时间"))
    known, rule = rule_as_known(reference, subject.path, year, ask.rule, later)

    def asked_at(at: int, rule: Rule) -> tuple[Asked, When]:
        moment = (since, until)[at]
        return when_asked(clock, rule, year, None if moment is None else _day(moment), moment)

    trees = [await stood_when(tx, subject, asked_at(at, rule)[0]) for at in (0, 1)]
    canteens = await _of_both(tx, subject, trees)

    async def end(at: int, known: Reference, rule: Rule, version: int | None) -> _End:
        (asked, when), stood = asked_at(at, rule), trees[at]
        below = None if subject.unit is None else stood.path(subject.unit.id, subject.unit.path)
        found = await gather(tx, known, rule, canteens[at], asked, below=below, stood=stood)
        return _End(asked, when, found, version, below or subject.path, subject_written(subject, stood))

    after = await end(1, known, rule, rule.version)
    try:
        then, ruled = rule_as_known(reference, subject.path, year, rule.code, earlier)
        before = await end(0, then, ruled, ruled.version)
    except RuleNotKnownYet:
        before = await end(0, known, rule, None)
    return before, after


async def _of_both(tx: ReadTx, subject: Subject, trees: Sequence[Stood]) -> list[list[Canteen]]:
    """List for each end the canteens of both, where they stood then: a unit's canteens may have come, or gone."""
    listed = [await canteens_of(tx, subject, None, stood) for stood in trees]
    if not any(stood.then for stood in trees):
        return listed
    now = {
        one.id: replace(one, unit_path=stood.now.get(one.unit_id, one.unit_path))
        for stood, found in zip(trees, listed, strict=True)
        for one in found
    }
    return [[standing(one, stood) for one in now.values()] for stood in trees]


def _moment(clock: Clock, moment: date | datetime | None) -> date | datetime | None:
    """Hold a moment between the first that anything was known of, and now."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise InvalidFields(field_problem("since", "needs its time zone", "需要时区"))
    return min(max(moment, NOTHING_KNOWN), clock.now())


def _day(moment: date | datetime) -> date:
    return business_date(moment) if isinstance(moment, datetime) else moment


def _walked(subject: Subject, before: _End, after: _End, posted: Mapping[UUID, Sequence[Posted]]) -> list[_Walked]:
    earlier = {basis.canteen_id: basis for basis in before.found.bases}
    if subject.canteen is not None:
        [basis] = after.found.bases
        path, was = basis.unit_path, earlier[basis.canteen_id]
        sides = (
            _side(was, before, before.found.rate(path)),
            _side(basis, after, after.found.rate(path)),
        )
        holder = (str(basis.unit_id), basis.unit_name, basis.unit_path)
        return [_walk(basis, holder, sides, _turned(path, before, after), posted)]
    walked = []
    for basis in after.found.bases:
        walked += _parts(earlier[basis.canteen_id], basis, before, after, posted)
    return walked


def _side(basis: Basis, end: _End, rate_bp: int | None, **more: Any) -> Side:
    return Side(end.when.year, basis.months, basis.attested, end.when.happened_by, rate_bp, **more)


def _turned(path: str, before: _End, after: _End) -> tuple[int | None, int | None]:
    """Give a unit's rate after the list changed, and after the rule changed too, its jurisdiction as it was."""
    listed = replace(before.found.rate, counties=after.found.rate.counties, _known={})
    ruled = replace(listed, rule=after.found.rate.rule, _known={})
    return listed(path), ruled(path)


def _parts(
    was: Basis, basis: Basis, before: _End, after: _End, posted: Mapping[UUID, Sequence[Posted]]
) -> list[_Walked]:
    """Walk each holder's part of a canteen below a unit; a holder of one of the two statements alone is there too."""
    rows = (
        {row["unit_id"]: row for row in rows_of(before.path, was, before.found.rate, before.when)},
        {row["unit_id"]: row for row in rows_of(after.path, basis, after.found.rate, after.when)},
    )
    walked = []
    for unit_id in dict.fromkeys([*rows[0], *rows[1]]):
        old, new = rows[0].get(unit_id), rows[1].get(unit_id)
        shown = new or old
        assert shown is not None
        sides = tuple(
            _side(
                one,
                end,
                (row or shown)["rate_bp"],
                bound=(row or shown)["status"] not in FREE,
                weights=[holder.weight_bp for holder in one.holders],
                place=_place(one, unit_id),
                below=row is not None,
            )
            for one, end, row in ((was, before, old), (basis, after, new))
        )
        holder = (unit_id, shown["unit_name"], shown["unit_path"])
        turned = _turned((old or shown)["unit_path"], before, after)
        walked.append(_walk(basis, holder, (sides[0], sides[1]), turned, posted))
    return walked


def _place(basis: Basis, unit_id: str) -> int | None:
    return next((at for at, holder in enumerate(basis.holders) if str(holder.unit_id) == unit_id), None)


def _walk(
    basis: Basis,
    holder: tuple[str, str, str],
    sides: tuple[Side, Side],
    turned: tuple[int | None, int | None],
    posted: Mapping[UUID, Sequence[Posted]],
) -> _Walked:
    moved = walk(sides[0], sides[1], _merged(posted.get(basis.canteen_id, ())), turned)
    return _Walked(basis, holder, amounts_of(sides[0]), amounts_of(sides[1]), moved)


def _merged(posted: Sequence[Posted]) -> list[Posted]:
    """Make one of what falls under the same kind."""
    kinds: dict[Movement, Posted] = {}
    for one in posted:
        held = kinds.get(one.movement, Posted(one.movement, 0, 0, 0))
        kinds[one.movement] = Posted(
            one.movement,
            held.entries + one.entries,
            held.base_fen + one.base_fen,
            held.counted_fen + one.counted_fen,
        )
    return list(kinds.values())


def _end_written(subject: Subject, end: _End, clock: Clock) -> dict[str, Any]:
    """Write what the statement of that end shows, by the statement's own functions."""
    if subject.unit is not None:
        body = unit_statement(end.path, end.found.bases, end.found.rate, end.when)
    else:
        body = canteen_statement(end.found.bases[0], end.found.rate, end.when)
    figures = body["figures"]
    return {
        "happened_by": end.asked.happened_by.isoformat(),
        "known_by": moment_text(end.asked.known_by or clock.now()),
        "rule_version": end.rule_version,
        "base_fen": figures["base_fen"],
        "counted_fen": figures["counted_fen"],
        "required_fen": figures["required_fen"] or 0,
        "shortfall_fen": figures["shortfall_fen"] or 0,
        "share_bp": figures["share_bp"],
        "status": body["status"],
        "counts": body.get("counts"),
    }


def _amounts(amounts: Amounts) -> dict[str, int]:
    return amounts._asdict()


def _texts(movement: Movement) -> dict[str, str]:
    zh, en = TEXTS[movement]
    return {"movement": movement.value, "text_zh": zh, "text_en": en}


def _moved(one: Moved) -> dict[str, Any]:
    return {**_texts(one.movement), "entries": one.entries, **_amounts(one.amounts)}


def _rows_page(walked: Sequence[_Walked], limit: int, cursor: str | None) -> dict[str, Any]:
    """Give a page of the canteens, or parts of them, whose figures moved, by path and id."""
    keys = decode_cursor(cursor, str, str, str)
    moved = sorted((one for one in walked if one.moved), key=_key)
    rest = [one for one in moved if keys is None or _key(one) > tuple(keys)]
    page = rest[:limit]
    return {
        "canteens": len(walked),
        "moved": len(moved),
        "items": [
            {
                "canteen_id": str(one.basis.canteen_id),
                "name": one.basis.name,
                "unit_id": one.holder[0],
                "unit_name": one.holder[1],
                "unit_path": one.holder[2],
                "since": _amounts(one.before),
                "until": _amounts(one.after),
                **_amounts(whole_way(one.moved)),
                "sums": [_moved(step) for step in one.moved],
            }
            for one in page
        ],
        "next": encode_cursor([*_key(page[-1])]) if len(rest) > limit else None,
    }


def _key(one: _Walked) -> tuple[str, str, str]:
    return one.holder[2], str(one.basis.canteen_id), one.holder[0]


@dataclass(frozen=True)
class _Page:
    """A page of a canteen's movements: first what moved without an entry, then the entries, oldest first."""

    rule: Rule
    reference: Reference
    before: Asked
    after: Asked
    sums: Sequence[Moved]

    async def read(self, tx: ReadTx, canteen_id: UUID, limit: int, cursor: str | None) -> dict[str, Any]:
        given, after = _place_of(cursor)
        bare = [one for one in self.sums if not one.entries]
        first = bare[given : given + limit]
        room = limit - len(first)
        rows = await lines_between(tx, canteen_id, self.before, self.after, since=after, limit=room + 1)
        page = rows[:room]
        items = [_derived(one) for one in first] + [self._line(row) for row in page]
        told = given + len(first)
        last = page[-1] if page else None
        more = told < len(bare) or len(rows) > room
        return {
            "canteens": 1,
            "moved": int(bool(self.sums)),
            "items": items,
            "next": _next(told, last) if more else None,
        }

    def _line(self, row: sa.Row[Any]) -> dict[str, Any]:
        line = line_written(row, self.rule.code, self.reference)
        late = row.happened_on <= self.before.happened_by
        facts = {name: fact in row.facts for name, fact in TOLD_BY.items()}
        kind = movement_of(row.kind, late=late, **facts)
        return {**_texts(kind), "base_fen": line["base_fen"], "counted_fen": line["counted_fen"], "line": line}


def _derived(one: Moved) -> dict[str, Any]:
    return {**_texts(one.movement), **_amounts(one.amounts), "line": None}


def _place_of(cursor: str | None) -> tuple[int, Place | None]:
    keys = decode_cursor(cursor, int, datetime, UUID, int)
    return (0, None) if keys is None else (max(0, keys[0]), place_after(*keys[1:]))


def _next(told: int, last: sa.Row[Any] | None) -> str:
    if last is None:
        return encode_cursor([told, moment_text(NOTHING_KNOWN), str(UUID(int=0)), 0])
    return encode_cursor([told, moment_text(last.recorded_at), str(last.unit_id), last.seq])
