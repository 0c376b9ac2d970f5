"""What may fit in many places is looked for stretch after stretch of the order, each as long as a page may need.

Decision: the index of words and tags is asked for the tags of some steps of the order beside all else, so a look reads
what fits in them alone. Prices are asked for on those stairs only where all words were ever on sale (word_stairs.py),
times from the newest on. A look that finds too much is made shorter; one that finds far too little is followed by one
at all the rest, as the words then have to do with each other.
Why: at a million goods 41,000 are called potatoes, and the 25 cheapest of them, or newest, lie in one step or two.
Price: two round trips or three for a page, and a millisecond for each look.
"""

from dataclasses import dataclass, replace
from math import ceil
from uuid import UUID

from services.catalog.domain.listings import PRICE_UNKNOWN
from services.catalog.domain.steps import (
    NEWEST_STEP,
    PRICE_STEP,
    STAIRS_MAX,
    STEPS_OF_A_STAIR,
    newest_floor,
    newest_step,
    price_floor,
    price_step,
)
from services.catalog.store import word_stairs
from services.catalog.store.conditions import Filters, Place, wanted
from services.catalog.store.frequencies import Known
from services.catalog.store.ways import SPARE, likely
from shared.db.unit_of_work import UnitOfWork

Keys = tuple[int, UUID]
STRETCH_ROWS_MAX = 400
"""A look that finds more is made shorter."""
STEPS_AT_ONCE_MAX = 48
"""Of more steps all that are left are looked through, without their tags."""
FAR_TOO_LITTLE, TOLD_BY_STEPS = 4, 8
"""So many times less than expected, in so many steps."""
PRICES_AT_ONCE_MAX = 128
"""A range of more steps of prices is asked of each row."""
LOWEST, HIGHEST = UUID(int=0), UUID(int=2**128 - 1)
_ENDS = """
SELECT (SELECT max(published_us) FROM on_sale WHERE available) AS last,
       (SELECT min(published_us) FROM on_sale WHERE available) AS first"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is looked for, behind which keys, and whether it is a single step."""

    narrowed: Filters
    after: Keys
    single: bool


class Stretches:
    """The steps of an order that may have what fits, from the first of a page on."""

    def __init__(
        self, filters: Filters, mark: str, steps: list[int], after: Keys | None, each: float, limit: int
    ) -> None:
        self._filters, self._mark, self._after, self._steps, self._each = filters, mark, after, steps, each
        self._whole = each * len(steps) <= STRETCH_ROWS_MAX
        self._most, self._looked_at, self._found = STEPS_AT_ONCE_MAX, 0, 0
        self._taken = max(1, ceil(min(SPARE * limit / max(each, 1e-6), STEPS_AT_ONCE_MAX)))

    def next(self) -> Stretch | None:
        """Give where to look now; None when there are no steps left."""
        if not self._steps:
            return None
        if self._whole:
            return Stretch(self._filters, self._begin(), single=False)
        tags = tuple(f"{self._mark}{step}" for step in self._steps[: self._taken])
        narrowed = replace(self._filters, steps=(*self._filters.steps, tags))
        return Stretch(narrowed, self._begin(), single=len(tags) == 1)

    def shorten(self) -> None:
        """Look at less: at a few steps instead of all the rest, then at a quarter of them; and at no more again."""
        if self._whole:
            self._whole, self._each = False, 0.0
        else:
            self._most = self._taken = max(1, min(self._taken, len(self._steps)) // 4)

    def done(self, found: int, left: int) -> None:
        """Go on behind what was looked at, by as many steps as are likely to have what is still wanted."""
        looked_at = len(self._steps) if self._whole else len(self._steps[: self._taken])
        del self._steps[:looked_at]
        self._looked_at, self._found = self._looked_at + looked_at, self._found + found
        steps = ceil(SPARE * left * looked_at / found) if found else 2 * looked_at
        self._taken = max(1, min(steps, 2 * looked_at, self._most))
        little = self._found * FAR_TOO_LITTLE < self._each * self._looked_at
        self._whole = self._looked_at >= TOLD_BY_STEPS and little

    def _begin(self) -> Keys:
        step = self._steps[0]
        if self._mark == PRICE_STEP:
            begin = (price_floor(step) - 1, HIGHEST)
            return begin if self._after is None else max(begin, self._after)
        begin = (newest_floor(step + 1), LOWEST)
        return begin if self._after is None else min(begin, self._after)


async def by_price(
    uow: UnitOfWork, known: Known, filters: Filters, after: Keys | None, place: Place, limit: int
) -> Stretches:
    """Give the steps of prices in which all that is asked for may be on sale, cheap first."""
    stairs = await _stairs(uow, filters, place)
    at_any_price = replace(filters, price_from=None, price_to=None)
    each = likely(known, at_any_price, place) / max(len(stairs) * STEPS_OF_A_STAIR, 1)
    lowest = 0 if after is None else price_step(after[0])
    steps = [step for step in _in_range(stairs, filters) if step >= lowest]
    return Stretches(filters, PRICE_STEP, steps, after, each, limit)


async def by_time(
    uow: UnitOfWork, known: Known, filters: Filters, after: Keys | None, place: Place, limit: int
) -> Stretches:
    """Give all steps of time, the newest first; where few prices are left to ask for, by their steps too."""
    [ends] = await uow.statement(_ENDS)
    prices = _in_range(await _stairs(uow, filters, place), filters) if filters.priced else None
    if ends["last"] is None or prices == []:
        return Stretches(filters, NEWEST_STEP, [], after, 0.0, limit)
    first, last = newest_step(ends["first"]), newest_step(ends["last"])
    each = likely(known, filters, place) / (last - first + 1)
    if after is not None:
        last = min(last, newest_step(after[0]))
    if prices is not None and len(prices) <= PRICES_AT_ONCE_MAX:
        filters = replace(filters, steps=(tuple(f"{PRICE_STEP}{step}" for step in prices),))
    return Stretches(filters, NEWEST_STEP, list(range(last, first - 1, -1)), after, each, limit)


async def _stairs(uow: UnitOfWork, filters: Filters, place: Place) -> list[int]:
    asked = wanted(filters, place)
    return await word_stairs.price_stairs(uow, asked) if asked else list(range(STAIRS_MAX))


def _in_range(stairs: list[int], filters: Filters) -> list[int]:
    """Give the steps of these stairs that a range of prices leaves."""
    steps = [step for stair in stairs for step in range(stair * STEPS_OF_A_STAIR, (stair + 1) * STEPS_OF_A_STAIR)]
    if not filters.priced:
        return steps
    highest = PRICE_UNKNOWN - 1 if filters.price_to is None else min(filters.price_to, PRICE_UNKNOWN - 1)
    lowest_step, highest_step = price_step(filters.price_from or 0), price_step(highest)
    return [step for step in steps if lowest_step <= step <= highest_step]
