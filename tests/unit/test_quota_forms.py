"""Weights follow from meals and sum to exactly 100 %, a split loses nothing, and forms keep their days."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.procurement_quota.domain.figures import Figures, parts_of
from services.procurement_quota.domain.forms import (
    FILING,
    FilingState,
    FormOutOfTurn,
    Ruling,
    check_turn,
    days_problem,
    weights_of_meals,
)
from services.procurement_quota.domain.standing import Form, has_duty, kind_on
from shared.contracts.words import CanteenKind
from shared.money import BP_WHOLE

OWN, SHARED, NONE = CanteenKind.OWN, CanteenKind.SHARED, CanteenKind.NONE
MEALS = st.lists(st.integers(1, 10**7), min_size=1, max_size=50)
TODAY = date(2025, 6, 20)


class TestWeights:
    @pytest.mark.parametrize(
        ("meals", "weights"),
        [
            ([1_000, 1_000, 1_000], [3_334, 3_333, 3_333]),
            ([1, 2], [3_333, 6_667]),
            ([600, 400], [6_000, 4_000]),
            ([7, 7, 7, 7, 7, 7], [1_667, 1_667, 1_667, 1_667, 1_666, 1_666]),
            ([5], [10_000]),
            ([19_999, 1], [10_000, 0]),
        ],
    )
    def test_are_dealt_by_largest_remainder(self, meals: list[int], weights: list[int]) -> None:
        assert weights_of_meals(meals) == weights

    @settings(deadline=None)
    @given(MEALS)
    def test_sum_to_exactly_a_hundred_percent_and_none_is_off_by_a_whole_point(self, meals: list[int]) -> None:
        weights, whole = weights_of_meals(meals), sum(meals)
        assert sum(weights) == BP_WHOLE
        for weight, served in zip(weights, meals, strict=True):
            assert abs(weight * whole - served * BP_WHOLE) < whole

    @settings(deadline=None)
    @given(MEALS, st.integers(-(10**13), 10**13), st.integers(-(10**13), 10**13), st.integers(1, 10_000))
    def test_split_every_amount_without_losing_a_fen(
        self, meals: list[int], base: int, counted: int, rate_bp: int
    ) -> None:
        figures = Figures(ledger_fen=base, attested_fen=None, base_fen=base, counted_fen=counted, rate_bp=rate_bp)
        parts = parts_of(figures, weights_of_meals(meals))
        assert sum(part.ledger_fen for part in parts) == base
        assert sum(part.base_fen for part in parts) == base
        assert sum(part.counted_fen for part in parts) == counted
        assert sum(part.required_fen or 0 for part in parts) == figures.required_fen
        assert sum(part.shortfall_fen or 0 for part in parts) == figures.shortfall_fen

    @pytest.mark.parametrize("meals", [[], [0], [3, 0], [-1, 5]])
    def test_want_somebody_who_was_served(self, meals: list[int]) -> None:
        with pytest.raises(ValueError, match="served"):
            weights_of_meals(meals)


class TestDays:
    @pytest.mark.parametrize(
        ("kind", "known", "since", "right"),
        [
            (NONE, OWN, date(2025, 1, 1), True),
            (NONE, OWN, date(2024, 12, 31), False),
            (NONE, OWN, date(2026, 12, 31), True),
            (NONE, OWN, date(2027, 1, 1), False),
            (SHARED, OWN, date(2026, 1, 1), True),
            (SHARED, OWN, date(2025, 7, 1), False),
            (SHARED, None, date(2025, 7, 1), True),
            (OWN, SHARED, date(2025, 7, 1), False),
            (OWN, SHARED, date(2026, 1, 1), True),
            (OWN, NONE, date(2025, 7, 1), True),
        ],
    )
    def test_are_of_this_year_or_the_next_and_weights_are_of_whole_years(
        self, kind: CanteenKind, known: CanteenKind | None, since: date, right: bool
    ) -> None:
        forms = [Form(date(2023, 1, 1), known, approved=True)] if known else []
        assert (days_problem(kind, forms, since, TODAY) == []) == right

    def test_go_forward(self) -> None:
        forms = [Form(date(2025, 3, 1), OWN, approved=True)]
        check_turn(forms, date(2025, 3, 1))
        check_turn([], date(2020, 1, 1))
        with pytest.raises(FormOutOfTurn):
            check_turn(forms, date(2025, 2, 28))


class TestKind:
    FORMS = (Form(date(2025, 1, 1), OWN, approved=True), Form(date(2025, 7, 1), NONE, approved=True))

    @pytest.mark.parametrize(
        ("day", "kind"),
        [(date(2024, 1, 1), OWN), (date(2025, 6, 30), OWN), (date(2025, 7, 1), NONE), (date(2030, 1, 1), NONE)],
    )
    def test_is_the_form_of_the_day(self, day: date, kind: CanteenKind) -> None:
        assert kind_on(self.FORMS, day, SHARED) is kind
        assert kind_on((), day, SHARED) is SHARED

    def test_that_frees_does_so_for_years_in_which_it_holds_throughout(self) -> None:
        assert has_duty(self.FORMS, 2025, date(2025, 12, 31))
        assert not has_duty(self.FORMS, 2026, date(2026, 12, 31))
        unapproved = (self.FORMS[0], Form(date(2025, 7, 1), NONE, approved=False))
        assert has_duty(unapproved, 2026, date(2026, 12, 31))


class TestFiling:
    def test_is_ruled_on_once(self) -> None:
        for state in FilingState:
            for ruling in Ruling:
                assert FILING.allows(state, ruling.value) == (state is FilingState.FILED)
