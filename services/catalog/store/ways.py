"""Which way to a page is the shorter is told from how common its conditions are: along its order, or by its words.

Decision: a way is priced by the rows that it reads. Along an index of the page's order, so many as hold a page twice,
and each costs more where words are asked for, as they lie beside the row. By the index of words and tags, what its
conditions leave, and a little for each entry of their lists; a common condition is left out of that look, and asked of
each row, where its list costs more than the rows that it spares. Where many may fit they are gathered stretch after
stretch of the order (stretches.py).
Why: neither way alone is bounded: a rare mix lies at the end of the order, a common one is half the table. Left to the
planner, 51 counties and three common tags were one look into their lists, 0.2 s at a million listings.
Price: until every row has its steps (fold_again.py) what is common is gathered whole.
"""

from dataclasses import dataclass
from functools import reduce
from math import ceil, inf
from operator import mul

from services.catalog.domain.listings import PRICE_UNKNOWN
from services.catalog.store.conditions import BY_INDEX, ByRow, Filters, Place, Wanted, wanted
from services.catalog.store.frequencies import Known

GATHER_ROWS_MAX = 600
"""So few are gathered without a thought."""
WALK_COST_MAX = 1_500
"""So much is gone along the order, rather than to gather stretches of it."""
SPARE = 2
"""What fits may stand less densely along the order than in all: so many times as many rows are looked at."""
WORDS_COST, TAGS_COST = 15.0, 0.2
"""What it costs to ask a row for its words, or its tags; to read a row costs 1."""
POSTING_COST, MEETING_COST, PRICES_COST = 0.015, 0.012, 0.2
"""What an entry of the first list costs, of one that it meets, and of the index of prices."""
KEYS_DEAR = 8
"""So many values of which one is wanted double the cost of an entry."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """How to gather: what is asked of each row instead of an index, what it costs, and the rows it reads at most."""

    by_row: ByRow
    cost: float
    most: float


@dataclass(frozen=True, slots=True)
class Way:
    """How many rows of the order to look at first, 0 for none; how to gather what they leave short, and if whole."""

    looked_at: int
    gathering: Gathering
    whole: bool


def way_to(known: Known, filters: Filters, first: Filters, place: Place, limit: int) -> Way:
    """Choose the way to a page; `first` is what begins the index of its order."""
    gathering = gathered(known, filters, place)
    if gathering.most <= GATHER_ROWS_MAX:
        return Way(0, gathering, whole=True)
    along = likely(known, first, Place.ANYWHERE)
    rows = ceil(SPARE * limit * along / max(likely(known, filters, place), 1.0))
    cost = rows * (WORDS_COST if filters.words else 1.0)
    most = min(WALK_COST_MAX, gathering.cost) if known.stepped else gathering.cost
    return Way(rows if cost <= most else 0, gathering, whole=not known.stepped)


def likely(known: Known, filters: Filters, place: Place) -> float:
    """Tell how many rows fit if none of the conditions had to do with another."""
    parts = [part_of(known, one) for one in wanted(filters, place)]
    if filters.supplier_id is not None:
        parts.append(known.of("supplier_id").part(str(filters.supplier_id)))
    return known.rows * reduce(mul, parts, 1.0) * _priced(known, filters)


def _priced(known: Known, filters: Filters) -> float:
    if not filters.priced:
        return 1.0
    highest = PRICE_UNKNOWN - 1 if filters.price_to is None else filters.price_to
    return known.of("price_rank").between(filters.price_from or 0, highest)


def gathered(known: Known, filters: Filters, place: Place) -> Gathering:
    """Choose what is asked of the index of words and tags, rarest first; and whether prices are asked of theirs."""
    parts = sorted(((part_of(known, one), one) for one in wanted(filters, place)), key=lambda one: one[0])
    rows, priced = float(known.rows), _priced(known, filters)
    if filters.supplier_id is not None:
        rows *= known.of("supplier_id").part(str(filters.supplier_id))
    if not parts:
        return Gathering(BY_INDEX, rows * priced, rows * priced)
    most = rows = min(rows, known.rows * parts[0][0])
    cost, by_row = POSTING_COST * rows, []
    for part, one in parts[1:]:
        asking = rows * (TAGS_COST if one.column == "tags" else WORDS_COST)
        asking = inf if one.values in filters.steps else asking
        dear = 1 + len(one.values) / KEYS_DEAR if one.any_of else 1
        meeting = MEETING_COST * (rows + known.rows * part) * dear
        if asking + rows * (1 - part) > meeting:
            cost, rows = cost + meeting, rows * part
        else:
            cost += asking
            by_row.append(one)
    ranged = PRICES_COST * known.rows * priced
    if rows * (1 - priced) > ranged:
        return Gathering(ByRow(by_row), cost + ranged + rows * priced, most)
    return Gathering(ByRow(by_row, price=True), cost + rows, most)


def part_of(known: Known, one: Wanted) -> float:
    """Tell in which part of all rows these words or tags stand, at most."""
    column = known.of(one.column)
    if one.any_of:
        return column.any_of(one.values)
    return reduce(mul, (min(column.part(value) for value in word) for word in _joined(one.values)), 1.0)


def _joined(values: tuple[str, ...]) -> list[set[str]]:
    """Put pairs that may be of one word together, for they stand together: one ends as the other begins."""
    words: list[set[str]] = []
    for value in values:
        first = value[-2:][0]
        ones = [word for word in words if any(first == other[-1] or value[-1] == other[-2:][0] for other in word)]
        words = [word for word in words if word not in ones]
        words.append({value}.union(*ones))
    return words


def common(known: Known, filters: Filters) -> float:
    """Tell in which part of all rows the rarest of what is asked stands."""
    return min((part_of(known, one) for one in wanted(filters, Place.ANYWHERE)), default=1.0)
