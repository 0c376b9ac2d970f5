"""Origin is the goods' own; of processed goods, where over half of the main ingredient comes from, or nothing."""

from typing import Any

import pytest

from services.catalog.domain.origin import is_processed, origin_of, origin_problems


def shares(*parts: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"county_code": code, "share_bp": bp} for code, bp in parts]


MOSTLY = shares(("430224", 5_001), ("430225", 4_999))
HALVES = shares(("430224", 5_000), ("430225", 5_000))


@pytest.mark.parametrize(
    ("item", "category", "processed"),
    [
        ("tofu", "vegetables", True),
        ("ginger", "vegetables", False),
        ("ginger", "processed", False),
        ("", "processed", True),
        ("", "vegetables", False),
        ("coaster", "handicraft", True),
    ],
)
def test_what_is_processed_is_told_by_the_item_or_else_by_the_category(
    item: str, category: str, processed: bool
) -> None:
    assert is_processed(item, category) is processed


@pytest.mark.parametrize(
    ("claimed", "given", "origin"),
    [
        ("430224", [], "430224"),
        ("", MOSTLY, "430224"),
        ("", HALVES, ""),
        ("", [], ""),
        ("", shares(("430224", 5_000)), ""),
        ("", shares(("430225", 10_000)), "430225"),
    ],
)
def test_half_of_an_ingredient_is_not_over_half(claimed: str, given: Any, origin: str) -> None:
    assert origin_of(claimed, given) == origin


@pytest.mark.parametrize(
    ("claimed", "given", "processed", "wrong"),
    [
        ("430224", [], False, []),
        ("", [], False, ["origin_county_code"]),
        ("", MOSTLY, False, ["origin_county_code"]),
        ("430200", [], False, ["origin_county_code"]),
        ("", [], True, []),
        ("", MOSTLY, True, []),
        ("430224", [], True, []),
        ("430224", MOSTLY, True, []),
        ("430225", MOSTLY, True, ["origin_county_code"]),
        ("430224", HALVES, True, ["origin_county_code"]),
    ],
)
def test_a_claim_agrees_with_the_shares(claimed: str, given: Any, processed: bool, wrong: list[str]) -> None:
    assert [one["field"] for one in origin_problems(claimed, given, processed=processed)] == wrong
