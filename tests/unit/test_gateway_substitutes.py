"""As much of other goods as a line asks for is weighed, counted and rounded as it can be ordered."""

from typing import Any

import pytest

from gateway.usecases.find_substitutes import price_at, quantity_instead


def a_line(quantity: int, **other: Any) -> dict[str, Any]:
    return {"measure": "weight", "quantity": quantity, "piece_grams": None, **other}


def goods(**other: Any) -> dict[str, Any]:
    return {"measure": "weight", "piece_grams": None, "minimum_quantity": 500, "step_quantity": 500, **other}


class TestQuantityInstead:
    @pytest.mark.parametrize(
        ("line", "other", "quantity"),
        [
            (a_line(1_000), goods(), 1_000),
            (a_line(1_001), goods(), 1_500),
            (a_line(100), goods(), 500),
            (a_line(2_000), goods(minimum_quantity=300, step_quantity=400), 2_300),
            (a_line(1_900), goods(minimum_quantity=300, step_quantity=400), 1_900),
            (a_line(3, measure="piece", piece_grams=250), goods(), None),
            (a_line(1_000), goods(measure="piece", piece_grams=250), None),
            (a_line(3, measure="piece"), goods(measure="piece", piece_grams=250), None),
            (
                a_line(3, measure="piece", piece_grams=250),
                goods(measure="piece", piece_grams=200, minimum_quantity=1, step_quantity=1),
                4,
            ),
        ],
    )
    def test_is_as_much_as_the_line_and_no_less(
        self, line: dict[str, Any], other: dict[str, Any], quantity: int | None
    ) -> None:
        assert quantity_instead(line, other) == quantity


class TestPriceAt:
    @pytest.mark.parametrize(("quantity", "price_fen"), [(9_500, 680), (10_000, 650), (49_500, 650), (50_000, 600)])
    def test_is_that_of_the_tier_which_the_quantity_reaches(self, quantity: int, price_fen: int) -> None:
        tiers = [{"from_quantity": 10_000, "price_fen": 650}, {"from_quantity": 50_000, "price_fen": 600}]
        assert price_at(goods(price_fen=680, price_tiers=tiers), quantity) == price_fen

    def test_is_the_only_one_where_there_are_no_tiers(self) -> None:
        assert price_at(goods(price_fen=680, price_tiers=[]), 50_000) == 680
        assert price_at(goods(price_fen=680), 50_000) == 680
