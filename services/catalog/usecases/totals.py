"""What there is of everything is counted at most once a minute, whoever asks meanwhile."""

import asyncio
from datetime import datetime, timedelta

from services.catalog.store import facets
from services.catalog.store.facets import Counts
from shared.db.unit_of_work import UnitOfWork

KEPT_FOR = timedelta(seconds=60)


class Totals:
    """The counts of everything by category and by county."""

    def __init__(self) -> None:
        self._counting = asyncio.Lock()
        self._known: tuple[datetime, Counts] | None = None

    async def now(self, uow: UnitOfWork) -> Counts:
        """Give the counts, at most a minute old; who comes while they are made waits for them."""
        async with self._counting:
            at = uow.clock.now()
            if self._known is None or not timedelta() <= at - self._known[0] < KEPT_FOR:
                self._known = at, await facets.everything(uow)
            return self._known[1]
