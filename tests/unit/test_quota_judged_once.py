"""What is heard of a supplier changes what rests on it and nothing else, whatever lists say by now."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.procurement_quota.domain.lots import standings
from services.procurement_quota.domain.seeded_rules import HUNAN_51, HUNAN_CANTEEN, HUNAN_UNION, NATIONAL_CANTEEN
from services.procurement_quota.domain.words import Evidence, Reason
from shared.contracts.words import FlagState, Fund, RevocationGround, SupplierKind
from tests.build.worked import Fact, Office, bought, elsewhere, listed, lot_of, returned, transferred_to, verified
from tests.build.worked_findings import flagged, holding, reinstated, revoked, unlisted
from tests.unit.test_quota_flags import an_office, told

FURONG, CHALING, UNLISTED, PROVINCE = "/430000/430100/430102/", "430224", "430102", "/430000/"
BASE = SupplierKind.DISABLED_BASE
FALSE, LOST = RevocationGround.FALSE_ORIGIN, RevocationGround.LOST_RECOGNITION
LABEL, COUNTY = Reason.PREFERENCE_DISABLED_BASE, Reason.PREFERENCE_LISTED_COUNTY
OPEN, CLEARED = FlagState.OPEN, FlagState.CLEARED


def happened(*facts: Fact, office: Office | None = None) -> Office:
    found = office or Office(FURONG)
    for fact in facts:
        fact(found)
    return found


def stands(office: Office, rule: str, lot: str = "一") -> tuple[object, ...]:
    """Tell by which reason a lot stands under a rule, and what of it counts."""
    one = told(office)[lot_of(lot)][rule]
    return one[2], one[4]


def by_union(origin: str = CHALING, lot: str = "一", day: str = "03-10") -> Fact:
    return bought(day, 1_000, origin, lot, fund=Fund.UNION, seller=BASE)


def by_canteen(lot: str = "一", day: str = "03-10") -> Fact:
    return bought(day, 1_000, CHALING, lot, seller=BASE)


def with_rule(code: str, **other: Any) -> Fact:
    """A rule, since it bound, says something else."""

    def happen(office: Office) -> None:
        rules = {**office.reference.rules, (code, 1): replace(office.reference.rules[code, 1], **other)}
        office.reference = replace(office.reference, rules=rules, _binding={}, _known={})

    return happen


APART = with_rule(HUNAN_CANTEEN, union_apart=True)
"""Union goods are shown beside the share, by their origin alone."""


def gone(ground: RevocationGround, day: str) -> Fact:
    return revoked(BASE, ground, day, "2025-01-01")


class TestAListThatChangedSince:
    def test_is_no_reason_for_a_lost_recognition_to_judge_the_origin_again(self) -> None:
        office = happened(APART, by_union(), by_canteen("二"), unlisted(CHALING, "03-20"), gone(LOST, "04-01"))
        assert stands(office, HUNAN_UNION) == (COUNTY, 1_000)
        assert stands(office, HUNAN_CANTEEN) == (Reason.ORIGIN_LISTED, 1_000)
        assert stands(office, HUNAN_CANTEEN, "二") == (Reason.ORIGIN_LISTED, 1_000)
        [correction] = [row for row in office.rows if row["kind"] == "correction"]
        assert list(correction["judgements"]) == [HUNAN_UNION]
        assert correction["judgements"][HUNAN_UNION]["list_version"] == 1

    def test_gives_no_credit_to_what_was_bought_before(self) -> None:
        since = listed(HUNAN_51, UNLISTED, "2020-01-01", known="03-20")
        office = happened(APART, by_union(UNLISTED), since, gone(LOST, "04-01"))
        assert stands(office, HUNAN_UNION) == (Reason.RECOGNITION_LOST, 0)
        assert stands(office, HUNAN_CANTEEN) == (Reason.ORIGIN_NOT_LISTED, 0)

    @pytest.mark.parametrize("held", [False, True])
    def test_keeps_no_credit_from_what_was_taken_wrongly(self, held: bool) -> None:
        flags = (flagged(OPEN, "04-02", "一"), flagged(CLEARED, "04-03", "一")) if held else ()
        office = happened(
            by_canteen(), gone(FALSE, "03-15"), unlisted(CHALING, "03-20"), *flags, reinstated(BASE, "05-01")
        )
        assert stands(office, HUNAN_CANTEEN) == (Reason.ORIGIN_LISTED, 1_000)

    def test_is_looked_at_where_somebody_looks_at_the_origin(self) -> None:
        claimed = elsewhere("03-10", 1_000, UNLISTED, "票")
        office = happened(claimed, listed(HUNAN_51, UNLISTED, "2020-01-01", known="03-20"), verified("票", "04-01"))
        [standing] = standings(office.rows).values()
        assert standing.counted_fen[HUNAN_CANTEEN] == 1_000
        assert standing.judgements[NATIONAL_CANTEEN].reason is Reason.CHANNEL_NOT_ACCEPTED
        assert list(office.rows[-1]["judgements"]) == [HUNAN_CANTEEN]
        assert standing.judged_at == office.rows[-1]["recorded_at"]
        assert standing.facts["evidence"] == Evidence.VERIFIED.value


class TestALabel:
    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_that_was_lost_behind_a_false_origin_does_not_come_back_with_it(self, order: Sequence[int]) -> None:
        facts = [by_union(UNLISTED), gone(FALSE, "04-01"), gone(LOST, "04-01")]
        office = happened(*(facts[at] for at in order), reinstated(BASE, "05-01", FALSE))
        assert stands(office, HUNAN_UNION) == (Reason.RECOGNITION_LOST, 0)
        happened(reinstated(BASE, "05-02", LOST), office=office)
        assert stands(office, HUNAN_UNION) == (LABEL, 1_000)

    def test_that_came_back_behind_a_false_origin_counts_with_it(self) -> None:
        facts = (by_union(UNLISTED), gone(LOST, "04-01"), gone(FALSE, "04-02"), reinstated(BASE, "05-01", LOST))
        office = happened(*facts, reinstated(BASE, "05-02", FALSE))
        assert stands(office, HUNAN_UNION) == (LABEL, 1_000)

    @pytest.mark.parametrize(("origin", "then"), [(CHALING, (COUNTY, 1_000)), (UNLISTED, (Reason.RECOGNITION_LOST, 0))])
    def test_that_is_lost_while_a_flag_holds_it_is_not_what_is_given_back(
        self, origin: str, then: tuple[object, ...]
    ) -> None:
        office = happened(by_union(origin), flagged(OPEN, "04-01", "一"), gone(LOST, "04-02"), office=an_office())
        held = (Reason.FLAG_OPEN, 0) if origin == CHALING else (Reason.RECOGNITION_LOST, 0)
        assert stands(office, HUNAN_UNION) == held
        happened(flagged(CLEARED, "04-03", "一"), office=office)
        assert stands(office, HUNAN_UNION) == then


class TestATransfer:
    def test_tells_again_what_was_heard_of_the_supplier_though_nothing_here_rested_on_it(self) -> None:
        there = with_rule(HUNAN_UNION, scope_path="/430000/430200/")
        office = happened(there, by_union(UNLISTED), gone(LOST, "04-01"))
        assert [(row["kind"], *row["judgements"]) for row in office.rows] == [("purchase", NATIONAL_CANTEEN)]
        happened(transferred_to("/430000/430200/430224/", "一", "04-02"), office=office)
        assert stands(office, HUNAN_UNION) == (Reason.RECOGNITION_LOST, 0)
        assert office.rows[-1]["facts"]["recognition_lost_on"] == "2025-01-01"

    def test_tells_no_loss_that_was_set_aside(self) -> None:
        office = happened(
            gone(LOST, "03-01"),
            by_union(UNLISTED, day="02-10"),
            reinstated(BASE, "04-01"),
            returned("一", "04-02", 300),
            transferred_to(PROVINCE, "一", "04-03"),
        )
        assert stands(office, HUNAN_UNION) == (LABEL, 700)
        assert ["recognition_lost_on" in row["facts"] for row in office.rows[-2:]] == [False, False]
        happened(gone(FALSE, "04-04"), reinstated(BASE, "04-05"), office=office)
        assert stands(office, HUNAN_UNION) == (LABEL, 700)


HEARD = st.lists(st.sampled_from(["false", "lost", "open", "upheld", "cleared"]), max_size=6)


class TestAnyOrder:
    @settings(max_examples=100, deadline=None)
    @given(HEARD, st.sets(st.sampled_from(["false", "lost"])), st.randoms(use_true_random=False))
    def test_of_revocations_flags_and_purchases_gives_the_same_lots(
        self, heard: list[str], back: set[str], random: object
    ) -> None:
        grounds = {"false": FALSE, "lost": LOST}
        facts: list[tuple[str, Fact, str]] = [
            ("一", by_union(), ""),
            ("二", by_union(UNLISTED, "二"), ""),
            ("三", by_canteen("三"), ""),
        ]
        facts += [(name, gone(ground, "05-01"), "") for name, ground in grounds.items() if name in heard]
        facts += [(f"no {name}", reinstated(BASE, "05-01", grounds[name]), name) for name in back & set(heard)]
        states = [one for one in heard if one not in grounds]
        facts += [
            (f"flag {at}", flagged(FlagState(state), "05-01", "一", "二", "三", version=at), "")
            for at, state in enumerate(states, start=1)
        ]
        straight = happened(*(fact for _, fact, _ in facts), office=an_office())
        waiting, done, shuffled = [*facts], {""}, an_office()
        random.shuffle(waiting)  # type: ignore[attr-defined]
        while waiting:
            at = next(at for at, one in enumerate(waiting) if one[2] in done)
            name, fact, _ = waiting.pop(at)
            fact(shuffled)
            done.add(name)
        assert told(shuffled) == told(straight)


def test_a_rule_that_holds_nothing_has_no_flag_in_a_correction() -> None:
    office = happened(by_canteen(), flagged(OPEN, "04-01", "一"), gone(FALSE, "04-02"))
    assert [row["facts"].get("flags") for row in office.rows] == [None, None]
    held = happened(holding(), by_canteen(), flagged(OPEN, "04-01", "一"), gone(FALSE, "04-02"))
    assert [sorted(row["facts"].get("flags", ["none"])) for row in held.rows][0::2] == [["none"], []]
