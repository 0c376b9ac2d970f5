"""How much of what is planted in a made-up market is found, and how much of what is flagged was planted."""

from collections.abc import Iterator
from typing import Any

from tests.build.planted import BASES, PRICES, SEED, Found, bases, found_frontings, found_outliers, prices

SEEDS = 10


def measured() -> Iterator[tuple[str, float, dict[str, Any]]]:
    """Give precision and recall over ten made-up markets, each counted whole."""
    seeds = range(SEED, SEED + SEEDS)
    frontings = _together([found_frontings(bases(seed)) for seed in seeds])
    outliers = _together([found_outliers(prices(seed)) for seed in seeds])
    for name, found, of in (("frontings", frontings, BASES), ("prices", outliers, PRICES)):
        told = {"markets": SEEDS, "of": of * SEEDS, "planted": found.planted, "flagged": found.flagged}
        yield f"planted_{name}_precision", found.precision, {**told, "rightly": found.right}
        yield f"planted_{name}_recall", found.recall, {**told, "found": found.right}


def _together(found: list[Found]) -> Found:
    return Found(sum(one.planted for one in found), sum(one.flagged for one in found), sum(one.right for one in found))
