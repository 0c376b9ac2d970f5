"""In a market that is made up nine of ten that are planted are found, and nine of ten that are flagged were planted."""

import pytest

from tests.build.planted import (
    FRONTINGS,
    OUTLIERS,
    SEED,
    bases,
    found_frontings,
    found_outliers,
    prices,
)

ENOUGH = 0.9


@pytest.mark.parametrize("seed", [SEED, SEED + 1, SEED + 2])
def test_frontings_are_found(seed: int) -> None:
    found = found_frontings(bases(seed))
    assert found.planted == FRONTINGS
    assert found.precision >= ENOUGH, found
    assert found.recall >= ENOUGH, found


@pytest.mark.parametrize("seed", [SEED, SEED + 1])
def test_price_outliers_are_found(seed: int) -> None:
    found = found_outliers(prices(seed))
    assert found.planted == OUTLIERS
    assert found.precision >= ENOUGH, found
    assert found.recall >= ENOUGH, found
