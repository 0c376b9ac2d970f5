"""A reader gets the statement of a canteen, or of a unit and all below it, under one rule, as of two dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.chain import Head, heads_root, moment_text
from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.domain.forms import FilingState
from services.procurement_quota.domain.jurisdiction import AS_NOW, Stood
from services.procurement_quota.domain.rules import Reference, Rule, RuleNotInForce, RuleNotKnownYet
from services.procurement_quota.domain.statements import When, canteen_statement, unit_statement
from services.procurement_quota.store.canteens import Canteen, canteen_by_id, canteens_of_subtree
from services.procurement_quota.store.figures import positions
from services.procurement_quota.store.openings import openings_in
from services.procurement_quota.store.ordered import ordered_fen
from services.procurement_quota.store.units import Unit, stood_on, unit_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.filed_beside import filed_beside, months_beside
from services.procurement_quota.usecases.gather_basis import gather, known_moment, rates_of, when_asked
from services.procurement_quota.usecases.table_below import body_of, table_below
from services.procurement_quota.usecases.union_apart import union_apart
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Fund
from shared.db.unit_of_work import ReadTx
from shared.errors import NotFound


class SubjectUnknown(NotFound):
    """There is no such canteen or unit.

    zh: 没有这个食堂或单位。
    """


@dataclass(frozen=True, slots=True)
class AskStatement:
    """Which statement is asked for; without a rule it is the most local one with a percentage."""

    rule: str | None = None
    year: int | None = None
    happened_by: date | None = None
    known_by: date | datetime | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A canteen, or a unit; one of the two."""

    canteen: Canteen | None
    unit: Unit | None

    @property
    def path(self) -> str:
        return self.canteen.unit_path if self.canteen else self.unit.path if self.unit else ""

    @property
    def below(self) -> str | None:
        """The path of a unit, whose statement is about all below it; None for a canteen."""
        return self.unit.path if self.unit else None


@dataclass(frozen=True, slots=True)
class Opened:
    """Whose statement it is, under which rule of what was known, and as of when."""

    subject: Subject
    reference: Reference
    rule: Rule
    asked: Asked
    when: When
    stood: Stood = AS_NOW
    """Where units stood on the day asked, as known by the moment asked."""

    @property
    def below(self) -> str | None:
        """The path at which a unit stood, whose statement is about all that stood below it; None for a canteen."""
        unit = self.subject.unit
        return None if unit is None else self.stood.path(unit.id, unit.path)


async def get_statement(desk: Desk, identity: Identity, subject_id: UUID, ask: AskStatement) -> dict[str, Any]:
    """Give a statement. Raises SubjectUnknown, RuleUnknown, RuleNotInForce, RuleNotKnownYet.

    The rows and the units below of a unit's statement for now are JSON already (`orjson.Fragment`).
    """
    async with desk.uow.read() as tx:
        opened = await open_statement(desk, tx, identity, "get_statement", subject_id, ask)
        if opened.subject.unit is None:
            return await _of_canteen(desk, tx, opened, subject_id)
        return await (_of_unit_now if opened.asked.now else _of_unit_as_of)(desk, tx, opened)


async def _of_unit_now(desk: Desk, tx: ReadTx, opened: Opened) -> dict[str, Any]:
    path, reference, rule, asked = opened.subject.path, opened.reference, opened.rule, opened.asked
    table = await table_below(tx, desk.kept, reference, rule, path, asked, opened.when)
    rate = await rates_of(tx, reference, rule, {path}, asked)
    return await _heading(desk, tx, opened, table.canteens, rate(path)) | body_of(table)


async def _of_canteen(desk: Desk, tx: ReadTx, opened: Opened, subject_id: UUID) -> dict[str, Any]:
    subject, rule, asked = opened.subject, opened.rule, opened.asked
    canteens = await canteens_of(tx, subject)
    found = await gather(tx, opened.reference, rule, canteens, asked)
    heading = await _heading(desk, tx, opened, canteens, found.rate(subject.path))
    body = canteen_statement(found.bases[0], found.rate, opened.when)
    body["union_apart"] = await union_apart(tx, rule, [subject_id], asked)
    body["opening"] = _opening(await openings_in(tx, subject_id, asked, desk.clock.now()))
    beside = await filed_beside(desk, tx, found, found.closed.get(subject_id), rule, asked, body["status"])
    return heading | body | beside | await months_beside(tx, found, subject_id, rule, asked)


async def _of_unit_as_of(desk: Desk, tx: ReadTx, opened: Opened) -> dict[str, Any]:
    path, stood = opened.below, opened.stood
    assert path is not None
    canteens = await canteens_of(tx, opened.subject, opened.asked.known_by, stood)
    found = await gather(tx, opened.reference, opened.rule, canteens, opened.asked, below=path, stood=stood)
    heading = await _heading(desk, tx, opened, canteens, found.rate(path))
    return heading | unit_statement(path, found.bases, found.rate, opened.when)


async def _heading(
    desk: Desk, tx: ReadTx, opened: Opened, canteens: Sequence[Canteen], rate_bp: int | None
) -> dict[str, Any]:
    subject, reference, rule, asked = opened.subject, opened.reference, opened.rule, opened.asked
    known = desk.clock.now() if asked.known_by is None else asked.known_by
    return {
        "subject": subject_written(subject, opened.stood),
        "rule": rule_written(reference, rule, asked.year) | {"rate_bp": rate_bp},
        "rules": [
            {"code": one.code, "name": one.name, "name_en": one.name_en, "fund": one.fund.value}
            for one in reference.rules_of_year(subject.path, asked.year)
        ],
        "year": asked.year,
        "happened_by": asked.happened_by.isoformat(),
        "known_by": moment_text(known),
        "position": _position(await positions(tx, {one.unit_id for one in canteens}, asked.known_by)),
        "ordered_fen": await ordered_fen(tx, [one.id for one in canteens], asked),
    }


async def open_statement(
    desk: Desk, tx: ReadTx, identity: Identity, operation: str, subject_id: UUID, ask: AskStatement
) -> Opened:
    """Open a statement to someone who may read this of it. Raises as `reach_subject` and `opened_for`."""
    return await opened_for(desk, tx, await reach_subject(tx, identity, operation, subject_id), ask)


async def opened_for(desk: Desk, tx: ReadTx, subject: Subject, ask: AskStatement) -> Opened:
    """Settle rule, year and dates for a subject; without a year it is the running one.

    Raises RuleUnknown, RuleNotInForce, RuleNotKnownYet.
    """
    year = ask.year or today(desk.clock).year
    known_by = known_moment(desk.clock, ask.known_by)
    reference, rule = rule_as_known(await desk.reference.current(tx), subject.path, year, ask.rule, known_by)
    asked, when = when_asked(desk.clock, rule, year, ask.happened_by, ask.known_by)
    return Opened(subject, reference, rule, asked, when, await stood_when(tx, subject, asked))


async def stood_when(tx: ReadTx, subject: Subject, asked: Asked) -> Stood:
    """Tell where units stood when a unit's statement is about; that of a canteen, or for now, goes by today's tree.

    Who may read goes by today's tree always.
    """
    if subject.unit is None or asked.now:
        return AS_NOW
    return await stood_on(tx, asked.happened_by, asked.known_by)


async def reach_subject(tx: ReadTx, identity: Identity, operation: str, subject_id: UUID) -> Subject:
    """Find a subject for someone who may read this of it. Raises SubjectUnknown, NotAllowed."""
    canteen = await canteen_by_id(tx, subject_id)
    unit = None if canteen else await unit_by_id(tx, subject_id)
    if canteen is None and unit is None:
        raise SubjectUnknown(subject_id=str(subject_id))
    subject = Subject(canteen, unit)
    require(identity, operation, Owned(canteen_id=canteen.id if canteen else None, unit_path=subject.path))
    return subject


async def canteens_of(
    tx: ReadTx, subject: Subject, known_by: datetime | None = None, stood: Stood = AS_NOW
) -> list[Canteen]:
    """List the canteens that a statement is about; of a unit, those known by a moment that stood below it."""
    if subject.unit is None:
        assert subject.canteen is not None
        return [subject.canteen]
    return await canteens_of_subtree(tx, stood.path(subject.unit.id, subject.unit.path), known_by, stood)


def rule_as_known(
    reference: Reference, path: str, year: int, code: str | None, known_by: datetime | None
) -> tuple[Reference, Rule]:
    """Choose the rule among those known by a moment, and give them. Raises as `rule_asked`, and RuleNotKnownYet."""
    known = reference.as_known(known_by)
    try:
        return known, rule_asked(known, path, year, code)
    except RuleNotInForce:
        if known_by is None:
            raise
        rule_asked(reference, path, year, code)
        raise RuleNotKnownYet(rule=code or "", year=year, known_by=moment_text(known_by)) from None


def rule_asked(reference: Reference, path: str, year: int, code: str | None) -> Rule:
    """Choose the rule; raises RuleUnknown, RuleNotInForce."""
    if code is not None:
        rule = reference.rule_of_year(code, year)
        if not rule.binds_path(path):
            raise RuleNotInForce(rule=code, year=year)
        return rule
    rules = reference.rules_of_year(path, year, Fund.CANTEEN)
    if not rules:
        raise RuleNotInForce(rule="", year=year)
    return rules[0]


def rule_written(reference: Reference, rule: Rule, year: int) -> dict[str, Any]:
    """Write a rule as every statement prints it: its reading, its declared defaults, and its documents."""
    return {
        "code": rule.code,
        "version": rule.version,
        "name": rule.name,
        "name_en": rule.name_en,
        "fund": rule.fund.value,
        "general_rate_bp": rule.rate_bp,
        "designated_unit_rate_bp": rule.designated_unit_rate_bp,
        "reading": rule.reading,
        "reading_en": rule.reading_en,
        "defaults": [dict(one) for one in rule.defaults],
        "source": rule.source,
        "reservation_days": rule.reservation_days,
        "union_apart": rule.union_apart,
        "holds_flagged": rule.holds_flagged,
        "documents": [
            {
                "document": one.document,
                "valid_from": one.valid_from.isoformat(),
                "valid_to": None if one.valid_to is None else one.valid_to.isoformat(),
            }
            for one in reference.documents_of_year(rule.code, year)
        ],
    }


def subject_written(subject: Subject, stood: Stood = AS_NOW) -> dict[str, Any]:
    """Write whose statement it is; a unit, where it stood."""
    if subject.canteen is not None:
        one = subject.canteen
        return {
            "kind": "canteen",
            "id": str(one.id),
            "name": one.name,
            "unit_id": str(one.unit_id),
            "unit_name": one.unit_name,
            "unit_path": one.unit_path,
            "canteen_kind": one.kind.value,
        }
    assert subject.unit is not None
    return {
        "kind": "unit",
        "id": str(subject.unit.id),
        "name": subject.unit.name,
        "unit_id": str(subject.unit.id),
        "unit_name": subject.unit.name,
        "unit_path": stood.path(subject.unit.id, subject.unit.path),
        "canteen_kind": None,
    }


def _position(chains: list[Head]) -> dict[str, Any]:
    """Say from which chain positions a statement was computed, so that anybody can compute it again."""
    one = chains[0] if len(chains) == 1 else None
    return {
        "chains": len(chains),
        "root": heads_root(chains),
        "unit_id": str(one.unit_id) if one else None,
        "seq": one.seq if one else None,
        "hash": one.hash.hex() if one else None,
    }


def _opening(rows: Sequence[sa.Row[Any]]) -> list[dict[str, Any]]:
    """Set apart what of the figures was bought before the canteen joined."""
    states = {"approve": FilingState.APPROVED, "return": FilingState.RETURNED}
    return [
        {
            "id": str(row.id),
            "bought_until": row.bought_until.isoformat(),
            "amount_fen": int(row.amount_fen),
            "base_fen": int(row.base_fen),
            "counted_fen": int(row.counted_fen),
            "state": states.get(row.outcome, FilingState.FILED).value,
        }
        for row in rows
    ]
