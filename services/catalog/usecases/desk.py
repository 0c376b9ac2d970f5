"""What a use case of catalog may reach for."""

from dataclasses import dataclass, field

from services.catalog.store.frequencies import Frequencies
from services.catalog.usecases.darkroom import Darkroom
from services.catalog.usecases.totals import Totals
from shared.clock import Clock
from shared.db.unit_of_work import UnitOfWork
from shared.files import ObjectStore
from shared.files.links import LinkSigner


@dataclass(frozen=True)
class Desk:
    """Its database, clock and files, who signs links to them, where photos are developed, what there is in all, and
    how common what is asked for is."""

    uow: UnitOfWork
    clock: Clock
    files: ObjectStore
    links: LinkSigner
    darkroom: Darkroom
    totals: Totals = field(default_factory=Totals)
    frequencies: Frequencies = field(default_factory=Frequencies)
