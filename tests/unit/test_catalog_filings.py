"""What is filed on paper goes its way by one table, and what it says is held against its days, figures and papers."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.catalog.domain.certificates import CertificateKind, certificate_problems
from services.catalog.domain.filings import (
    FILING,
    FilingOutcome,
    FilingState,
    holds_until,
    paper_problems,
    review_problems,
    span_problems,
)
from services.catalog.domain.recognition import (
    Recognised,
    RecognitionLevel,
    SupportKind,
    figure_problems,
    overlapping,
    recognised_spans,
    support_problems,
)
from services.catalog.domain.spans import merged
from services.catalog.domain.suppliers import DOCUMENT_NAMES, DocumentKind
from shared.ids import new_id
from shared.states import WrongState

SQUARE = {
    "filed": {"amend": "filed", "confirm": "confirmed", "return": "returned"},
    "returned": {"amend": "filed"},
    "confirmed": {"end": "ended", "replace": "replaced"},
    "replaced": {},
    "ended": {},
}
JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))
DAY = timedelta(days=1)


class TestStates:
    def test_each_state_opens_these_verbs_and_no_other(self) -> None:
        assert {state.value for state in FilingState} == set(SQUARE)
        for state in FilingState:
            assert FILING.open_verbs(state) == sorted(SQUARE[state.value])
            for verb in FILING.edges:
                if verb in SQUARE[state.value]:
                    assert FILING.check(state, verb).value == SQUARE[state.value][verb]
                else:
                    with pytest.raises(WrongState):
                        FILING.check(state, verb)

    def test_what_an_officer_decides_is_a_verb_of_it(self) -> None:
        assert {outcome.value for outcome in FilingOutcome} == set(FILING.edges) - {"amend", "replace"}

    def test_only_a_confirmation_needs_no_reason(self) -> None:
        wanting = [one for one in FilingOutcome if review_problems(one, "")]
        assert wanting == [FilingOutcome.RETURN, FilingOutcome.END]
        assert not any(review_problems(one, "不再符合") for one in FilingOutcome)


class TestDays:
    @pytest.mark.parametrize(
        ("valid_from", "valid_to", "fields"),
        [
            (JAN, None, []),
            (JAN, JAN, []),
            (FEB, JAN, ["valid_to"]),
            (date(1999, 12, 31), JAN, ["valid_from"]),
            (JAN, date(2100, 1, 2), ["valid_to"]),
            (date.min, date.max, ["valid_from", "valid_to"]),
        ],
    )
    def test_are_named_where_they_do_not_fit(self, valid_from: date, valid_to: date | None, fields: list[str]) -> None:
        assert [one["field"] for one in span_problems(valid_from, valid_to)] == fields

    def test_end_with_the_last_day_or_where_they_were_cut(self) -> None:
        assert holds_until(None, None) is None
        assert holds_until(JAN, None) == JAN + DAY
        assert holds_until(MAR, FEB) == FEB
        assert holds_until(JAN, FEB) == JAN + DAY

    @pytest.mark.parametrize(
        ("spans", "joined"),
        [
            ([], []),
            ([(JAN, FEB), (FEB, MAR)], [(JAN, MAR)]),
            ([(FEB, MAR), (JAN, FEB - DAY)], [(JAN, FEB - DAY), (FEB, MAR)]),
            ([(JAN, None), (FEB, MAR)], [(JAN, None)]),
            ([(FEB, JAN), (MAR, MAR)], []),
        ],
    )
    def test_join_where_they_meet(self, spans: Any, joined: Any) -> None:
        assert merged(spans) == joined

    @settings(deadline=None, max_examples=60)
    @given(st.lists(st.tuples(st.integers(0, 30), st.none() | st.integers(0, 30)), max_size=6))
    def test_joined_hold_on_the_same_days(self, given_spans: list[tuple[int, int | None]]) -> None:
        spans = [(JAN + a * DAY, None if b is None else JAN + b * DAY) for a, b in given_spans]

        def holds(day: date, among: Any) -> bool:
            return any(begins <= day and (ends is None or day < ends) for begins, ends in among)

        joined = merged(spans)
        for offset in range(40):
            day = JAN + offset * DAY
            assert holds(day, joined) == holds(day, spans)
        assert all(one[1] is not None and one[1] < other[0] for one, other in pairwise(joined))


def a_recognition(begins: date, ends: date | None, cut_on: date | None = None, level: str = "county") -> Recognised:
    return Recognised(new_id(), RecognitionLevel(level), begins, ends, cut_on)


class TestRecognition:
    def test_spans_are_told_with_both_ends_in(self) -> None:
        ever = [a_recognition(JAN, FEB - DAY), a_recognition(FEB, MAR), a_recognition(APR, None)]
        assert recognised_spans(ever) == [(JAN, MAR), (APR, None)]

    def test_a_renewal_goes_on_where_the_one_before_is_cut(self) -> None:
        assert recognised_spans([a_recognition(JAN, APR, cut_on=MAR), a_recognition(MAR, None)]) == [(JAN, None)]

    def test_what_was_wrong_from_its_first_day_holds_on_none(self) -> None:
        assert recognised_spans([a_recognition(FEB, APR, cut_on=JAN)]) == []
        assert not a_recognition(FEB, APR, cut_on=FEB).holds_on(FEB)

    def test_of_very_many_the_newest_are_told(self) -> None:
        ever = [a_recognition(JAN + 2 * n * DAY, JAN + 2 * n * DAY) for n in range(25)]
        assert recognised_spans(ever)[0] == (JAN + 10 * DAY, JAN + 10 * DAY)
        assert len(recognised_spans(ever)) == 20

    @pytest.mark.parametrize(
        ("other", "meets"),
        [
            (a_recognition(FEB, MAR), True),
            (a_recognition(MAR, None), True),
            (a_recognition(MAR + DAY, None), False),
            (a_recognition(JAN, FEB - DAY), False),
            (a_recognition(JAN, None, cut_on=FEB), False),
            (a_recognition(JAN, None, level="national"), False),
        ],
    )
    def test_only_one_of_a_level_holds_on_a_day(self, other: Recognised, meets: bool) -> None:
        assert (overlapping(a_recognition(FEB, MAR), [other]) is other) == meets


class TestFigures:
    @pytest.mark.parametrize(
        ("as_of", "count", "explanation", "last", "fields"),
        [
            (JAN, 5, "", None, []),
            (FEB, 5, "", None, ["as_of"]),
            (date(2009, 12, 31), 5, "", None, ["as_of"]),
            (JAN, 50, "", 5, []),
            (JAN, 51, "", 5, ["explanation"]),
            (JAN, 51, "并入两家基地", 5, []),
            (JAN, 11, "", 0, ["explanation"]),
        ],
    )
    def test_a_leap_is_explained(
        self, as_of: date, count: int, explanation: str, last: int | None, fields: list[str]
    ) -> None:
        problems = figure_problems(as_of=as_of, count=count, explanation=explanation, last_count=last, today=JAN)
        assert [one["field"] for one in problems] == fields


class TestSupports:
    @pytest.mark.parametrize(
        ("amount", "given_on", "reverses", "reversed_fen", "fields"),
        [
            (100, JAN, False, None, []),
            (0, JAN, False, None, []),
            (-1, JAN, False, None, ["amount_fen"]),
            (100, FEB, False, None, ["given_on"]),
            (-100, JAN, True, 100, []),
            (-99, JAN, True, 100, ["amount_fen"]),
            (100, JAN, True, 100, ["amount_fen"]),
            (-100, JAN, True, None, ["reverses"]),
        ],
    )
    def test_a_reversal_takes_back_exactly_what_was_given(
        self, amount: int, given_on: date, reverses: bool, reversed_fen: int | None, fields: list[str]
    ) -> None:
        problems = support_problems(
            kind=SupportKind.TRAINING,
            amount_fen=amount,
            given_on=given_on,
            reverses=reverses,
            reversed_fen=reversed_fen,
            today=JAN,
        )
        assert [one["field"] for one in problems] == fields

    @pytest.mark.parametrize(
        ("kind", "fields"),
        [
            (SupportKind.AWARD, ["amount_fen"]),
            (SupportKind.INTEREST_SUBSIDY, ["amount_fen"]),
            (SupportKind.TRAINING, []),
            (SupportKind.EQUIPMENT, []),
            (SupportKind.OTHER, []),
        ],
    )
    def test_only_help_in_kind_may_be_of_no_amount(self, kind: SupportKind, fields: list[str]) -> None:
        problems = support_problems(kind=kind, amount_fen=0, given_on=JAN, reverses=False, reversed_fen=None, today=JAN)
        assert [one["field"] for one in problems] == fields


class TestPapers:
    def test_are_the_suppliers_own_and_one_is_of_the_kind(self) -> None:
        own, foreign = new_id(), new_id()
        wanted = {DocumentKind.WAGE}
        assert paper_problems([own], {own: "wage"}, wanted) == []
        refused = paper_problems([own, foreign], {own: "wage"}, wanted)
        assert (refused[0]["field"], refused[0]["documents"]) == ("document_ids", [str(foreign)])
        assert [one["field"] for one in paper_problems([own], {own: "other"}, wanted)] == ["document_ids"]
        assert [one["field"] for one in paper_problems([own, own], {own: "wage"}, wanted)] == ["document_ids"]

    def test_a_clerk_reads_by_its_name_which_paper_is_wanted(self) -> None:
        [problem] = paper_problems([], {}, {DocumentKind.WAGE, DocumentKind.AGREEMENT})
        assert problem["says_zh"] == "缺少所需材料，请上传后在此注明（任一种）：用工或帮扶协议、工资发放记录"
        [unknown] = certificate_problems(CertificateKind.GI, ["gold", "ginger", "silver"], None)
        assert unknown["says_zh"] == "没有这些品种代码：gold、silver"

    def test_every_kind_of_document_has_a_name(self) -> None:
        assert DOCUMENT_NAMES.keys() == set(DocumentKind)

    def test_a_certificate_that_ends_says_when_and_names_goods_that_there_are(self) -> None:
        assert certificate_problems(CertificateKind.GI, ["ginger"], None) == []
        assert [one["field"] for one in certificate_problems(CertificateKind.GREEN, [], None)] == ["valid_to"]
        assert [one["field"] for one in certificate_problems(CertificateKind.GI, ["gold"], None)] == ["item_codes"]
        assert [one["field"] for one in certificate_problems(CertificateKind.GI, ["ginger"] * 2, JAN)] == ["item_codes"]
