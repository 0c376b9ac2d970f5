"""What anyone may ask as often as they like is read at most once a minute, and anew once this program changed it.

Decision: a reading is kept in the program, and all are dropped with every commit by which it says something, as each
publication, withdrawal and suspension does; what is said to nobody drops its own kind. Why: to count a table of a
million rows for every asker is a way to stop the program. Price: what another program changed shows a minute later.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from shared.clock import Clock

T = TypeVar("T")
KEPT_FOR = timedelta(seconds=60)


class Kind(StrEnum):
    """What is kept; it is the same for whoever asks, in whatever language."""

    MARK = "mark"
    SITEMAP = "sitemap"
    SITEMAP_PART = "sitemap part"
    FAIR_RESULTS = "fair results"


KEPT_MAX = {Kind.MARK: 20, Kind.SITEMAP: 1, Kind.SITEMAP_PART: 16, Kind.FAIR_RESULTS: 500}
"""Of more the oldest goes; a part of the sitemap has about two megabytes."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What was read, and the moment before it was."""

    at: datetime
    found: T


class Recent:
    """What was read within the last minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[Kind, dict[Hashable, Reading[Any]]] = defaultdict(dict)
        self._reading: dict[Kind, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._forgotten: dict[Kind, int] = defaultdict(int)

    async def of(self, kind: Kind, name: Hashable, read: Callable[[], Awaitable[T]]) -> Reading[T]:
        """Give what was read under this name, at most a minute old; of a kind one is read at a time."""
        if known := self._known(kind, name):
            return known
        async with self._reading[kind]:
            if known := self._known(kind, name):
                return known
            began, at = self._forgotten[kind], self._clock.now()
            reading = Reading(at, await read())
            if began == self._forgotten[kind]:
                self._keep(kind, name, reading)
            return reading

    def forget(self, *kinds: Kind) -> None:
        """Read anew from now on, everything or these kinds; what is being read now is kept for nobody."""
        for kind in kinds or Kind:
            self._forgotten[kind] += 1
            self._kept[kind].clear()

    @asynccontextmanager
    async def changing(self, *kinds: Kind) -> AsyncIterator[None]:
        """Forget these kinds once the block, in which a transaction changes them and says nothing, is over."""
        try:
            yield
        finally:
            self.forget(*kinds)

    def _known(self, kind: Kind, name: Hashable) -> Reading[Any] | None:
        known = self._kept[kind].get(name)
        fresh = known is not None and timedelta() <= self._clock.now() - known.at < KEPT_FOR
        return known if fresh else None

    def _keep(self, kind: Kind, name: Hashable, reading: Reading[Any]) -> None:
        kept = self._kept[kind]
        kept.pop(name, None)
        if len(kept) >= KEPT_MAX[kind]:
            kept.pop(next(iter(kept)))
        kept[name] = reading
