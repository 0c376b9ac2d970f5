"""A price is near what an officer saw or jumps, and a change made without knowing the newest price is taken or not."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.domain.listings import is_above
from services.catalog.domain.prices import Prices, is_jump, knows_enough, made_ms
from shared.ids import new_id
from tests.build.prices import an_id_made_at

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class TestJump:
    @pytest.mark.parametrize(
        ("reviewed", "now", "jumps"),
        [
            (1_000, 1_150, False),
            (1_000, 1_151, True),
            (1_000, 850, False),
            (1_000, 849, True),
            (1, 1, False),
            (1, 2, True),
            (650, 747, False),
            (650, 748, True),
        ],
    )
    def test_is_over_fifteen_percent_either_way(self, reviewed: int, now: int, jumps: bool) -> None:
        assert is_jump(Prices(reviewed), Prices(now)) is jumps

    @pytest.mark.parametrize(
        ("reviewed", "now", "jumps"),
        [
            ((), ((50, 850),), False),
            ((), ((50, 849),), True),
            (((50, 900),), (), False),
            (((50, 800),), (), True),
            (((50, 900),), ((50, 1_000), (100, 950)), False),
            (((50, 900),), ((10, 760),), True),
            (((50, 900), (100, 800)), ((50, 900), (100, 930)), True),
        ],
    )
    def test_is_found_at_any_quantity(
        self, reviewed: tuple[tuple[int, int], ...], now: tuple[tuple[int, int], ...], jumps: bool
    ) -> None:
        assert is_jump(Prices(1_000, reviewed), Prices(1_000, now)) is jumps

    @given(st.integers(1, 10**8), st.lists(st.integers(1, 10**8), max_size=5))
    def test_is_nothing_where_nothing_changed(self, price: int, falls: list[int]) -> None:
        tiers = tuple((place, fen) for place, fen in enumerate(falls, 1))
        assert not is_jump(Prices(price, tiers), Prices(price, tiers))


class TestKnowsEnough:
    @pytest.mark.parametrize(
        ("seen", "made", "newest", "since", "enough"),
        [
            (3, 0, 3, [], True),
            (3, 100, 4, [(4, 99)], True),
            (3, 100, 4, [(4, 100)], False),
            (3, 100, 4, [(4, 101)], False),
            (3, 100, 5, [(4, 50), (5, 99)], True),
            (3, 100, 5, [(4, 50), (5, 200)], False),
            (3, 100, 5, [(4, 200), (5, 50)], False),
            (3, 100, 5, [(5, 50)], False),
            (3, 100, 5, [], False),
            (6, 100, 5, [], False),
            (6, 100, 5, [(6, 1)], False),
        ],
    )
    def test_knows_the_newest_or_only_older_prices_came_since(
        self, seen: int, made: int, newest: int, since: list[tuple[int, int]], enough: bool
    ) -> None:
        assert knows_enough(seen, made, newest, since) is enough


class TestMade:
    def test_is_told_by_the_id(self) -> None:
        assert made_ms(an_id_made_at(NOON)) == int(NOON.timestamp() * 1000)
        assert made_ms(new_id()) is not None

    @pytest.mark.parametrize(
        "other",
        ["00000000-0000-0000-0000-000000000000", "c232ab00-9414-4ec8-b3c8-9f6bdeced846", "f" * 32],
    )
    def test_is_not_told_by_any_other_id(self, other: str) -> None:
        assert made_ms(UUID(other)) is None


@pytest.mark.parametrize(
    ("paths", "unit_path", "above"),
    [
        (["/4/42/"], "/4/42/422/", True),
        (["/4/42/422/"], "/4/42/422/", False),
        (["/4/42/422/", "/4/"], "/4/42/422/", True),
        (["/4/"], "/4/", True),
        (["/4/41/", ""], "/4/42/", False),
        ([], "/4/", False),
    ],
)
def test_above_is_a_level_up_and_the_topmost_itself(paths: list[str], unit_path: str, above: bool) -> None:
    assert is_above(paths, unit_path) is above
