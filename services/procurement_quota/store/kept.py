"""Rows and tables of units' statements are kept in memory with the revision that they were computed at.

Decision: each program keeps them for itself, beside its `ReferenceCache`, and asks the database for revisions alone.
Why: a province's table is 3 MB of JSON of 5,000 canteens; read from a table of the database, a row for each canteen, it
took 100 ms and more, of which the database spent most on moving rows.
Price: a program that has just started computes a table once. What is kept goes with the connections that it was read
through (`forget`): a database that was set back, or lost its last commits, might count the same revision twice.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from services.procurement_quota.store.canteens import Canteen

CANTEENS_MAX = 20_000
"""Of how many canteens, counted once for each rule and year, the rows are kept: some 2 kB each."""

K = TypeVar("K")
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """Keeps what was used last, up to a weight in all; what came last stays, whatever it weighs."""

    def __init__(self, weight_max: int) -> None:
        self._max = weight_max
        self._held: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._weight = 0

    def get(self, key: K) -> V | None:
        found = self._held.get(key)
        if found is None:
            return None
        self._held.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V, weight: int) -> None:
        _, before = self._held.pop(key, (None, 0))
        self._held[key] = value, weight
        self._weight += weight - before
        while self._weight > self._max and len(self._held) > 1:
            _, (_, gone) = self._held.popitem(last=False)
            self._weight -= gone

    def clear(self) -> None:
        self._held.clear()
        self._weight = 0

    def __len__(self) -> int:
        return len(self._held)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a unit's statement: what is summed above it, and the row as JSON."""

    unit_path: str
    statuses: tuple[str, str]
    sums: tuple[int, ...]
    written: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """What was computed in a snapshot that saw a revision, and the days on which it holds."""

    revision: int
    since: date
    until: date
    """The first later day on which it may read otherwise."""

    def holds(self, revision: int, day: date) -> bool:
        return self.revision == revision and self.since <= day < self.until


@dataclass(frozen=True, slots=True)
class KeptRows(Kept):
    """A canteen's rows: one for each that bears its share."""

    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class KeptTable(Kept):
    """What a unit's statement adds to its heading, and the canteens that it is about."""

    sums: dict[str, Any]
    canteens: Sequence[Canteen]
    rows: bytes
    units: bytes
    """The canteens' rows, and the units directly below, each as a JSON list."""


OfYear = tuple[str, int]
"""A rule's code, and a year."""


@dataclass
class KeptTables:
    """What one program keeps."""

    tables: Bounded[tuple[OfYear, str], KeptTable] = field(default_factory=lambda: Bounded(CANTEENS_MAX))
    """By rule and year, and the unit's path."""
    rows: Bounded[OfYear, dict[UUID, KeptRows]] = field(default_factory=lambda: Bounded(CANTEENS_MAX))
    listed: Bounded[str, tuple[int, Sequence[Canteen]]] = field(default_factory=lambda: Bounded(CANTEENS_MAX))
    """By the unit's path, the canteens of its subtree and the revision of the listing."""
    _turns: WeakValueDictionary[OfYear, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def turn(self, of_year: OfYear) -> asyncio.Lock:
        """Give the lock under which one reader computes and the others wait for what it keeps."""
        return self._turns.setdefault(of_year, asyncio.Lock())

    def forget(self) -> None:
        """Keep nothing any more."""
        for one in (self.tables, self.rows, self.listed):
            one.clear()
