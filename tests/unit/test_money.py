"""Money, weight and shares are whole, and nothing is lost in a division."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.money import Money, line_amount_fen, meets, required_fen, share_bp, step_amount_fen

fen = st.integers(-(10**12), 10**12)
weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=8).filter(lambda ws: sum(ws) > 0)


class TestLineAmount:
    def test_one_jin_at_the_price_of_a_jin(self) -> None:
        assert line_amount_fen(500, 380, 500) == 380

    def test_half_a_fen_goes_up(self) -> None:
        assert line_amount_fen(250, 3, 500) == 2

    def test_less_than_half_goes_down(self) -> None:
        assert line_amount_fen(249, 3, 500) == 1

    def test_refuses_a_unit_without_a_size(self) -> None:
        with pytest.raises(ValueError, match="a unit has a size"):
            line_amount_fen(1, 1, 0)

    @given(st.lists(st.integers(0, 10**7), min_size=1, max_size=6), st.integers(0, 10**6), st.integers(1, 10**5))
    def test_the_steps_of_any_path_sum_to_its_end(self, path: list[int], price: int, unit: int) -> None:
        steps = [step_amount_fen(a, b, price, unit) for a, b in zip([0, *path], path, strict=False)]
        assert sum(steps) == line_amount_fen(path[-1], price, unit)


class TestShare:
    def test_exactly_on_the_line_is_met(self) -> None:
        assert meets(20_00, 100_00, 2000)

    def test_one_fen_below_is_not(self) -> None:
        assert not meets(19_99, 100_00, 2000)

    def test_is_shown_rounded_down(self) -> None:
        assert share_bp(199_999, 1_000_000) == 1999

    def test_has_no_percentage_without_a_base(self) -> None:
        assert share_bp(0, 0) is None

    @given(st.integers(1, 10**12), st.integers(1, 10_000))
    def test_the_required_amount_meets_and_one_fen_less_does_not(self, base: int, rate: int) -> None:
        least = required_fen(base, rate)
        assert meets(least, base, rate)
        assert not meets(least - 1, base, rate)


class TestSplit:
    def test_ten_yuan_in_three(self) -> None:
        assert Money(1000).split([1, 1, 1]) == [Money(334), Money(333), Money(333)]

    @given(fen, weights)
    def test_loses_nothing(self, amount: int, shares: list[int]) -> None:
        assert sum(part.fen for part in Money(amount).split(shares)) == amount

    @given(fen, weights)
    def test_a_return_takes_back_what_the_purchase_gave(self, amount: int, shares: list[int]) -> None:
        given_, back = Money(amount).split(shares), Money(-amount).split(shares)
        assert [a + b for a, b in zip(given_, back, strict=True)] == [Money(0)] * len(shares)

    @pytest.mark.parametrize("bad", [[], [0, 0], [1, -1]])
    def test_refuses_weights_that_share_nothing(self, bad: list[int]) -> None:
        with pytest.raises(ValueError, match="weights"):
            Money(1).split(bad)
