"""What a flag names is held under a rule that holds it, in whatever order anything is heard, and under no other."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.procurement_quota.domain.chain import Lot
from services.procurement_quota.domain.flags import Hold, hold_of, strictest
from services.procurement_quota.domain.judging import Bought, Judgement, judge
from services.procurement_quota.domain.lots import standings
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN, HUNAN_UNION, NATIONAL_CANTEEN
from services.procurement_quota.domain.words import Evidence, Reason
from shared.contracts.words import Channel, FlagState, Fund, RevocationGround, SupplierKind
from shared.ids import derived_id
from tests.build.worked import Fact, Office, bought, credited, lot_of, returned, transferred_to
from tests.build.worked_findings import flagged, holding, reinstated, revoked, unlisted
from tests.unit.test_quota_judging import REFERENCE
from tests.unit.test_quota_judging import bought as goods

FURONG, CHALING, PROVINCE = "/430000/430100/430102/", "430224", "/430000/"
COMPANY = SupplierKind.COMPANY
HELD, STRUCK = {"a": Hold.HELD.value}, {"a": Hold.STRUCK.value}


class TestJudging:
    @pytest.mark.parametrize(
        ("code", "facts", "flags", "reason", "held_fen"),
        [
            (HUNAN_CANTEEN, {}, {}, Reason.ORIGIN_LISTED, 0),
            (HUNAN_CANTEEN, {}, HELD, Reason.FLAG_OPEN, 100),
            (HUNAN_CANTEEN, {}, STRUCK, Reason.FLAG_UPHELD, 0),
            (HUNAN_CANTEEN, {}, {**HELD, "b": Hold.STRUCK.value}, Reason.FLAG_UPHELD, 0),
            (HUNAN_CANTEEN, {"origin": "430102"}, HELD, Reason.ORIGIN_NOT_LISTED, 0),
            (HUNAN_CANTEEN, {"origin": None}, STRUCK, Reason.ORIGIN_UNKNOWN, 0),
            (HUNAN_CANTEEN, {"evidence": Evidence.FALSE}, HELD, Reason.ORIGIN_FALSE, 0),
            (HUNAN_CANTEEN, {"category": "handicraft"}, HELD, Reason.NOT_FARM_PRODUCE, 0),
            (NATIONAL_CANTEEN, {}, HELD, Reason.CHANNEL_NOT_ACCEPTED, 0),
            (HUNAN_UNION, {}, HELD, Reason.FLAG_OPEN, 100),
        ],
    )
    def test_holds_what_would_count_and_nothing_else(
        self, code: str, facts: dict[str, object], flags: dict[str, str], reason: Reason, held_fen: int
    ) -> None:
        rule = replace(REFERENCE.rules[code, 1], holds_flagged=True)
        judged = judge(rule, goods(**facts, flags=flags), 100, REFERENCE)
        assert (judged.reason, judged.held_fen) == (reason, held_fen)
        assert judged.counts is (reason is Reason.ORIGIN_LISTED)
        assert judged.in_base is (reason is not Reason.NOT_FARM_PRODUCE)
        assert Judgement.read(code, judged.written()) == judged

    def test_a_rule_that_holds_nothing_does_not_look(self) -> None:
        for code in (HUNAN_CANTEEN, NATIONAL_CANTEEN, HUNAN_UNION):
            rule, one = REFERENCE.rules[code, 1], goods()
            assert not rule.holds_flagged
            assert judge(rule, replace(one, flags=STRUCK), 100, REFERENCE) == judge(rule, one, 100, REFERENCE)

    def test_a_flag_is_a_fact_that_is_read_again(self) -> None:
        one = Bought("vegetables", CHALING, Evidence.LISTING, goods().eligible_on, Channel.ZHUCAI, flags=HELD)
        assert Bought.of_facts(one.facts()) == one
        assert "flags" not in replace(one, flags={}).facts()

    def test_every_state_has_what_it_does(self) -> None:
        assert {state.value: hold_of(state) for state in FlagState} == {
            "open": Hold.HELD,
            "answered": Hold.HELD,
            "appealed": Hold.HELD,
            "upheld": Hold.STRUCK,
            "final": Hold.STRUCK,
            "cleared": None,
        }
        assert strictest({}) is None


LOTS = ("一", "二", "三")
STATES = st.sampled_from(list(FlagState))
NAMED = st.sets(st.sampled_from(LOTS))
FLAGS = st.lists(st.tuples(st.sampled_from(["产能", "价格"]), STATES, NAMED), max_size=6)


def facts_of(flags: list[tuple[str, FlagState, set[str]]], revoking: bool, back: bool) -> list[tuple[str, Fact, str]]:
    """What happens, each by name, with what must have been heard before it."""
    happens: list[tuple[str, Fact, str]] = []
    for at, (lot, origin, fund) in enumerate(zip(LOTS, (CHALING, CHALING, "430102"), list(Fund) * 2, strict=False)):
        happens.append((lot, bought("03-10", 1_000 * (at + 1), origin, lot, fund=fund), ""))
        happens.append((f"{lot} returned", returned(lot, "04-01", 100), lot))
        happens.append((f"{lot} credited", credited(lot, "04-02", 7), lot))
    numbers = {"产能": 0, "价格": 0}
    for name, state, lots in flags:
        numbers[name] += 1
        said = flagged(state, "05-01", *sorted(lots), name=name, version=numbers[name])
        happens.append((f"{name} {numbers[name]}", said, ""))
    if revoking:
        happens.append(("revoked", revoked(COMPANY, RevocationGround.FALSE_ORIGIN, "05-01", "2025-01-01"), ""))
        if back:
            happens.append(("reinstated", reinstated(COMPANY, "05-01"), "revoked"))
    return happens


def told(office: Office) -> dict[Lot, dict[str, tuple[object, ...]]]:
    return {
        lot: {
            code: (
                one.in_base,
                one.counts,
                one.reason,
                standing.base_fen[code],
                standing.counted_fen[code],
                standing.held_fen[code],
            )
            for code, one in standing.judgements.items()
        }
        for lot, standing in standings(office.rows).items()
    }


def an_office() -> Office:
    office = Office(FURONG)
    holding(HUNAN_CANTEEN)(office)
    holding(HUNAN_UNION)(office)
    return office


class TestAnyOrder:
    @settings(max_examples=150, deadline=None)
    @given(FLAGS, st.booleans(), st.booleans(), st.randoms(use_true_random=False))
    def test_of_flags_findings_and_purchases_gives_the_same_ledger(
        self, flags: list[tuple[str, FlagState, set[str]]], revoking: bool, back: bool, random: object
    ) -> None:
        happens = facts_of(flags, revoking, back)
        straight, shuffled = an_office(), an_office()
        for _, fact, _ in happens:
            fact(straight)
        waiting, heard = [*happens, *(one for one in happens if one[0][:2] in ("产能", "价格"))], set()
        random.shuffle(waiting)  # type: ignore[attr-defined]
        while waiting:
            at = next(at for at, one in enumerate(waiting) if one[2] in heard or not one[2])
            name, fact, _ = waiting.pop(at)
            fact(shuffled)
            heard.add(name)
        assert told(shuffled) == told(straight)
        assert sum(row["amount_fen"] for row in shuffled.rows) == 6_000 - 3 * 107


class TestALot:
    def test_is_held_struck_and_given_back_by_entries_of_nothing(self) -> None:
        office = an_office()
        for fact in (
            bought("03-10", 1_000, CHALING, "一"),
            flagged(FlagState.OPEN, "04-01", "一"),
            flagged(FlagState.ANSWERED, "04-02", "一"),
            returned("一", "04-03", 300),
            flagged(FlagState.UPHELD, "04-04", "一"),
            flagged(FlagState.APPEALED, "04-05", "一"),
            flagged(FlagState.CLEARED, "04-06", "一"),
        ):
            fact(office)
        judged = [row["judgements"][HUNAN_CANTEEN] for row in office.rows]
        assert [(one["reason"], one["counted_fen"], one.get("held_fen", 0)) for one in judged] == [
            ("origin_listed", 1_000, 0),
            ("flag_open", -1_000, 1_000),
            ("flag_open", 0, -300),
            ("flag_upheld", 0, -700),
            ("flag_open", 0, 700),
            ("origin_listed", 700, -700),
        ]
        assert [one["base_fen"] for one in judged] == [1_000, 0, -300, 0, 0, 0]
        assert [row["amount_fen"] for row in office.rows] == [1_000, 0, -300, 0, 0, 0]

    def test_is_not_judged_by_a_list_that_changed_since(self) -> None:
        """Under a rule that holds nothing a flag has no entry; under one that holds, what it held it gives back."""
        for holds in (False, True):
            office = an_office() if holds else Office(FURONG)
            for fact in (
                bought("03-10", 1_000, CHALING, "一"),
                unlisted(CHALING, "03-20"),
                flagged(FlagState.OPEN, "04-01", "一"),
                flagged(FlagState.UPHELD, "04-02", "一"),
                flagged(FlagState.APPEALED, "04-03", "一"),
                flagged(FlagState.CLEARED, "04-04", "一"),
            ):
                fact(office)
            assert told(office)[lot_of("一")][HUNAN_CANTEEN][2:] == (Reason.ORIGIN_LISTED, 1_000, 1_000, 0)
            assert len(office.rows) == (5 if holds else 1)
            assert office.rows[-1]["judgements"][HUNAN_CANTEEN]["list_version"] == 1

    def test_that_was_booked_flagged_counts_for_what_it_was(self) -> None:
        """What a flag kept from counting from the first is given back by the list, or by the label, of then."""
        for fund, seller, reason in (
            (Fund.CANTEEN, COMPANY, Reason.ORIGIN_LISTED),
            (Fund.UNION, COMPANY, Reason.PREFERENCE_LISTED_COUNTY),
            (Fund.UNION, SupplierKind.DISABLED_BASE, Reason.PREFERENCE_DISABLED_BASE),
            (Fund.UNION, SupplierKind.DEMONSTRATION_HOUSEHOLD, Reason.PREFERENCE_DEMONSTRATION_HOUSEHOLD),
        ):
            office = an_office()
            for fact in (
                flagged(FlagState.OPEN, "03-01", "一"),
                bought("03-10", 1_000, CHALING, "一", fund=fund, seller=seller),
                unlisted(CHALING, "03-20"),
                flagged(FlagState.CLEARED, "04-04", "一"),
            ):
                fact(office)
            code = HUNAN_CANTEEN if fund is Fund.CANTEEN else HUNAN_UNION
            assert told(office)[lot_of("一")][code][2:] == (reason, 1_000, 1_000, 0)

    def test_tells_every_flag_that_holds_it(self) -> None:
        office = an_office()
        for fact in (
            bought("03-10", 1_000, CHALING, "一"),
            flagged(FlagState.OPEN, "04-01", "一", name="产能"),
            flagged(FlagState.OPEN, "04-02", "一", name="价格"),
            flagged(FlagState.CLEARED, "04-03", "一", name="产能"),
        ):
            fact(office)
        first, second = (str(derived_id("flag", name)) for name in ("产能", "价格"))
        named = [sorted(row["facts"].get("flags", {})) for row in office.rows]
        assert named == [[], [first], sorted([first, second]), [second]]
        assert [row["judgements"][HUNAN_CANTEEN]["counted_fen"] for row in office.rows] == [1_000, -1_000, 0, 0]

    def test_that_a_flag_names_no_more_is_given_back(self) -> None:
        office = an_office()
        for fact in (
            bought("03-10", 1_000, CHALING, "一"),
            bought("03-11", 2_000, CHALING, "二"),
            flagged(FlagState.OPEN, "04-01", "一", "二"),
            flagged(FlagState.OPEN, "04-02", "二"),
        ):
            fact(office)
        assert told(office)[lot_of("一")][HUNAN_CANTEEN][3:] == (1_000, 1_000, 0)
        assert told(office)[lot_of("二")][HUNAN_CANTEEN][3:] == (2_000, 0, 2_000)

    def test_is_held_where_it_is_transferred_to(self) -> None:
        for before in (True, False):
            office = an_office()
            facts = [flagged(FlagState.OPEN, "04-01", "一"), transferred_to(PROVINCE, "一", "04-02")]
            for fact in (bought("03-10", 1_000, CHALING, "一"), *(facts if before else facts[::-1])):
                fact(office)
            assert told(office)[lot_of("一")][HUNAN_CANTEEN][2:] == (Reason.FLAG_OPEN, 1_000, 0, 1_000)
            held: dict[object, int] = {}
            for row in office.rows:
                fen = row["judgements"][HUNAN_CANTEEN].get("held_fen", 0)
                held[row["canteen_id"]] = held.get(row["canteen_id"], 0) + fen
            assert sorted(held.values()) == [0, 1_000]

    def test_under_a_rule_that_holds_nothing_has_no_entry_and_no_fact(self) -> None:
        office = Office(FURONG)
        for fact in (
            bought("03-10", 1_000, CHALING, "一"),
            flagged(FlagState.UPHELD, "04-01", "一", "二"),
            bought("03-11", 2_000, CHALING, "二"),
        ):
            fact(office)
        assert [(row["kind"], "flags" in row["facts"]) for row in office.rows] == [("purchase", False)] * 2
