"""How many goods have a word, a tag or a price is known before a search is made, from what the database counted.

Decision: ANALYZE's figures (most common elements, bounds of prices) are read once a minute and kept.
Why: to ask the planner for each search was a round trip, and it multiplies the frequencies of the pairs of one word
as if they were strangers: 家庭农场 stands in every seventh row, and was expected in one of three hundred.
Price: figures may be a minute old, besides ANALYZE's own age. They choose the way alone, never what is found.
"""

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.catalog.domain.grams import STEPS_SINCE
from shared.db.unit_of_work import UnitOfWork

KEPT_FOR = timedelta(minutes=1)
ROW_BYTES = 350
PAGE_BYTES = 8192

_ROWS = """
SELECT c.reltuples::float8 AS rows, c.relpages, pg_relation_size(c.oid) AS bytes,
       NOT EXISTS (SELECT FROM on_sale WHERE folding BETWEEN 1 AND $1::int - 1) AS stepped
  FROM pg_class c WHERE c.oid = 'on_sale'::regclass"""
_FIGURES = """
SELECT s.attname AS name, s.n_distinct::float8 AS kinds, s.most_common_elems::text::text[] AS elements,
       s.most_common_elem_freqs::float8[] AS of_elements, s.most_common_vals::text::text[] AS values,
       s.most_common_freqs::float8[] AS of_values, s.histogram_bounds::text::text[] AS bounds
  FROM pg_stats s JOIN pg_class c ON c.oid = 'on_sale'::regclass
 WHERE s.tablename = c.relname AND s.schemaname = c.relnamespace::regnamespace::text
   AND s.attname IN ('grams', 'sounds', 'tags', 'supplier_id', 'price_rank')"""


@dataclass(frozen=True, slots=True)
class Column:
    """In which part of all rows each frequent value stands; none that is not named is more frequent than `rarest`."""

    parts: Mapping[str, float] = field(default_factory=dict)
    rarest: float = 1.0
    bounds: tuple[int, ...] = ()

    def part(self, value: str) -> float:
        return self.parts.get(value, self.rarest)

    def any_of(self, values: Iterable[str]) -> float:
        """Give at most which part has one of these; what is not named among them counts once."""
        parts = [self.parts.get(value) for value in values]
        unnamed = self.rarest if None in parts else 0.0
        return min(1.0, unnamed + sum(part for part in parts if part is not None))

    def between(self, lowest: int, highest: int) -> float:
        """Give which part lies in a range, by the bounds between which equally many lie."""
        if len(self.bounds) < 2:
            return 1.0
        steps = bisect_right(self.bounds, highest) - bisect_left(self.bounds, lowest) + 1
        return min(1.0, steps / (len(self.bounds) - 1))


UNKNOWN = Column()


@dataclass(frozen=True, slots=True)
class Known:
    """How many rows there are, and how common what stands in them is."""

    rows: int
    columns: Mapping[str, Column]
    stepped: bool = False
    """Whether every row has the tags of its steps."""

    def of(self, name: str) -> Column:
        return self.columns.get(name, UNKNOWN)


class Frequencies:
    """What is known, at most a minute old; who comes while it is read waits for it."""

    def __init__(self) -> None:
        self._reading = asyncio.Lock()
        self._known: tuple[datetime, Known] | None = None

    async def now(self, uow: UnitOfWork) -> Known:
        """Give what is known of the rows on sale."""
        async with self._reading:
            at = uow.clock.now()
            if self._known is None or not timedelta() <= at - self._known[0] < KEPT_FOR:
                self._known = at, await _read(uow)
            return self._known[1]


async def _read(uow: UnitOfWork) -> Known:
    [size] = await uow.statement(_ROWS, STEPS_SINCE)
    pages = size["bytes"] / PAGE_BYTES
    counted = size["relpages"] > 0 and size["rows"] >= 0
    rows = size["rows"] / size["relpages"] * pages if counted else size["bytes"] / ROW_BYTES
    return Known(int(rows), {row["name"]: _column(row, rows) for row in await uow.statement(_FIGURES)}, size["stepped"])


def _column(row: Mapping[str, Any], rows: float) -> Column:
    names, parts = row["elements"] or row["values"] or [], row["of_elements"] or row["of_values"] or []
    named = dict(zip(names, parts, strict=False))  # of elements, the least, the greatest and that of none stand behind
    if row["name"] == "supplier_id":
        kinds = -row["kinds"] * rows if row["kinds"] < 0 else row["kinds"]
        return Column(named, min(1.0, 1 / max(kinds, 1)))
    if row["name"] == "price_rank":
        return Column(bounds=tuple(int(bound) for bound in row["bounds"] or ()))
    return Column(named, min(named.values(), default=1.0))
