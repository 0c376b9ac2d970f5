"""What the demo draws depends on what it is drawn for and on nothing else, so that two loadings are the same demo."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

SEED = "zhucai-demo-1"
T = TypeVar("T")


def draw(*facts: object) -> int:
    """Draw a number below 2^64 for these facts."""
    text = "\x1f".join((SEED, *(str(fact) for fact in facts)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def between(low: int, high: int, *facts: object) -> int:
    """Draw a whole number from `low` to `high`, both included."""
    return low + draw(*facts) % (high - low + 1)


def chance(percent: int, *facts: object) -> bool:
    """Tell whether something that happens so often out of a hundred happens here."""
    return draw(*facts) % 100 < percent


def pick(options: Sequence[T], *facts: object) -> T:
    """Draw one of these."""
    return options[draw(*facts) % len(options)]


def shuffled(options: Sequence[T], *facts: object) -> list[T]:
    """Put these in a drawn order."""
    order = sorted(range(len(options)), key=lambda place: draw(*facts, "shuffled", place))
    return [options[place] for place in order]
