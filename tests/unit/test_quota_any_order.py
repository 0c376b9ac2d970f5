"""Whatever happens in whatever order, the chains hold, the sums are the facts, and what was filed stays as it was.

Purchases, returns, credits, claims verified or not, red letters, transfers, revocations, closings, attestations, late
facts and changes of lists and rules come as they like; after each, invariants 3 to 6 of the README are looked at with
arithmetic of this module's own: a plain list of what was bought, where it belongs, and what is left of it.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.procurement_quota.domain.chain import GENESIS, content, digest
from services.procurement_quota.domain.figures import MonthSums, add_line, figures_of
from services.procurement_quota.domain.judging import Bought, judge
from services.procurement_quota.domain.lots import standings
from services.procurement_quota.domain.movements import TOLD_BY, Posted, Side, amounts_of, movement_of, walk, whole_way
from services.procurement_quota.domain.rules import Stretch
from services.procurement_quota.domain.seeded_rules import HUNAN_51, HUNAN_CANTEEN, NATIONAL_832, NATIONAL_CANTEEN
from services.procurement_quota.domain.totals import Sums, TotalKey, add_up
from services.procurement_quota.domain.words import EntryKind, Evidence, Reason
from shared.contracts.words import Channel, FlagState, Fund, RevocationGround, SupplierKind
from tests.build.quota import noon
from tests.build.worked import (
    YEAR,
    Office,
    attested,
    bought,
    canteen_at,
    credited,
    elsewhere,
    listed,
    red_letter,
    returned,
    transferred_to,
    verified,
)
from tests.build.worked_findings import flagged, holding, revoked

PATHS = ("/430000/430100/430102/", "/430000/430200/430224/", "/430000/")
COUNTIES = ("430224", "430426", "430121", "520425")
RULES = (HUNAN_CANTEEN, NATIONAL_CANTEEN)
FEN = st.integers(1, 1_000_000)
ONE = st.integers(0, 10**6)
"""Which of what there is; taken modulo how many."""


@dataclass
class Goods:
    """What this module knows of a purchase by itself: where it belongs, and what was booked on it by month."""

    name: str
    path: str
    fund: Fund
    here: bool
    months: dict[int, int]
    verified: bool = False

    @property
    def left(self) -> int:
        return sum(self.months.values())


def month_of(day: date) -> int:
    return day.year * 100 + day.month


class Ledger(RuleBasedStateMachine):
    """A year and a half at three canteens."""

    @initialize()
    def open(self) -> None:
        self.office = Office(PATHS[0])
        holding()(self.office)
        self.day = date(YEAR, 1, 2)
        self.goods: list[Goods] = []
        self.attestations: dict[str, list[Any]] = {path: [] for path in PATHS}
        self.filed: dict[str, tuple[int, dict[str, Any]]] = {}
        self.seen: list[tuple[int, tuple[Any, ...], date]] = []
        for at, path in enumerate(PATHS[:2]):
            self.goods_are_accepted((at + 1) * 100_000, path, COUNTIES[at], Fund.CANTEEN)
        self.a_purchase_elsewhere_is_entered_late(70_000, COUNTIES[0], 0, False)
        self.somebody_looks()

    # ── what happens ──

    @rule(days=st.integers(1, 60))
    def time_passes(self, days: int) -> None:
        self.day = min(self.day + timedelta(days=days), date(YEAR + 1, 6, 30))

    @rule(fen=FEN, path=st.sampled_from(PATHS), county=st.sampled_from(COUNTIES), fund=st.sampled_from(list(Fund)))
    def goods_are_accepted(self, fen: int, path: str, county: str, fund: Fund) -> None:
        name = f"lot {len(self.goods)}"
        kind = SupplierKind.DISABLED_BASE if county == COUNTIES[0] else SupplierKind.COMPANY
        bought(self.day.isoformat(), fen, county, name, fund=fund, seller=kind, at=path)(self.office)
        self.goods.append(Goods(name, path, fund, True, {month_of(self.day): fen}))

    @rule(fen=FEN, county=st.sampled_from([*COUNTIES, None]), late=st.integers(0, 200), through_832=st.booleans())
    def a_purchase_elsewhere_is_entered_late(self, fen: int, county: str | None, late: int, through_832: bool) -> None:
        name, day = f"lot {len(self.goods)}", max(date(YEAR, 1, 1), self.day - timedelta(days=late))
        how: dict[str, Any] = {"channel": Channel.PLATFORM_832, "order_number": name} if through_832 else {}
        elsewhere(day.isoformat(), fen, county, name, known=self.day.isoformat(), **how)(self.office)
        self.goods.append(Goods(name, PATHS[0], Fund.CANTEEN, False, {month_of(day): fen}))

    def _some(self, one: int, *, here: bool) -> Goods | None:
        found = [goods for goods in self.goods if goods.here is here and goods.left > 0]
        return found[one % len(found)] if found else None

    @rule(one=ONE, share=st.integers(1, 100), how=st.sampled_from([returned, credited, red_letter]))
    def goods_go_back_or_become_cheaper(self, one: int, share: int, how: Any) -> None:
        if goods := self._some(one, here=how is not red_letter):
            fen = max(1, goods.left * share // 100)
            how(goods.name, self.day.isoformat(), fen)(self.office)
            goods.months[month_of(self.day)] = goods.months.get(month_of(self.day), 0) - fen

    @rule(one=ONE, outcome=st.sampled_from([Evidence.VERIFIED, Evidence.REJECTED, Evidence.CLAIMED]))
    def an_origin_is_looked_at(self, one: int, outcome: Evidence) -> None:
        if goods := self._some(one, here=False):
            verified(goods.name, self.day.isoformat(), outcome)(self.office)

    @rule(one=ONE, to=st.sampled_from(PATHS), here=st.booleans())
    def a_purchase_is_transferred(self, one: int, to: str, here: bool) -> None:
        goods = self._some(one, here=here)
        if goods and goods.path != to:
            transferred_to(to, goods.name, self.day.isoformat())(self.office)
            goods.path = to

    @rule(ground=st.sampled_from(list(RevocationGround)), back=st.integers(0, 200))
    def a_supplier_is_revoked(self, ground: RevocationGround, back: int) -> None:
        since = (self.day - timedelta(days=back)).isoformat()
        revoked(SupplierKind.DISABLED_BASE, ground, self.day.isoformat(), since)(self.office)

    @rule(
        state=st.sampled_from(list(FlagState)), which=st.sets(st.integers(0, 5)), name=st.sampled_from(["产能", "价格"])
    )
    def goods_are_flagged(self, state: FlagState, which: set[int], name: str) -> None:
        lots = [goods.name for at, goods in enumerate(goods for goods in self.goods if goods.here) if at in which]
        flagged(state, self.day.isoformat(), *lots, name=name)(self.office)

    @rule(code=st.sampled_from([HUNAN_51, NATIONAL_832]), county=st.sampled_from(COUNTIES), ends=st.booleans())
    def a_list_changes(self, code: str, county: str, ends: bool) -> None:
        listed(code, county, "2020-01-01", self.day.isoformat() if ends else None, known=self.day.isoformat())(
            self.office
        )

    @rule(rate_bp=st.integers(1, 9_999))
    def a_rule_changes_from_tomorrow(self, rate_bp: int) -> None:
        reference = self.office.reference
        newest = max((one for one in reference.rules.values() if one.code == NATIONAL_CANTEEN), key=lambda r: r.version)
        newer = replace(newest, version=newest.version + 1, rate_bp=rate_bp, order_number_required=rate_bp % 2 == 0)
        since = self.day + timedelta(days=1)
        stretch = Stretch(newer.code, newer.version, since, None, "新文件", noon(self.day))
        self.office.reference = reference.with_rule(newer).with_stretch(stretch)

    @rule(path=st.sampled_from(PATHS), month=st.integers(1, 12), fen=FEN, explained=st.booleans())
    def a_month_is_attested(self, path: str, month: int, fen: int, explained: bool) -> None:
        self.office.attestations = self.attestations[path]
        attested(fen, months=(month,), explained=explained, known=self.day.isoformat())(self.office)

    @precondition(lambda self: self.day.year > YEAR)
    @rule(path=st.sampled_from(PATHS))
    def a_year_is_closed(self, path: str) -> None:
        if path not in self.filed:
            self.filed[path] = (len(self.office.rows), self._figures(path, len(self.office.rows)))

    # ── what always holds ──

    def _months(self, path: str, code: str, rows: int) -> dict[int, MonthSums]:
        canteen_id = canteen_at(path).canteen_id
        return {
            key.posting_month: MonthSums(one.base_fen, one.counted_fen, one.amount_fen)
            for key, one in add_up(self.office.rows[:rows]).items()
            if (key.canteen_id, key.rule_code, key.year, key.fund) == (canteen_id, code, YEAR, "canteen")
        }

    def _figures(self, path: str, rows: int) -> dict[str, Any]:
        return {code: self._months(path, code, rows) for code in RULES}

    @invariant()
    def every_chain_is_one_and_each_hash_follows(self) -> None:
        last: dict[UUID, tuple[int, bytes, Any]] = {}
        for row in self.office.rows:
            seq, before, recorded_at = last.get(row["unit_id"], (0, GENESIS, None))
            assert row["seq"] == seq + 1
            assert row["previous_hash"] == before
            assert recorded_at is None or row["recorded_at"] > recorded_at
            assert row["hash"] == digest(before, content(row))
            last[row["unit_id"]] = (row["seq"], row["hash"], row["recorded_at"])

    @invariant()
    def the_ledger_is_what_was_bought_where_it_belongs(self) -> None:
        booked: dict[tuple[UUID, str, int], int] = {}
        for row in self.office.rows:
            key = (row["canteen_id"], row["fund"], row["posting_month"])
            booked[key] = booked.get(key, 0) + row["amount_fen"]
        expected: dict[tuple[UUID, str, int], int] = {}
        for goods in self.goods:
            for month, fen in goods.months.items():
                key = (canteen_at(goods.path).canteen_id, goods.fund.value, month)
                expected[key] = expected.get(key, 0) + fen
        assert {key: fen for key, fen in booked.items() if fen} == {key: fen for key, fen in expected.items() if fen}

    @invariant()
    def corrections_move_no_money_and_totals_are_their_sums(self) -> None:
        assert all(row["amount_fen"] == 0 for row in self.office.rows if row["kind"] == EntryKind.CORRECTION)
        into: dict[TotalKey, Sums] = {}
        for row in self.office.rows:
            add_up([row], into)
        assert into == add_up(self.office.rows)

    @invariant()
    def every_lot_stands_once_with_what_is_left_of_it(self) -> None:
        standing = standings(self.office.rows)
        assert len(standing) == len(self.goods)
        left = sorted((one.canteen_id, one.amount_fen) for one in standing.values())
        assert left == sorted((canteen_at(goods.path).canteen_id, goods.left) for goods in self.goods)
        for one in standing.values():
            for code, judgement in one.judgements.items():
                assert one.base_fen[code] == (one.amount_fen if judgement.in_base else 0)
                assert one.counted_fen[code] == (one.amount_fen if judgement.counts else 0)
                assert one.held_fen[code] == (one.amount_fen if judgement.reason is Reason.FLAG_OPEN else 0)

    @invariant()
    def what_was_filed_stays_and_is_the_ledger_of_then(self) -> None:
        for path, (rows, filed) in self.filed.items():
            assert self._figures(path, rows) == filed

    @invariant()
    def a_basket_shows_what_the_ledger_shows_after_it_is_accepted(self) -> None:
        path, day = PATHS[0], self.day
        reference = self.office.reference
        line = Bought(
            "vegetables", COUNTIES[0], Evidence.LISTING, day, Channel.ZHUCAI, supplier_kind=SupplierKind.COMPANY
        )
        trial = replace(self.office, rows=[*self.office.rows], heads={**self.office.heads}, events={})
        bought(day.isoformat(), 12_345, COUNTIES[0], "basket")(trial)
        for one in reference.binding(Fund.CANTEEN, path, day):
            judged = judge(one, line, 12_345, reference)
            months = self._months(path, one.code, len(self.office.rows)) if day.year == YEAR else {}
            shown = add_line(months, month_of(day), base_fen=judged.base_fen, counted_fen=judged.counted_fen)
            [entry] = trial.rows[len(self.office.rows) :]
            written = entry["judgements"][one.code]
            before = months.get(month_of(day), MonthSums(0, 0))
            assert shown[month_of(day)].base_fen == before.base_fen + written["base_fen"]
            assert shown[month_of(day)].counted_fen == before.counted_fen + written["counted_fen"]

    @rule()
    def somebody_looks(self) -> None:
        """Keep what a statement showed, to be asked later what moved it since."""
        self.seen.append((len(self.office.rows), tuple(self.attestations[PATHS[0]]), self.day))

    @rule(one=ONE, rate_bp=st.sampled_from([2_000, 5_000]), bound=st.booleans())
    def what_moved_sums_to_the_difference(self, one: int, rate_bp: int, bound: bool) -> None:
        rows, known, day = self.seen[one % len(self.seen)]
        for code in RULES:
            earlier, before, after = self._sides(code, rows, known, day, rate_bp)
            after = replace(after, bound=bound)
            moved = walk(before, after, self._posted(code, earlier, day), (rate_bp, rate_bp))
            assert whole_way(moved) == amounts_of(after).less(amounts_of(before))
            again = figures_of(YEAR, before.months, before.attested, 2_000, day)
            assert amounts_of(before).base_fen == again.base_fen

    def _sides(self, code: str, rows: int, known: Any, day: date, rate_bp: int) -> tuple[set[int], Side, Side]:
        """Give which entries the earlier statement counts, that statement, and the one of now."""
        mine = canteen_at(PATHS[0]).canteen_id
        counted = {
            at
            for at, row in enumerate(self.office.rows[:rows])
            if row["canteen_id"] == mine and row["happened_on"] <= day
        }
        months = {
            key.posting_month: MonthSums(one.base_fen, one.counted_fen)
            for key, one in add_up(self.office.rows[at] for at in sorted(counted)).items()
            if (key.rule_code, key.year, key.fund) == (code, YEAR, "canteen")
        }
        now = self._months(PATHS[0], code, len(self.office.rows))
        newest = [{one.month: one for one in held} for held in (known, self.attestations[PATHS[0]])]
        before = Side(YEAR, months, list(newest[0].values()), day, 2_000)
        return counted, before, Side(YEAR, now, list(newest[1].values()), self.day, rate_bp)

    def _posted(self, code: str, earlier: set[int], day: date) -> list[Posted]:
        mine = canteen_at(PATHS[0]).canteen_id
        found = []
        for at, row in enumerate(self.office.rows):
            judged = row["judgements"].get(code)
            if (
                at in earlier
                or judged is None
                or (row["canteen_id"], row["year"], row["fund"]) != (mine, YEAR, "canteen")
            ):
                continue
            facts = row["facts"]
            kind = movement_of(
                row["kind"],
                late=row["happened_on"] <= day,
                **{name: fact in facts for name, fact in TOLD_BY.items()},
            )
            found.append(Posted(kind, 1, judged["base_fen"], judged["counted_fen"]))
        return found


TestAnyOrder = Ledger.TestCase
TestAnyOrder.settings = settings(
    deadline=None,
    max_examples=15,
    stateful_step_count=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
