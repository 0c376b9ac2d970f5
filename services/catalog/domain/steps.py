"""It is known in which step of an order goods stand, so that a page is gathered from a few steps of a long order.

Decision: prices rise by steps of some 0.3 % (of each doubling 256), times by steps of a day and a half; the step of a
row is a tag of it. Where words were ever on sale is kept by stairs of eight steps of prices.
Why: an order cut at fixed places is cut the same in ten years' time, and a step never has to be split.
Price: goods that all cost the same, or came in one great import, are one step, and are gathered whole.
"""

from services.catalog.domain.listings import PRICE_UNKNOWN

PRICE_STEP, NEWEST_STEP = "p:", "n:"
PRICE_STEPS_KNOWN = 4_096
"""So many steps prices have; as many more those of goods whose weight is unknown."""
STEPS_OF_A_STAIR = 8
STAIRS_MAX = 2 * PRICE_STEPS_KNOWN // STEPS_OF_A_STAIR
_EXACT_BITS = 8
NEWEST_STEP_BITS = 37
"""A step of time is so many bits of microseconds, 38 hours."""


def price_step(rank: int) -> int:
    """Tell in which step of prices a rank stands; the dearest of all share one."""
    if rank >= PRICE_UNKNOWN:
        return PRICE_STEPS_KNOWN + _step(rank - PRICE_UNKNOWN)
    return _step(rank)


def price_floor(step: int) -> int:
    """Give the lowest rank of a step."""
    if step >= PRICE_STEPS_KNOWN:
        return PRICE_UNKNOWN + _floor(step - PRICE_STEPS_KNOWN)
    return _floor(step)


def stair_of(rank: int) -> int:
    """Tell on which stair a rank stands."""
    return price_step(rank) // STEPS_OF_A_STAIR


def newest_step(published_us: int) -> int:
    """Tell in which step of time something was published."""
    return published_us >> NEWEST_STEP_BITS


def newest_floor(step: int) -> int:
    """Give the first microsecond of a step."""
    return step << NEWEST_STEP_BITS


def _step(value: int) -> int:
    """Count each number below 512 as a step, and 256 in each doubling above; whole numbers only."""
    doublings = max(value.bit_length() - _EXACT_BITS - 1, 0)
    return min((doublings << _EXACT_BITS) + (value >> doublings), PRICE_STEPS_KNOWN - 1)


def _floor(step: int) -> int:
    doublings = max((step >> _EXACT_BITS) - 1, 0)
    return (step - (doublings << _EXACT_BITS)) << doublings
