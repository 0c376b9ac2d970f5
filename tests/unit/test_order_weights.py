"""Whatever is accepted, returned and credited, in whatever order, the sums are right to the fen."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.order.domain.weights import Kept, grams_of, obeys_step, packed_max, to_authorise_fen
from shared.contracts.words import Measure
from shared.money import line_amount_fen

quantities = st.integers(0, 10**9)
prices = st.integers(0, 10**7)
units = st.sampled_from([1, 2, 3, 250, 500, 1_000]) | st.integers(1, 10**5)


@st.composite
def lines(draw: st.DrawFn) -> Kept:
    return Kept(draw(quantities), draw(prices), draw(units))


steps = st.lists(st.tuples(st.sampled_from(["return", "credit"]), st.integers(0, 10_000)), max_size=12)


def walked(start: Kept, taken: list[tuple[str, int]]) -> list[Kept]:
    """Take the steps, each a share of what is there in ten-thousandths."""
    chain = [start]
    for kind, share in taken:
        now = chain[-1]
        chain.append(
            now.less(now.quantity * share // 10_000)
            if kind == "return"
            else now.credited(now.net_fen * share // 10_000)
        )
    return chain


class TestAnySequenceOfReturnsAndCredits:
    @given(lines(), steps)
    def test_sums_to_what_is_kept(self, start: Kept, taken: list[tuple[str, int]]) -> None:
        chain = walked(start, taken)
        booked = [after.net_fen - before.net_fen for before, after in itertools.pairwise(chain)]
        assert start.net_fen + sum(booked) == chain[-1].net_fen

    @given(lines(), steps)
    def test_never_raises_what_is_owed_nor_sinks_below_nothing(self, start: Kept, taken: list[tuple[str, int]]) -> None:
        chain = walked(start, taken)
        for before, after in itertools.pairwise(chain):
            assert 0 <= after.net_fen <= before.net_fen
            assert 0 <= after.credited_fen <= after.gross_fen
            assert after.gross_fen == line_amount_fen(after.quantity, start.price_fen, start.unit_quantity)

    @given(lines(), steps)
    def test_nets_to_exactly_nothing_when_all_goes_back(self, start: Kept, taken: list[tuple[str, int]]) -> None:
        last = walked(start, taken)[-1]
        gone = last.less(last.quantity)
        assert (gone.net_fen, gone.gross_fen, gone.credited_fen) == (0, 0, 0)

    @given(lines(), st.lists(st.integers(0, 10_000), max_size=8))
    def test_without_credits_depends_on_no_order(self, start: Kept, shares: list[int]) -> None:
        last = walked(start, [("return", share) for share in shares])[-1]
        assert last.net_fen == line_amount_fen(last.quantity, start.price_fen, start.unit_quantity)


class TestKept:
    def test_a_credit_goes_back_with_its_goods(self) -> None:
        accepted = Kept(10_000, 650, 500)
        assert accepted.net_fen == 13_000
        credited = accepted.credited(1_000)
        assert credited.net_fen == 12_000
        half = credited.less(5_000)
        assert (half.gross_fen, half.credited_fen, half.net_fen) == (6_500, 500, 6_000)

    def test_a_return_of_goods_that_cost_nothing_any_more_raises_nothing(self) -> None:
        free = Kept(3, 5, 10).credited(2)
        assert free.net_fen == 0
        assert free.less(1).net_fen == 0

    @pytest.mark.parametrize("quantity", [-1, 10_001])
    def test_no_more_goes_back_than_is_kept(self, quantity: int) -> None:
        with pytest.raises(ValueError, match="was kept"):
            Kept(10_000, 650, 500).less(quantity)

    @pytest.mark.parametrize("amount_fen", [-1, 13_001])
    def test_no_more_is_credited_than_it_costs(self, amount_fen: int) -> None:
        with pytest.raises(ValueError, match="at most"):
            Kept(10_000, 650, 500).credited(amount_fen)


class TestPacking:
    def test_goods_by_weight_have_a_tolerance_and_pieces_none(self) -> None:
        assert packed_max(10_001, Measure.WEIGHT, 1_000) == 11_001
        assert packed_max(10_001, Measure.PIECE, 1_000) == 10_001

    @given(quantities, prices, units, st.integers(0, 3_000), st.integers(0, 10_000))
    def test_a_card_holds_whatever_may_be_packed(
        self, quantity: int, price_fen: int, unit: int, bp: int, share: int
    ) -> None:
        most = packed_max(quantity, Measure.WEIGHT, bp)
        held = to_authorise_fen([(most, price_fen, unit)])
        assert line_amount_fen(most * share // 10_000, price_fen, unit) <= held


def test_grams_of_pieces_are_known_only_by_their_net_weight() -> None:
    assert grams_of(-2_500, Measure.WEIGHT, None) == -2_500
    assert grams_of(-3, Measure.PIECE, 600) == -1_800
    assert grams_of(3, Measure.PIECE, None) == 0


@pytest.mark.parametrize(
    ("quantity", "obeys"), [(1_000, True), (1_500, True), (999, False), (1_250, False), (0, False)]
)
def test_a_quantity_is_the_minimum_or_whole_steps_above(quantity: int, obeys: bool) -> None:
    assert obeys_step(quantity, 1_000, 500) is obeys
