"""A year's end is projected in whole fen, never rosier than the exact quotient, and worked here by hand."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.procurement_quota.domain.alerts import Alert, Raised, Thresholds, Watched, alerts_of
from services.procurement_quota.domain.figures import Figures, MonthSums
from services.procurement_quota.domain.pace import Concentration, Projection, course_of, december, linear, seasonal
from services.procurement_quota.domain.reservations import Reminder
from services.procurement_quota.domain.words import Status

NOON_OF_2025 = date(2025, 7, 2)
"""Day 183 of 365."""


def figures(base: int, counted: int, rate_bp: int | None = 2_000, *, above: bool = False) -> Figures:
    return Figures(base, None, base, counted, rate_bp, above)


def months(year: int, *amounts: tuple[int, int]) -> dict[int, MonthSums]:
    return {year * 100 + at: MonthSums(*pair) for at, pair in enumerate(amounts, 1)}


EVEN = months(2024, *[(1_000, 300)] * 12)
LATE = months(2024, *[(1_000, 0)] * 6, *[(1_000, 600)] * 6)
"""As much every month, what counts in the second half alone."""


class TestCourse:
    @pytest.mark.parametrize(
        ("opened", "day", "days", "run", "left"),
        [
            (None, date(2025, 1, 1), 365, 1, 12),
            (None, date(2025, 1, 31), 365, 31, 11),
            (None, NOON_OF_2025, 365, 183, 6),
            (None, date(2024, 2, 29), 366, 60, 10),
            (date(2025, 12, 22), date(2025, 12, 31), 10, 10, 0),
            (date(2025, 12, 22), date(2025, 12, 26), 10, 5, 1),
            (date(2020, 5, 1), date(2026, 3, 1), 365, 365, 0),
            (None, date(2024, 12, 31), 365, 0, 12),
        ],
    )
    def test_runs_from_the_opening_to_the_day(
        self, opened: date | None, day: date, days: int, run: int, left: int
    ) -> None:
        course = course_of(2024 if day == date(2024, 2, 29) else 2025, opened, day)
        assert (course.days, course.days_run, course.months_left) == (days, run, left)


class TestLinear:
    @pytest.mark.parametrize(
        ("base", "counted", "day", "projected"),
        [
            # 183 of 365 days: 18300 x 365/183 = 36500; 3660 x 365/183 = 7300, exactly 20 %
            (18_300, 3_660, NOON_OF_2025, (36_500, 7_300, 7_300, True, 0, 3_640, 607)),
            # one fen less: 3659 x 365/183 = 7298.005…, down to 7298
            (18_300, 3_659, NOON_OF_2025, (36_500, 7_298, 7_300, False, 2, 3_641, 607)),
            # 100 x 365/183 = 199.45…: the base up to 200, what counts down to 199
            (100, 100, NOON_OF_2025, (200, 199, 40, True, 0, 0, 0)),
            # the year is over: nothing to project, and no month left to buy in
            (100, 19, date(2026, 1, 5), (100, 19, 20, False, 1, 1, None)),
        ],
    )
    def test_buys_as_much_a_day_as_until_now(
        self, base: int, counted: int, day: date, projected: tuple[Any, ...]
    ) -> None:
        found = linear(figures(base, counted), course_of(2025, None, day))
        assert found == Projection(*projected)

    def test_needs_a_base_and_a_day(self) -> None:
        assert linear(figures(0, 0), course_of(2025, None, NOON_OF_2025)) is None
        assert linear(figures(9, 0), course_of(2025, date(2025, 8, 1), NOON_OF_2025)) is None

    def test_without_a_percentage_needs_nothing(self) -> None:
        found = linear(figures(183, 183, None), course_of(2025, None, NOON_OF_2025))
        assert found == Projection(365, 365, None, None, None, None, None)


class TestSeasonal:
    def test_goes_by_last_years_course(self) -> None:
        # by 2 July 2024 came 6 months and 2 of 31 days: (6000 x 31 + 1000 x 2) of 12000 x 31; of 6065, 12000.6…
        found = seasonal(figures(6_065, 1_819), course_of(2025, None, NOON_OF_2025), EVEN)
        assert found is not None
        # base 6065 x 372000 / 188000 = 12000.957…, up; counted 1819 x 111600 / 56400 = 3599.297…, down
        assert (found.base_fen, found.counted_fen, found.meets) == (12_001, 3_599, True)

    def test_knows_that_what_counts_comes_late(self) -> None:
        course = course_of(2025, None, date(2025, 7, 31))
        line = linear(figures(7_000, 600), course)
        season = seasonal(figures(7_000, 600), course, LATE)
        assert line is not None
        assert season is not None
        assert (line.meets, season.meets) == (False, True)
        assert (season.base_fen, season.counted_fen) == (12_000, 3_600)
        assert (season.required_fen, season.needed_fen, season.monthly_fen) == (2_400, 1_800, 360)

    def test_where_nothing_counted_by_now_last_year_goes_by_its_base(self) -> None:
        found = seasonal(figures(6_000, 600), course_of(2025, None, date(2025, 6, 30)), LATE)
        assert found is not None
        assert (found.base_fen, found.counted_fen) == (12_000, 1_200)

    @pytest.mark.parametrize(
        "last_year",
        [
            {},
            months(2024, *[(0, 0)] * 11, (5_000, 0)),
            months(2024, (1, 0), *[(0, 0)] * 10, (100_000, 0)),
            months(2024, (-5, 0), (5, 0)),
        ],
    )
    def test_a_year_that_had_hardly_begun_by_then_gives_no_season(self, last_year: dict[int, MonthSums]) -> None:
        assert seasonal(figures(6_000, 600), course_of(2025, None, NOON_OF_2025), last_year) is None

    def test_the_end_of_february_is_the_end_of_february(self) -> None:
        found = seasonal(figures(2_000, 0), course_of(2025, None, date(2025, 2, 28)), EVEN)
        assert found is not None
        assert found.base_fen == 12_000

    def test_a_year_that_is_over_has_no_season(self) -> None:
        assert seasonal(figures(2_000, 0), course_of(2025, None, date(2026, 2, 1)), EVEN) is None


FEN = st.integers(0, 10**15)


@given(FEN, FEN, st.integers(1, 10_000), st.dates(date(2025, 1, 1), date(2025, 12, 31)))
def test_a_projection_is_never_rosier_than_the_exact_quotient(base: int, counted: int, rate: int, day: date) -> None:
    course = course_of(2025, None, day)
    found = linear(figures(base, counted, rate), course)
    if base == 0:
        assert found is None
        return
    assert found is not None
    assert found.base_fen * course.days_run >= base * course.days
    assert found.counted_fen * course.days_run <= counted * course.days
    assert not found.meets or counted * 10_000 >= rate * base
    assert found.meets == (found.shortfall_fen == 0)
    assert (found.needed_fen or 0) >= (found.shortfall_fen or 0) - (found.counted_fen - counted)
    if course.months_left:
        assert (found.monthly_fen or 0) * course.months_left >= (found.needed_fen or 0)
    assert abs(found.base_fen) < 2**63


class TestDecember:
    @pytest.mark.parametrize(
        ("amounts", "share_bp", "index_bp"),
        [
            ([100] * 12, 833, 10_000),
            ([0] * 11 + [700], 10_000, 120_000),
            ([100] * 11 + [400], 2_666, 32_000),
            ([100] * 11 + [0], 0, 0),
            ([0] * 12, None, None),
        ],
    )
    def test_is_ten_thousand_for_an_even_twelfth(
        self, amounts: list[int], share_bp: int | None, index_bp: int | None
    ) -> None:
        found = december(months(2025, *[(fen, fen) for fen in amounts]), 2025, date(2026, 1, 3), counted=True)
        assert found is not None
        assert (found.share_bp, found.index_bp) == (share_bp, index_bp)

    def test_is_not_known_before_december(self) -> None:
        assert december(months(2025, (1, 1)), 2025, date(2025, 11, 30), counted=True) is None

    def test_leaves_out_what_was_posted_after_the_year(self) -> None:
        sums = {202512: MonthSums(100, 40), 202511: MonthSums(100, 60), 202601: MonthSums(-100, -40)}
        assert december(sums, 2025, date(2026, 2, 1), counted=False) == Concentration(100, 200)
        assert december(sums, 2025, date(2026, 2, 1), counted=True) == Concentration(40, 100)


def watched(base: int = 10_000, counted: int = 2_000, **other: object) -> Watched:
    facts: dict[str, object] = {
        "figures": figures(base, counted),
        "status": Status.ON_PACE,
        "missing_months": 0,
        "projection": None,
        "december": None,
        "accepted_fen": 10_000,
        "unpaid_fen": 0,
    }
    return Watched(**facts | other)  # type: ignore[arg-type]


class TestAlerts:
    @pytest.mark.parametrize(
        ("one", "limits", "raised"),
        [
            (watched(), Thresholds(), []),
            (watched(counted=1_999), Thresholds(), [Raised(Alert.BEHIND, 1, 0, 1)]),
            (watched(counted=1_500), Thresholds(behind_bp=500), []),
            (watched(counted=1_499), Thresholds(behind_bp=500), [Raised(Alert.BEHIND, 501, 500, 501)]),
            (watched(counted=0), Thresholds(behind_bp=None), []),
            (watched(missing_months=2), Thresholds(), [Raised(Alert.UNATTESTED, 2, 1)]),
            (watched(missing_months=2), Thresholds(missing_months=3), []),
            (
                watched(figures=figures(10_000, 2_000, above=True)),
                Thresholds(),
                [Raised(Alert.ABOVE_ATTESTED, 1, None)],
            ),
            (watched(twice_fen=70), Thresholds(), [Raised(Alert.COUNTED_TWICE, 1, None, 70)]),
            (watched(december=Concentration(400, 1_500)), Thresholds(), [Raised(Alert.DECEMBER, 32_000, 25_000, 400)]),
            (watched(december=Concentration(100, 1_200)), Thresholds(), []),
            (watched(unpaid_fen=10_000), Thresholds(), []),
            (watched(unpaid_fen=5_000), Thresholds(unpaid_bp=5_000), [Raised(Alert.UNPAID, 5_000, 5_000, 5_000)]),
            (watched(unpaid_fen=4_999), Thresholds(unpaid_bp=5_000), []),
            (watched(reservation=Reminder(unfiled_days=3)), Thresholds(), [Raised(Alert.UNRESERVED, 3, None)]),
            (
                watched(reservation=Reminder(returned_days=0)),
                Thresholds(),
                [Raised(Alert.RESERVATION_RETURNED, 0, None)],
            ),
            (watched(status=Status.NO_DUTY, reservation=Reminder(unfiled_days=3)), Thresholds(), []),
            (watched(status=Status.NO_DUTY, counted=0, missing_months=9), Thresholds(), []),
            (watched(figures=figures(9, 0, None), missing_months=9), Thresholds(), []),
        ],
    )
    def test_begin_past_the_threshold(self, one: Watched, limits: Thresholds, raised: list[Raised]) -> None:
        assert alerts_of(one, limits) == raised

    def test_of_a_year_that_would_end_short_say_by_how_much(self) -> None:
        projection = Projection(20_000, 3_000, 4_000, False, 1_000, 2_000, 400)
        seen = alerts_of(watched(projection=projection), Thresholds())
        assert seen == [Raised(Alert.PROJECTED_SHORT, 2_500, 0, 1_000)]
        assert alerts_of(watched(projection=projection), Thresholds(short_bp=2_500)) == []
        assert alerts_of(watched(projection=projection), Thresholds(short_bp=None)) == []
