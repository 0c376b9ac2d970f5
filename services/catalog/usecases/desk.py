"""What a use case of catalog may reach for."""

import asyncio
from dataclasses import dataclass, field

from services.catalog.store.frequencies import Frequencies
from services.catalog.usecases.recent import Recent
from services.catalog.usecases.totals import Totals
from shared.clock import Clock
from shared.darkroom import Darkroom
from shared.db.unit_of_work import UnitOfWork
from shared.files import ObjectStore
from shared.files.links import LinkSigner

PAGES_AT_ONCE_MAX = 4
"""Of the open data of supply: so many connections of the pool they hold at most, however many read."""


@dataclass(frozen=True)
class Desk:
    """Its database, clock and files, who signs links to them, where photos are developed, what was read a little while
    ago, what there is in all, how common what is asked for is, and places to read pages of open data."""

    uow: UnitOfWork
    clock: Clock
    files: ObjectStore
    links: LinkSigner
    darkroom: Darkroom
    recent: Recent
    totals: Totals = field(default_factory=Totals)
    frequencies: Frequencies = field(default_factory=Frequencies)
    pages: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PAGES_AT_ONCE_MAX))
