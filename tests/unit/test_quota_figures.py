"""Bases, shares and parts are whole fen, and nothing is lost, netted or counted twice."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.procurement_quota.domain.figures import (
    Attested,
    Figures,
    MonthSums,
    add_line,
    at_rate,
    coverage_of,
    due_on,
    figures_of,
    month_end,
    parts_of,
)
from services.procurement_quota.domain.standing import Form, has_duty, missing_months, months_due, status_of
from services.procurement_quota.domain.words import Status
from shared.contracts.words import CanteenKind

FEN = st.integers(min_value=-(10**12), max_value=10**12)
AMOUNTS = st.integers(min_value=0, max_value=10**12)
YEAR_END = date(2025, 12, 31)


def attested(month: int, fen: int, *, explained: bool = False, on: date | None = None) -> Attested:
    return Attested(month, fen, explained, on or due_on(2025, month))


def of(
    months: dict[int, tuple[int, int]], *attestations: Attested, rate_bp: int | None = 2_000, by: date = YEAR_END
) -> Figures:
    """Compute the figures of 2025 from months of (base, counted)."""
    sums = {month: MonthSums(*pair) for month, pair in months.items()}
    return figures_of(2025, sums, attestations, rate_bp, by)


@st.composite
def months(draw: st.DrawFn) -> dict[int, tuple[int, int]]:
    """Months of 2025 and, for returns, of 2026; no more counted than in the base."""
    chosen = draw(st.lists(st.sampled_from([*range(202501, 202513), 202601]), unique=True, max_size=8))
    found = {}
    for month in chosen:
        base = draw(AMOUNTS)
        found[month] = (base, draw(st.integers(min_value=0, max_value=base)))
    return found


class TestBase:
    @pytest.mark.parametrize(
        ("ledger", "attested_fen", "base", "unproven"),
        [
            (100_000, None, 100_000, False),
            (100_000, 100_000, 100_000, False),
            (100_000, 160_000, 160_000, False),
            (100_000, 99_999, 100_000, True),
            (0, 50_000, 50_000, False),
        ],
    )
    def test_is_the_ledger_and_what_was_attested_beyond_it(
        self, ledger: int, attested_fen: int | None, base: int, unproven: bool
    ) -> None:
        months_ = {202505: (ledger, 0)}
        figures = of(months_) if attested_fen is None else of(months_, attested(5, attested_fen))
        assert (figures.base_fen, figures.unproven_by_ledger) == (base, unproven)

    def test_more_in_the_ledger_than_attested_is_proven_by_an_explanation(self) -> None:
        figures = of({202505: (100, 0)}, attested(5, 60, explained=True))
        assert (figures.base_fen, figures.unproven_by_ledger) == (100, False)

    def test_compares_what_was_attested_with_the_ledger_of_the_same_months(self) -> None:
        figures = of({202505: (30_000, 0), 202506: (7_000, 0)}, attested(5, 100_000))
        assert figures.base_fen == 107_000

    def test_a_return_in_january_lowers_a_december_that_was_attested(self) -> None:
        figures = of({202512: (100, 100), 202601: (-30, -30)}, attested(12, 100))
        assert (figures.base_fen, figures.counted_fen, figures.unproven_by_ledger) == (70, 70, False)

    def test_hears_no_attestation_of_a_month_after_the_day_asked_about(self) -> None:
        figures = of({202505: (10, 0)}, attested(5, 20), attested(6, 90), by=date(2025, 6, 15))
        assert (figures.attested_fen, figures.base_fen) == (20, 20)

    def test_a_running_month_attested_early_is_never_unproven_by_what_comes_later(self) -> None:
        early = attested(6, 20, on=date(2025, 6, 12))
        figures = of({202506: (50, 0)}, early, by=date(2025, 6, 15))
        assert (figures.base_fen, figures.unproven_by_ledger) == (50, False)

    @given(months(), AMOUNTS, st.integers(1, 12))
    def test_is_never_less_than_the_ledger_nor_than_what_was_attested_of_the_year(
        self, found: dict[int, tuple[int, int]], fen: int, month: int
    ) -> None:
        figures = of(found, attested(month, fen))
        assert figures.base_fen >= figures.ledger_fen
        later = sum(base for posted, (base, _) in found.items() if posted > 202500 + month)
        assert figures.base_fen >= fen + later

    @given(months(), AMOUNTS, st.integers(1, 12), AMOUNTS)
    def test_a_purchase_found_in_an_attested_month_never_counts_twice(
        self, found: dict[int, tuple[int, int]], fen: int, month: int, late: int
    ) -> None:
        before = of(found, attested(month, fen))
        after = figures_of(
            2025,
            add_line({m: MonthSums(*pair) for m, pair in found.items()}, 202501, base_fen=late, counted_fen=0),
            [attested(month, fen)],
            2_000,
            YEAR_END,
        )
        covered = sum(base for posted, (base, _) in found.items() if posted <= 202500 + month)
        assert after.base_fen - before.base_fen == max(0, late - max(0, fen - covered))


class TestShare:
    @pytest.mark.parametrize(
        ("base", "counted", "rate_bp", "meets", "shortfall"),
        [
            (40_000, 4_000, 2_000, False, 4_000),
            (10_000, 10_000, 5_000, True, 0),
            (100_000, 20_000, 2_000, True, 0),
            (100_001, 20_000, 2_000, False, 1),
            (99_999, 20_000, 2_000, True, 0),
            (3, 1, 3_333, True, 0),
            (1, 0, 1, False, 1),
        ],
    )
    def test_exactly_on_the_line_is_met_and_one_fen_below_is_not(
        self, base: int, counted: int, rate_bp: int, meets: bool, shortfall: int
    ) -> None:
        figures = of({202501: (base, counted)}, rate_bp=rate_bp)
        assert (figures.meets, figures.shortfall_fen) == (meets, shortfall)

    @given(AMOUNTS, AMOUNTS, st.integers(1, 10_000))
    def test_is_met_exactly_when_nothing_is_short(self, base: int, counted: int, rate_bp: int) -> None:
        figures = of({202501: (base, counted)}, rate_bp=rate_bp)
        if base > 0:
            assert figures.meets == (figures.shortfall_fen == 0)
            assert figures.meets == (counted * 10_000 >= rate_bp * base)

    @given(FEN.filter(lambda base: base <= 0), AMOUNTS)
    def test_has_no_percentage_without_a_positive_base(self, base: int, counted: int) -> None:
        assert of({202501: (base, counted)}).share_bp is None

    @given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(1, 10**9), st.integers(1, 10**9))
    def test_of_two_canteens_is_never_netted(self, base: int, short: int, other: int, beyond: int) -> None:
        poor = of({202501: (base + short, 0)}, rate_bp=5_000)
        rich = of({202501: (other, other)}, rate_bp=2_000)
        assert poor.shortfall_fen is not None
        assert rich.shortfall_fen == 0
        assert poor.shortfall_fen + rich.shortfall_fen == poor.shortfall_fen


@st.composite
def weights(draw: st.DrawFn) -> list[int]:
    cuts = sorted(draw(st.lists(st.integers(1, 9_999), unique=True, min_size=1, max_size=9)))
    return [after - before for before, after in zip([0, *cuts], [*cuts, 10_000], strict=True)]


class TestParts:
    @given(months(), weights(), st.integers(1, 10_000))
    def test_sum_to_the_whole_to_the_last_fen(
        self, found: dict[int, tuple[int, int]], weights_bp: list[int], rate_bp: int
    ) -> None:
        figures = of(found, rate_bp=rate_bp)
        parts = parts_of(figures, weights_bp)
        assert sum(part.ledger_fen for part in parts) == figures.ledger_fen
        assert sum(part.base_fen for part in parts) == figures.base_fen
        assert sum(part.counted_fen for part in parts) == figures.counted_fen
        assert sum(part.shortfall_fen or 0 for part in parts) == figures.shortfall_fen

    def test_in_thirds(self) -> None:
        parts = parts_of(of({202501: (1_000, 200)}), [3_334, 3_333, 3_333])
        assert [part.base_fen for part in parts] == [334, 333, 333]
        assert [part.counted_fen for part in parts] == [67, 67, 66]
        assert [part.shortfall_fen for part in parts] == [0, 0, 0]

    def test_want_weights_that_are_whole(self) -> None:
        with pytest.raises(ValueError, match="10000"):
            parts_of(of({202501: (1, 1)}), [5_000, 4_999])

    def test_are_held_against_their_holders_own_rate(self) -> None:
        figures = of({202501: (1_000, 400)})
        assert (figures.meets, at_rate(figures, 5_000).meets) == (True, False)


class TestCoverage:
    """Worked by hand: what finance put its name to, of the base."""

    @pytest.mark.parametrize(
        ("months_", "attestations", "attested_base", "attested_bp"),
        [
            ({202505: (30_000, 0)}, [], 0, 0),
            ({202505: (30_000, 0)}, [attested(5, 30_000)], 30_000, 10_000),
            ({202505: (30_000, 0)}, [attested(5, 100_000)], 100_000, 10_000),
            ({202505: (30_000, 0), 202506: (10_000, 0)}, [attested(5, 30_000)], 30_000, 7_500),
            ({202505: (30_000, 0)}, [attested(5, 20_000)], 20_000, 6_666),
            ({202512: (10_000, 0), 202601: (-4_000, 0)}, [attested(12, 10_000)], 6_000, 10_000),
            ({}, [attested(5, 0)], 0, None),
        ],
    )
    def test_is_what_was_attested_of_the_base(
        self,
        months_: dict[int, tuple[int, int]],
        attestations: list[Attested],
        attested_base: int,
        attested_bp: int | None,
    ) -> None:
        coverage = coverage_of(of(months_, *attestations), [1, 2, 3, 4, 5], [2, 4])
        assert (coverage.attested_base_fen, coverage.attested_bp) == (attested_base, attested_bp)
        assert (coverage.due_months, coverage.due_months_attested) == (5, 3)


class TestDates:
    def test_a_month_falls_due_on_the_tenth_of_the_next(self) -> None:
        assert [due_on(2025, month) for month in (1, 2, 12)] == [
            date(2025, 2, 10),
            date(2025, 3, 10),
            date(2026, 1, 10),
        ]
        assert (month_end(2024, 2), month_end(2025, 12)) == (date(2024, 2, 29), date(2025, 12, 31))

    @pytest.mark.parametrize(
        ("happened_by", "known_on", "begun", "due"),
        [
            (date(2025, 6, 10), date(2025, 6, 10), date(2025, 1, 1), [1, 2, 3, 4]),
            (date(2025, 6, 11), date(2025, 6, 11), date(2025, 1, 1), [1, 2, 3, 4, 5]),
            (date(2025, 3, 31), date(2026, 2, 1), date(2025, 1, 1), [1, 2, 3]),
            (date(2025, 3, 30), date(2026, 2, 1), date(2025, 1, 1), [1, 2]),
            (date(2025, 6, 11), date(2025, 6, 11), date(2025, 4, 20), [4, 5]),
            (date(2024, 6, 11), date(2024, 6, 11), date(2025, 1, 1), []),
        ],
    )
    def test_only_months_that_are_over_and_past_the_tenth_are_due(
        self, happened_by: date, known_on: date, begun: date, due: list[int]
    ) -> None:
        forms = [Form(begun, CanteenKind.OWN, approved=False)]
        assert months_due(2025, forms, happened_by, known_on) == due
        assert missing_months(due, [attested(2, 0)]) == [month for month in due if month != 2]


class TestDuty:
    NONE = Form(date(2025, 1, 1), CanteenKind.NONE, approved=True)

    @pytest.mark.parametrize(
        ("forms", "duty"),
        [
            ([Form(date(2025, 1, 1), CanteenKind.OWN, False)], True),
            ([Form(date(2025, 1, 1), CanteenKind.SHARED, False)], True),
            ([NONE], False),
            ([Form(date(2025, 1, 1), CanteenKind.OUTSOURCED, False)], True),
            ([Form(date(2025, 1, 1), CanteenKind.OUTSOURCED, True)], False),
            ([Form(date(2024, 1, 1), CanteenKind.OWN, False), NONE], False),
            ([NONE, Form(date(2025, 5, 1), CanteenKind.OWN, False)], True),
            ([NONE, Form(date(2026, 1, 1), CanteenKind.OWN, False)], False),
            ([Form(date(2026, 1, 1), CanteenKind.OWN, False)], False),
            ([], False),
        ],
    )
    def test_is_of_whoever_cooked_on_any_day_of_the_year(self, forms: list[Form], duty: bool) -> None:
        assert has_duty(forms, 2025, YEAR_END) is duty
        assert has_duty(forms, 2025, YEAR_END, base_fen=1)


class TestStatus:
    @pytest.mark.parametrize(
        ("counted", "rate_bp", "duty", "missing", "closed", "status"),
        [
            (20, 2_000, True, [], False, Status.ON_PACE),
            (19, 2_000, True, [], False, Status.BEHIND),
            (20, 2_000, True, [], True, Status.MET),
            (19, 2_000, True, [], True, Status.MISSED),
            (99, 2_000, True, [5], False, Status.UNPROVEN),
            (99, 2_000, True, [5], True, Status.UNPROVEN),
            (0, 2_000, False, [5], False, Status.NO_DUTY),
            (50, None, True, [], False, Status.PREFERENCE),
        ],
    )
    def test_is_one(
        self, counted: int, rate_bp: int | None, duty: bool, missing: list[int], closed: bool, status: Status
    ) -> None:
        figures = of({202501: (100, counted)}, rate_bp=rate_bp)
        assert status_of(figures, duty=duty, missing=missing, closed=closed) is status

    def test_without_a_positive_base_there_is_nothing_to_judge(self) -> None:
        for closed in (False, True):
            assert status_of(of({}), duty=True, missing=[], closed=closed) is Status.NO_PURCHASES
