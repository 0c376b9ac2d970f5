"""What can plausibly be sold follows from the harvest, in every stretch of months, in whole grams."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.catalog.domain.capacity import (
    CAPACITY,
    MONTHS,
    CapacityState,
    Excess,
    Extent,
    Lot,
    capacity_problems,
    greatest_excess,
    harvest_of,
    is_beyond,
    lots_of_excess,
    overused,
)
from services.catalog.domain.sold import per_kg_fen_of
from shared.contracts.words import Measure
from shared.states import WrongState

ONE, TWO = UUID(int=1), UUID(int=2)
F, R, C, X = CapacityState.FILED, CapacityState.RETURNED, CapacityState.CONFIRMED, CapacityState.REPLACED


class TestHarvest:
    def test_is_spread_evenly_over_its_months(self) -> None:
        harvest = harvest_of(6_667, 3_000, [9, 10, 11], 4)
        assert harvest.yearly_grams == 20_001_000
        assert harvest.by_month == (0,) * 8 + (6_667_000,) * 3 + (0,)

    def test_gives_what_does_not_divide_to_the_first_months(self) -> None:
        assert harvest_of(1, 11, [3, 1, 2], 0).by_month[:4] == (4, 4, 3, 0)

    def test_is_sold_while_it_keeps_and_over_the_end_of_the_year(self) -> None:
        harvest = harvest_of(1, 300, [9, 10, 11], 2)
        assert harvest.monthly_grams == [100, 0, 0, 0, 0, 0, 0, 0, 100, 200, 300, 200]

    def test_without_keeping_is_sold_in_its_month_alone(self) -> None:
        assert harvest_of(1, 120, [6], 0).monthly_grams == [0] * 5 + [120] + [0] * 6

    @given(st.integers(1, 10**6), st.integers(1, 10**5), st.sets(st.integers(1, 12), min_size=1), st.integers(0, 12))
    @settings(deadline=None, max_examples=60)
    def test_no_stretch_brings_more_than_the_year_and_the_year_brings_all(
        self, extent: int, grams: int, months: set[int], keeps: int
    ) -> None:
        harvest = harvest_of(extent, grams, months, keeps)
        assert harvest.yearly_grams == extent * grams == harvest.within(1, 12)
        for first in range(1, 13):
            brought = [harvest.within(first, last) for last in range(first, 13)]
            assert brought == sorted(brought)
            assert brought[-1] <= harvest.yearly_grams


class TestExcess:
    def test_is_no_matter_up_to_ten_percent(self) -> None:
        assert not is_beyond(1_100, 1_000)
        assert is_beyond(1_101, 1_000)
        assert not is_beyond(0, 0)
        assert is_beyond(1, 0)

    def test_of_a_year_is_found(self) -> None:
        harvest = harvest_of(1, 1_200, range(1, 13), 0)
        assert greatest_excess(harvest, [110] * 12) is None
        assert greatest_excess(harvest, [111] * 12) == Excess(1, 12, 1_200, 1_332)

    def test_of_a_month_is_found_although_the_year_is_within(self) -> None:
        harvest = harvest_of(1, 1_200, range(1, 13), 0)
        assert greatest_excess(harvest, [0, 0, 500, *[0] * 9]) == Excess(3, 3, 100, 500)

    def test_out_of_season_is_found(self) -> None:
        harvest = harvest_of(1, 900, [9, 10, 11], 1)
        assert greatest_excess(harvest, [0, 0, 0, 0, 50, *[0] * 7]) == Excess(1, 8, 0, 50)

    @given(
        st.sets(st.integers(1, 12), min_size=1),
        st.integers(0, 12),
        st.integers(0, 3_000),
        st.lists(st.integers(0, 12), min_size=12, max_size=12),
    )
    @settings(deadline=None, max_examples=60)
    def test_whoever_sells_what_was_harvested_while_it_keeps_is_never_flagged(
        self, months: set[int], keeps: int, grams: int, waits: list[int]
    ) -> None:
        harvest = harvest_of(1, grams + 1, months, keeps)
        sold = [0] * MONTHS
        for month, brought in enumerate(harvest.by_month):
            sold[(month + min(waits[month], keeps)) % MONTHS] += brought
        assert greatest_excess(harvest, sold) is None

    def test_names_the_latest_lots_that_make_it_up(self) -> None:
        lots = [Lot(UUID(int=n), ONE, month, 100) for n, month in enumerate((3, 4, 4, 5, 6), start=1)]
        lots.insert(3, Lot(UUID(int=9), TWO, 4, 0))
        named = lots_of_excess(Excess(3, 5, 250, 400), lots)
        assert [lot.acceptance_id.int for lot in named] == [4, 3]

    def test_that_was_sold_elsewhere_names_no_lot(self) -> None:
        assert lots_of_excess(Excess(1, 12, 100, 900), []) == []


class TestTerms:
    def test_are_bounded(self) -> None:
        assert capacity_problems(10, 10, [1, 2], Extent.AREA) == []
        fields = [p["field"] for p in capacity_problems(10**9 + 1, 10**9, [1, 1], Extent.AREA)]
        assert fields == ["harvest_months", "yield_grams", "uses"]

    def test_a_plot_has_room_for_two_crops_of_two_seasons_and_not_of_one(self) -> None:
        assert overused({ONE: 100}, [(ONE, 100, [6]), (ONE, 100, [10, 11])]) == []
        assert overused({ONE: 100, TWO: 50}, [(ONE, 60, [6, 7]), (ONE, 41, [7]), (TWO, 50, [7])]) == [ONE]

    @pytest.mark.parametrize(
        ("measure", "quantity", "grams", "unit", "price", "per_kg"),
        [
            (Measure.WEIGHT, 5_000, 5_000, 500, 650, 1_300),
            (Measure.WEIGHT, -500, -500, 1_000, 333, 333),
            (Measure.PIECE, 10, 15_000, 1, 900, 600),
            (Measure.PIECE, -2, -3_000, 1, 900, 600),
            (Measure.PIECE, 10, 0, 1, 900, None),
            (Measure.PIECE, 0, 0, 1, 900, None),
        ],
    )
    def test_a_kilogram_has_one_price(
        self, measure: Measure, quantity: int, grams: int, unit: int, price: int, per_kg: int | None
    ) -> None:
        assert per_kg_fen_of(measure, quantity, grams, unit, price) == per_kg


class TestSquare:
    """The whole square of states and verbs of a declared capacity."""

    OPEN = {("amend", F): F, ("amend", R): F, ("confirm", F): C, ("return", F): R, ("replace", C): X}

    @pytest.mark.parametrize("state", CapacityState)
    @pytest.mark.parametrize("verb", CAPACITY.edges)
    def test_every_step_leads_where_it_is_drawn_or_nowhere(self, verb: str, state: CapacityState) -> None:
        if (verb, state) in self.OPEN:
            assert CAPACITY.check(state, verb) is self.OPEN[verb, state]
        else:
            with pytest.raises(WrongState):
                CAPACITY.check(state, verb)
