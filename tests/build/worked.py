"""A worked case tells what happened in the words of the trade; here it happens, in the real domain and nowhere else.

What is told is booked by the functions that book for the ledger: purchases are judged, returns follow their lot,
entries get their place in a chain, totals add up, and a statement is computed from them. Only the database is left out.
"""

import ast
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import ceil, floor
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import GENESIS, Draft, Head, Lot, extend
from services.procurement_quota.domain.counting import Books, Heard, Place
from services.procurement_quota.domain.elsewhere import bought_elsewhere
from services.procurement_quota.domain.figures import Attested, MonthSums, due_on
from services.procurement_quota.domain.flags import hold_of
from services.procurement_quota.domain.judging import Bought
from services.procurement_quota.domain.jurisdiction import Jurisdiction, Tree, rate_of, tree_of
from services.procurement_quota.domain.lots import Revocation, correction, reversal, standings
from services.procurement_quota.domain.rules import CountyList, Reference, Stretch
from services.procurement_quota.domain.seeded_rules import HUNAN_51, HUNAN_CANTEEN, HUNAN_UNION, NATIONAL_832, SEEDED
from services.procurement_quota.domain.standing import Form
from services.procurement_quota.domain.statements import Basis, Holder, Stand, When, canteen_statement, stand_of
from services.procurement_quota.domain.totals import add_up
from services.procurement_quota.domain.transfers import Move, transferred
from services.procurement_quota.domain.words import Evidence
from services.procurement_quota.usecases.load_reference import TREE_FROM, hunan_units, list_of
from shared.contracts.catalog import SupplierFlagged
from shared.contracts.order import AcceptanceRecorded, CreditRecorded, KeptLine, PurchaseFacts, ReturnRecorded
from shared.contracts.words import CanteenKind, Channel, Fund, Measure, SupplierKind
from shared.ids import derived_id, new_id
from tests.build.quota import noon

YEAR = 2025
KNOWN = datetime(2020, 1, 1, tzinfo=noon(date(2020, 1, 1)).tzinfo)
CONTINUED = "示范数据：延续适用文件"

Fact = Callable[["Office"], None]
"""Something that happened."""


def on(day: str) -> date:
    """Read `03-10` as a day of the year that is told, and a whole date as it stands."""
    return date.fromisoformat(day if len(day) > 5 else f"{YEAR}-{day}")


@cache
def the_rules() -> Reference:
    """The three rules and two lists that an installation begins with, and what continues Hunan's into 2025."""
    seeded = [Stretch(one.rule.code, 1, one.valid_from, one.valid_to, one.document, KNOWN) for one in SEEDED]
    continued = [
        Stretch(code, 1, date(YEAR, 1, 1), date(YEAR + 1, 1, 1), CONTINUED, KNOWN)
        for code in (HUNAN_CANTEEN, HUNAN_UNION)
    ]
    lists = {code: [_list(code)] for code in (HUNAN_51, NATIONAL_832)}
    return Reference({(one.rule.code, 1): one.rule for one in SEEDED}, (*seeded, *continued), lists)


def _list(code: str) -> CountyList:
    put = list_of(code)
    counties = {one.county_code: ((one.valid_from, one.valid_to),) for one in put.counties}
    return CountyList(code, 1, put.name, put.source, KNOWN, counties)


@cache
def the_tree() -> Tree:
    """Hunan's federations as they stand all year."""
    found: dict[str, list[Jurisdiction]] = {}
    paths: dict[str | None, str] = {None: "/"}
    for unit in hunan_units():
        path = paths[unit.code] = f"{paths[unit.parent_code]}{unit.code}/"
        found[path] = [Jurisdiction(derived_id("unit", unit.code), unit.level, path, unit.division_code, TREE_FROM)]
    return tree_of(YEAR, found.items())


def canteen_at(path: str) -> Place:
    """The canteen of the unit with this path."""
    return Place(derived_id("canteen", path), derived_id("unit of", path), path)


@dataclass
class Office:
    """The ledger, the rules and the filings of one case, and the canteen that it is about."""

    path: str
    reference: Reference = field(default_factory=the_rules)
    rows: list[dict[str, Any]] = field(default_factory=list)
    heads: dict[UUID, Head] = field(default_factory=dict)
    revocations: dict[UUID, list[Revocation]] = field(default_factory=dict)
    flags: dict[UUID, SupplierFlagged] = field(default_factory=dict)
    attestations: list[Attested] = field(default_factory=list)
    places: dict[UUID, Place] = field(default_factory=dict)
    events: dict[str, AcceptanceRecorded] = field(default_factory=dict)
    forms: list[Form] = field(default_factory=lambda: [Form(date(2020, 1, 1), CanteenKind.OWN, False)])
    weights: dict[str, int] = field(default_factory=dict)
    filed: tuple[datetime, Stand] | None = None
    closed: bool = False
    rule: str = HUNAN_CANTEEN

    def post(self, *drafts: Draft, known: date) -> None:
        """Place drafts in their chains on a day."""
        for draft in drafts:
            self.heads.setdefault(draft.unit_id, Head(draft.unit_id, 0, GENESIS, KNOWN))
        rows, moved = extend(self.heads, drafts, noon(known))
        self.rows += rows
        self.heads |= {head.unit_id: head for head in moved}

    def count(self, heard: Heard, known: date) -> None:
        """Let the ledger hear of something."""
        books = Books(self.places, self.reference, set(), standings(self.rows), self.revocations, self.flagged())
        books.count(heard)
        self.post(*books.drafts, known=known)

    def flagged(self) -> dict[Lot, dict[str, str]]:
        """What flags say now of the lots that they name."""
        found: dict[Lot, dict[str, str]] = {}
        for flag in self.flags.values():
            if (hold := hold_of(flag.state)) is not None:
                for one in flag.lots:
                    found.setdefault((one.acceptance_id, one.line_id), {})[str(flag.flag_id)] = hold.value
        return found

    def attested(self, known_on: date | None = None) -> list[Attested]:
        newest = {one.month: one for one in self.attestations if known_on is None or one.attested_on <= known_on}
        return [newest[month] for month in sorted(newest)]

    def rate(self, path: str) -> int | None:
        rule = self.reference.rule_of_year(self.rule, YEAR)
        listed = rule.designated_list_code and self.reference.list_as_known(rule.designated_list_code)
        return rate_of(rule, path, the_tree(), listed or None, YEAR)

    def basis(self, happened_by: date, path: str | None = None) -> Basis:
        """Gather what the statement of a canteen rests on."""
        place = canteen_at(path or self.path)
        fund = self.reference.rule_of_year(self.rule, YEAR).fund
        rows = [row for row in self.rows if row["happened_on"] <= happened_by]
        months = {
            key.posting_month: MonthSums(sums.base_fen, sums.counted_fen, sums.amount_fen)
            for key, sums in add_up(rows).items()
            if (key.canteen_id, key.fund, key.rule_code, key.year) == (place.canteen_id, fund.value, self.rule, YEAR)
        }
        held = (row["judgements"].get(self.rule, {}) for row in rows if row["canteen_id"] == place.canteen_id)
        weights = self.weights or {place.path: 10_000}
        return Basis(
            canteen_id=place.canteen_id,
            name="机关食堂",
            kind=self.forms[-1].kind,
            unit_id=place.unit_id,
            unit_name="残联",
            unit_path=place.path,
            forms=self.forms,
            months=months,
            attested=self.attested() if place.path == self.path else [],
            closed=self.closed,
            reserved_fen=None,
            unpaid_fen=0,
            holders=[
                Holder(canteen_at(holder).unit_id if holder.startswith("/") else None, holder, _path(holder), weight)
                for holder, weight in weights.items()
            ],
            held_fen=sum(one.get("held_fen", 0) for one in held),
        )

    def stand(self, when: When, path: str | None = None) -> Stand:
        """Tell where a canteen stands."""
        basis = self.basis(when.happened_by, path)
        return stand_of(basis, self.rate(basis.unit_path), when)

    def statement(self, when: When) -> dict[str, Any]:
        return canteen_statement(self.basis(when.happened_by), self.rate, when)


def _path(held: str) -> str | None:
    return held if held.startswith("/") else None


# ── what happens ──


def lot_of(name: str) -> Lot:
    """The acceptance and the line of a lot with a name, before it is accepted too."""
    return derived_id("acceptance", name), derived_id("line", name)


def bought(
    day: str,
    fen: int,
    origin: str,
    lot: str = "",
    *,
    ordered: str | None = None,
    category: str = "vegetables",
    fund: Fund = Fund.CANTEEN,
    seller: SupplierKind = SupplierKind.COMPANY,
    at: str | None = None,
) -> Fact:
    """Goods ordered here are accepted (验收) on a day."""

    def happen(office: Office) -> None:
        place, supplier_id = canteen_at(at or office.path), derived_id("supplier", seller.value)
        office.places[place.canteen_id] = place
        purchase = PurchaseFacts(
            order_id=new_id(),
            requisition_id=new_id(),
            canteen_id=place.canteen_id,
            unit_id=place.unit_id,
            fund=fund,
            supplier_id=supplier_id,
            supplier_name="供应方",
            supplier_kind=seller,
            ordered_on=on(ordered or day),
        )
        named = lot_of(lot) if lot else (new_id(), new_id())
        line = KeptLine(
            line_id=named[1],
            listing_id=derived_id("listing", origin, seller.value),
            listing_version=1,
            name="生姜",
            category=category,
            measure=Measure.WEIGHT,
            quantity=500,
            grams=500,
            amount_fen=fen,
            price_fen=fen,
            unit_quantity=500,
            origin_county_code=origin,
        )
        event = AcceptanceRecorded(acceptance_id=named[0], purchase=purchase, accepted_on=on(day), lines=(line,))
        office.events[lot] = event
        office.count(event, on(day))

    return happen


def returned(lot: str, day: str, fen: int) -> Fact:
    """Goods go back (退货): agreed on a day, of the year of their acceptance."""
    return lambda office: office.count(_lowered(ReturnRecorded, "return_id", office.events[lot], on(day), fen), on(day))


def credited(lot: str, day: str, fen: int) -> Fact:
    """The price is lowered (折让)."""
    return lambda office: office.count(_lowered(CreditRecorded, "credit_id", office.events[lot], on(day), fen), on(day))


def _lowered(kind: Any, named: str, accepted: AcceptanceRecorded, day: date, fen: int) -> Any:
    lines = (accepted.lines[0].model_copy(update={"amount_fen": -fen, "quantity": 0, "grams": 0}),)
    return kind(
        **{named: new_id()},
        acceptance_id=accepted.acceptance_id,
        purchase=accepted.purchase,
        agreed_on=day,
        reverses_accepted_on=accepted.accepted_on,
        reason="品相不佳",
        lines=lines,
    )


def elsewhere(
    day: str,
    fen: int,
    origin: str | None,
    lot: str = "",
    *,
    channel: Channel = Channel.OTHER,
    order_number: str | None = None,
    known: str | None = None,
    fund: Fund = Fund.CANTEEN,
) -> Fact:
    """Goods are bought elsewhere (平台外采购), and entered, later perhaps, with an origin that is only claimed."""

    def happen(office: Office) -> None:
        given: dict[str, Any] = {
            "category": "vegetables",
            "origin_county": origin,
            "bought_on": on(day),
            "channel": channel,
            "order_number": order_number,
            "fund": fund,
            "amount_fen": fen,
            "seller": "农贸市场",
            "invoice_number": "24432000000012345678",
            "invoice_code": "",
        }
        draft = bought_elsewhere(office.reference, canteen_at(office.path), derived_id("elsewhere", lot), given)
        office.post(draft, known=on(known or day))

    return happen


def verified(lot: str, day: str, evidence: Evidence = Evidence.VERIFIED) -> Fact:
    """The finance of a unit above accepts a claimed origin (核验), or, with `REJECTED`, does not."""

    def happen(office: Office) -> None:
        named = (derived_id("elsewhere", lot),) * 2
        standing = standings(office.rows)[named]
        judgements = standing.judged_anew(replace(Bought.of_facts(standing.facts), evidence=evidence), office.reference)
        facts = {"evidence": evidence.value, "verified_by": "x"}
        draft = correction(standing, named, source_id=new_id(), happened_on=on(day), facts=facts, judgements=judgements)
        office.post(draft, known=on(day))

    return happen


def red_letter(lot: str, day: str, fen: int) -> Fact:
    """A red-letter invoice (红字发票) takes a part of a purchase made elsewhere back."""

    def happen(office: Office) -> None:
        named = (derived_id("elsewhere", lot),) * 2
        standing = standings(office.rows)[named]
        draft = reversal(
            standing, named, source_id=new_id(), happened_on=on(day), amount_fen=fen, facts={"why": "退货"}
        )
        office.post(draft, known=on(day))

    return happen


def transferred_to(path: str, lot: str, day: str) -> Fact:
    """A purchase booked to the wrong canteen moves (划转) to the one at this path, by approval on a day."""

    def happen(office: Office) -> None:
        event = office.events.get(lot)
        lot_id = event.acceptance_id if event else derived_id("elsewhere", lot)
        move = Move(new_id(), canteen_at(path), "省残联", "省残联食堂", "长沙市湘府西路", "下单时误选了食堂")
        rows = [row for row in office.rows if row["lot_id"] == lot_id]
        office.post(*transferred(rows, move, office.reference, office.flagged(), office.revocations), known=on(day))

    return happen


def attested(fen: int, *, months: Iterable[int] = range(1, 13), explained: bool = False, known: str = "") -> Fact:
    """Finance attests (确认) `fen` of farm produce year to date for the last of these months, and each month before."""

    def happen(office: Office) -> None:
        for month in months:
            day = on(known) if known else due_on(YEAR, month)
            office.attestations.append(Attested(month, fen, explained, day))

    return happen


def listed(code: str, county: str, since: str, until: str | None = None, *, known: str) -> Fact:
    """A new version of a county list (名单) becomes known: a county is on it from a day up to another."""

    def happen(office: Office) -> None:
        held = office.reference.lists[code]
        counties = {**held[-1].counties, county: ((on(since), on(until) if until else None),)}
        newer = replace(held[-1], version=len(held) + 1, recorded_at=noon(on(known)), counties=counties)
        office.reference = replace(
            office.reference, lists={**office.reference.lists, code: [*held, newer]}, _binding={}, _known={}
        )

    return happen


def run_as(*forms: tuple[str, CanteenKind, bool]) -> Fact:
    """The canteen's forms (食堂形式): from a day, what it is, and whether that is approved from above."""
    return lambda office: setattr(office, "forms", [Form(on(day), kind, approved) for day, kind, approved in forms])


def shared(weights: dict[str, int]) -> Fact:
    """The canteen is shared (共用食堂) by weight among units, by their paths, and parties outside the tree."""
    return lambda office: setattr(office, "weights", weights)


def by(rule: str) -> Fact:
    """The case is told by another rule."""
    return lambda office: setattr(office, "rule", rule)


def closed(day: str = "2026-01-15") -> Fact:
    """The year is closed (结账): its figures are filed as they are known on a day."""

    def happen(office: Office) -> None:
        office.closed = True
        office.filed = (noon(on(day)), office.stand(When(YEAR, on(day), on(day))))

    return happen


def year_end(fen: int) -> Fact:
    """Every month is attested, the year with `fen`, and then the year is closed."""

    def happen(office: Office) -> None:
        attested(fen)(office)
        closed()(office)

    return happen


@dataclass(frozen=True)
class Case:
    """What happened at a canteen, the sums as finance writes them, in yuan, and what the statement shows, in fen."""

    told: str
    at: str
    facts: tuple[Fact, ...]
    sums: str
    gives: tuple[int, int, int | None, int | None, int | None, str]
    """Base, counted, share in basis points, required, shortfall, status."""
    on: str = "2026-02-20"
    filed: tuple[int, int, int | None, int | None, int | None, str] | None = None
    """As filed, where that is told too."""
    parts: tuple[tuple[int, int, int | None, int | None, str | None], ...] = ()
    """By holder: base, counted, required, shortfall, status."""
    proven: tuple[int, int, int | None, int | None, int | None, str] | None = None
    """As it would be, were all that is held proven, where that is told too."""

    def __str__(self) -> str:
        return self.told

    def happen(self) -> Office:
        office = Office(self.at)
        for fact in self.facts:
            fact(office)
        return office

    @property
    def when(self) -> When:
        return When(YEAR, on(self.on), on(self.on))


def shown(stand: Stand) -> tuple[int, int, int | None, int | None, int | None, str]:
    """Give what a statement shows, in the order in which a case tells it."""
    of = stand.figures
    return (of.base_fen, of.counted_fen, of.share_bp, of.required_fen, of.shortfall_fen, stand.status.value)


def case(told: str, at: str, *facts: Fact, sums: str, gives: Any, **other: Any) -> Case:
    return Case(told, at, facts, sums, gives, **other)


# ── the arithmetic ──

_SIGNS = {
    "×": "*",
    "÷": "/",
    "−": "-",
    "⌊": "floor(",
    "⌋": ")",
    "⌈": "ceil(",
    "⌉": ")",
    "%": "/100",
    "=": "==",
    "≥": ">=",
}
_TESTS: dict[type[ast.cmpop], Callable[[Fraction, Fraction], bool]] = {ast.Eq: operator.eq, ast.GtE: operator.ge}


def holds(sums: str) -> list[str]:
    """Give those of the sums, separated by `;`, that do not hold; amounts are yuan."""
    return [one.strip() for one in sums.split(";") if not _true(one)]


def _true(written: str) -> bool:
    for sign, plain in _SIGNS.items():
        written = written.replace(sign, plain)
    compared = ast.parse(written.strip(), mode="eval").body
    if not isinstance(compared, ast.Compare):
        raise ValueError(f"a sum has two sides: {written}")
    sides = [_value(side) for side in (compared.left, *compared.comparators)]
    return all(_TESTS[type(how)](*pair) for how, pair in zip(compared.ops, pairwise(sides), strict=True))


def _value(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant():
            return Fraction(str(node.value))
        case ast.UnaryOp(op=ast.USub()):
            return -_value(node.operand)
        case ast.Call(func=ast.Name(id="max")):
            return max(_value(one) for one in node.args)
        case ast.Call(func=ast.Name(id=name)):
            # Yuan are rounded to the fen, as the sums of the book are.
            rounded = {"floor": floor, "ceil": ceil}[name](_value(node.args[0]) * 100)
            return Fraction(rounded, 100)
        case ast.BinOp():
            left, right = _value(node.left), _value(node.right)
            match node.op:
                case ast.Add():
                    return left + right
                case ast.Sub():
                    return left - right
                case ast.Mult():
                    return left * right
                case ast.Div():
                    return left / right
    raise ValueError(ast.dump(node))
