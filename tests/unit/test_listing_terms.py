"""The terms of a listing hold together: tiers, items, areas of delivery, origins of an ingredient."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.domain.terms import (
    area_problems,
    certificate_problems,
    listed_item_problems,
    share_problems,
    tier_problems,
)
from services.catalog.usecases.list_categories import list_categories
from shared.ids import new_id
from shared.money import tier_price_fen
from shared.reference.categories import CATEGORIES
from shared.reference.items import items, likely_item


def tier(from_quantity: int, price_fen: int) -> dict[str, int]:
    return {"from_quantity": from_quantity, "price_fen": price_fen}


def of_tiers(*tiers: dict[str, int]) -> list[str]:
    """Name the fields that are wrong, of goods at 6.50 yuan from five kilograms on by the jin."""
    problems = tier_problems(tiers, price_fen=650, minimum_quantity=5_000, step_quantity=500)
    return [problem["field"] for problem in problems]


class TestTiers:
    @pytest.mark.parametrize(
        ("tiers", "wrong"),
        [
            ([], []),
            ([tier(5_500, 649)], []),
            ([tier(25_000, 600), tier(50_000, 520)], []),
            ([tier(5_000, 600)], ["price_tiers.0.from_quantity"]),
            ([tier(4_500, 600)], ["price_tiers.0.from_quantity"]),
            ([tier(25_100, 600)], ["price_tiers.0.from_quantity"]),
            ([tier(25_000, 650)], ["price_tiers.0.price_fen"]),
            ([tier(25_000, 700)], ["price_tiers.0.price_fen"]),
            ([tier(25_000, 600), tier(25_000, 590)], ["price_tiers.1.from_quantity"]),
            ([tier(50_000, 600), tier(25_000, 590)], ["price_tiers.1.from_quantity"]),
            ([tier(25_000, 600), tier(50_000, 600)], ["price_tiers.1.price_fen"]),
            ([tier(5_000, 650), tier(5_000, 650)], [f"price_tiers.{n}.{f}" for n in (0, 1) for f in tier(0, 0)]),
        ],
    )
    def test_begin_above_the_minimum_in_whole_steps_and_fall(self, tiers: list[Any], wrong: list[str]) -> None:
        assert of_tiers(*tiers) == wrong

    @given(
        st.lists(st.integers(1, 100), unique=True, min_size=1, max_size=5).map(sorted),
        st.integers(1, 200),
    )
    def test_that_are_taken_never_raise_a_price_with_the_quantity(self, steps: list[int], asked: int) -> None:
        tiers = [tier(5_000 + 500 * step, 650 - 10 * place) for place, step in enumerate(steps, 1)]
        assert of_tiers(*tiers) == []
        pairs = [(one["from_quantity"], one["price_fen"]) for one in tiers]
        quantity = 5_000 + 500 * asked
        assert tier_price_fen(quantity, 650, pairs) <= tier_price_fen(quantity - 500, 650, pairs)


class TestItems:
    @pytest.mark.parametrize(
        ("code", "category", "wrong"),
        [
            ("", "vegetables", []),
            ("ginger", "vegetables", []),
            ("ginger", "fruit", ["item_code"]),
            ("unobtainium", "vegetables", ["item_code"]),
            ("Ginger", "vegetables", ["item_code"]),
        ],
    )
    def test_are_of_the_list_and_of_the_category(self, code: str, category: str, wrong: list[str]) -> None:
        assert [problem["field"] for problem in listed_item_problems(code, category)] == wrong

    def test_stand_in_the_tree_each_once_below_the_categories_that_rules_name(self) -> None:
        tree = list_categories()["categories"]
        assert [category["code"] for category in tree] == list(CATEGORIES)
        below = [
            (item["code"], category["code"])
            for category in tree
            for one in category["subcategories"]
            for item in one["items"]
        ]
        assert sorted(below) == sorted((item.code, item.category) for item in items().values())
        assert all(category["subcategories"] for category in tree)

    def test_are_guessed_by_what_goods_are_called(self) -> None:
        guessed = likely_item("茶陵生姜", "vegetables")
        assert guessed is not None
        assert guessed.code == "ginger"


class TestAreas:
    def test_of_delivery_are_divisions_of_any_level_each_once(self) -> None:
        assert area_problems(["430000", "430200", "430224", "431271"]) == []
        wrong = [problem["field"] for problem in area_problems(["430224", "999999", "430224"])]
        assert wrong == ["delivery_areas.1", "delivery_areas.2"]

    def test_of_origin_are_counties_and_no_more_than_the_whole(self) -> None:
        def shares(*parts: tuple[str, int]) -> list[str]:
            given = [{"county_code": code, "share_bp": bp} for code, bp in parts]
            return [problem["field"] for problem in share_problems(given)]

        assert shares(("430224", 6_000), ("430225", 4_000)) == []
        assert shares(("430224", 6_000), ("430225", 4_001)) == ["origin_shares"]
        assert shares(("430200", 5_000)) == ["origin_shares.0.county_code"]
        assert shares(("430224", 5_000), ("430224", 5_000)) == ["origin_shares.1.county_code"]


def test_certificates_are_the_suppliers_own_and_named_once() -> None:
    one, other = new_id(), new_id()
    own = {one, other}
    assert certificate_problems([one, other], own) == []
    assert [problem["field"] for problem in certificate_problems([one, other, one], own)] == ["certificate_ids.2"]
    assert [problem["field"] for problem in certificate_problems([one, other], {other})] == ["certificate_ids.0"]
