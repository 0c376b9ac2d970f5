"""What may be drafted, what it becomes, and that trying a rule is judging by it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.procurement_quota.domain.drafts import (
    DRAFT,
    CountyJoins,
    CountyLeaves,
    DraftState,
    ListChange,
    changed_counties,
    list_problems,
    next_version,
    owners,
    rule_of,
    rule_problems,
)
from services.procurement_quota.domain.figures import MonthSums
from services.procurement_quota.domain.judging import Bought, Judgement, judge
from services.procurement_quota.domain.lots import Standing
from services.procurement_quota.domain.rules import CountyList, Reference, Rule
from services.procurement_quota.domain.seeded_rules import HUNAN_51, SEEDED
from services.procurement_quota.domain.what_if import tried
from services.procurement_quota.domain.words import EntryKind, Evidence
from services.procurement_quota.usecases.draft_commands import DraftedRule
from shared.contracts.words import Channel, Fund, SupplierKind
from shared.ids import derived_id

TODAY = date(2026, 6, 20)
OPEN = (date(2020, 1, 1), None)
CHALING, FURONG, SHAOSHAN = "430224", "430102", "430382"
LIST = CountyList(HUNAN_51, 1, "名单", "文件", datetime(2020, 1, 1, tzinfo=UTC), {CHALING: (OPEN,)})


class TestMachine:
    @pytest.mark.parametrize("state", DraftState)
    def test_square(self, state: DraftState) -> None:
        open_steps = {
            DraftState.DRAFTED: ["amend", "enforce", "return", "withdraw"],
            DraftState.RETURNED: ["amend", "withdraw"],
            DraftState.IN_FORCE: [],
            DraftState.WITHDRAWN: [],
        }
        assert DRAFT.open_verbs(state) == open_steps[state]


class TestOwners:
    @pytest.mark.parametrize(
        ("scope", "roots", "owner"),
        [
            ("/430000/", ["/430000/"], "/430000/"),
            ("/430000/430100/", ["/430000/", "/440000/"], "/430000/"),
            ("/", ["/430000/"], "/430000/"),
            ("/", ["/430000/", "/440000/"], "/"),
            ("/", [], "/"),
        ],
    )
    def test_is_the_root_above_or_nobody(self, scope: str, roots: list[str], owner: str) -> None:
        assert owners(scope, roots) == owner


class TestRules:
    @pytest.mark.parametrize("rule", [one.rule for one in SEEDED], ids=lambda rule: rule.code)
    def test_that_are_seeded_could_be_drafted_and_are_read_again_as_they_were(self, rule: Rule) -> None:
        fields = {name: getattr(rule, name) for name in DraftedRule.model_fields}
        drafted = DraftedRule.model_validate({**fields, "categories": sorted(rule.categories)})
        read = rule_of(drafted.model_dump(mode="json"))
        assert read == rule
        assert rule_problems(read, {"hunan-51", "national-832"}, {"/430000/"}) == []

    def test_that_say_the_same_are_the_same_version(self) -> None:
        first = SEEDED[0].rule
        reference = Reference({(first.code, 1): first}, (), {})
        assert next_version(reference, replace(first, version=7)) == first
        assert next_version(reference, replace(first, rate_bp=1)).version == 2
        assert next_version(reference, replace(first, code="new")).version == 1


class TestLists:
    def test_change_by_county_and_day(self) -> None:
        changes: list[ListChange] = [
            CountyJoins(SHAOSHAN, date(2026, 1, 2), None),
            CountyLeaves(CHALING, date(2027, 1, 1)),
        ]
        assert list_problems(LIST, changes, TODAY) == []
        assert changed_counties(LIST, changes) == {
            CHALING: ((date(2020, 1, 1), date(2027, 1, 1)),),
            SHAOSHAN: ((date(2026, 1, 2), None),),
        }
        assert LIST.counties == {CHALING: (OPEN,)}

    def test_let_a_county_come_back_after_it_left(self) -> None:
        left = replace(LIST, counties={CHALING: ((date(2020, 1, 1), date(2026, 1, 1)),)})
        back = [CountyJoins(CHALING, date(2026, 7, 1), date(2027, 1, 1))]
        assert list_problems(left, back, TODAY) == []
        days = changed_counties(left, back)[CHALING]
        assert days == ((date(2020, 1, 1), date(2026, 1, 1)), (date(2026, 7, 1), date(2027, 1, 1)))

    @pytest.mark.parametrize(
        ("since", "taken"),
        [
            (date(2025, 12, 31), False),
            (date(2026, 1, 1), False),
            (date(2026, 1, 2), True),
            (TODAY, True),
            (date(2030, 1, 1), True),
        ],
    )
    def test_reach_back_into_this_year_and_not_to_its_first_day(self, since: date, taken: bool) -> None:
        assert (list_problems(LIST, [CountyJoins(SHAOSHAN, since, None)], TODAY) == []) is taken

    def test_may_begin_on_the_first_day_of_the_year_on_that_day(self) -> None:
        new_year = date(2026, 1, 1)
        assert list_problems(LIST, [CountyJoins(SHAOSHAN, new_year, None)], new_year) == []

    @pytest.mark.parametrize("code", ["430000", "430100", "439999", "430371"])
    def test_know_counties_by_code_and_level_alone(self, code: str) -> None:
        found = list_problems(LIST, [CountyJoins(code, TODAY, None)], TODAY)
        assert [one["field"] for one in found] == ([] if code == "430371" else ["changes.0.county_code"])


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["buy", "return", "correct"]),
        st.integers(1, 5_000),
        st.sampled_from([CHALING, FURONG, None]),
        st.sampled_from(list(Evidence)),
        st.sampled_from(["vegetables", "handicraft"]),
        st.sampled_from([None, SupplierKind.DISABLED_BASE]),
        st.integers(0, 40),
    ),
    max_size=25,
)


class TestTrying:
    """The ledger's own steps, judged as they come, against the same entries tried afterwards."""

    @settings(max_examples=40, deadline=None)
    @given(steps=STEPS, seeded=st.sampled_from([one.rule for one in SEEDED]))
    def test_gives_what_judging_gave(self, steps: list[Any], seeded: Rule) -> None:
        begin = datetime(2026, 1, 5, tzinfo=UTC)
        later = replace(LIST, version=2, recorded_at=begin + timedelta(days=20), counties={FURONG: (OPEN,)})
        lists = {code: [replace(one, code=code) for one in (LIST, later)] for code in ("hunan-51", "national-832")}
        reference = Reference({(seeded.code, seeded.version): seeded}, (), lists)
        entries: list[dict[str, Any]] = []
        expected: dict[int, MonthSums] = {}
        lots: list[tuple[UUID, Standing]] = []
        moment = begin
        for number, (step, fen, origin, evidence, category, kind, days) in enumerate(steps):
            moment += timedelta(days=days, seconds=1)
            known = reference.as_known(moment)
            lot, standing = lots[fen % len(lots)] if lots else (derived_id("lot", number), None)
            facts: dict[str, Any] = {}
            judgements: tuple[Judgement, ...]
            if step == "buy" or standing is None:
                bought = Bought(category, origin, evidence, date(2026, 1, 3), Channel.ZHUCAI, None, kind)
                lot, amount, entry_kind = derived_id("lot", number), fen, EntryKind.PURCHASE
                facts = bought.facts()
                judgements = (judge(seeded, bought, fen, known),)
                standing = Standing(lot, lot, Fund.CANTEEN, 2026, None, None, None, None, dict(facts), judged_at=moment)
                lots.append((lot, standing))
            elif step == "return":
                amount, entry_kind = -fen, EntryKind.RETURN
                facts, judgements = dict(standing.facts), standing.following(-fen)
            else:
                amount, entry_kind = 0, EntryKind.CORRECTION
                facts = {**standing.facts, "evidence": evidence.value}
                known_then = known if standing.is_looked_at(facts) else reference.as_known(standing.judged_at)
                judgements = standing.judged_anew(Bought.of_facts(facts), known_then)
                standing.learn(facts, moment)
            standing.book(amount, judgements)
            month = moment.year * 100 + moment.month
            sums = expected.get(month, MonthSums(0, 0, 0))
            for one in judgements:
                sums = MonthSums(
                    sums.base_fen + one.base_fen, sums.counted_fen + one.counted_fen, sums.amount_fen + amount
                )
            expected[month] = sums
            entries.append(
                {
                    "unit_id": lot,
                    "canteen_id": lot,
                    "recorded_at": moment,
                    "kind": entry_kind.value,
                    "fund": "canteen",
                    "year": 2026,
                    "posting_month": month,
                    "amount_fen": amount,
                    "lot_id": lot,
                    "lot_line": lot,
                    "order_id": None,
                    "supplier_id": None,
                    "listing_id": None,
                    "facts": facts,
                }
            )
        assert tried(seeded, entries, reference, {}, {}).months == expected
