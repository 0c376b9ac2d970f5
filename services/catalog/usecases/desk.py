"""What a use case of catalog may reach for."""

from dataclasses import dataclass

from services.catalog.usecases.darkroom import Darkroom
from shared.clock import Clock
from shared.db.unit_of_work import UnitOfWork
from shared.files import ObjectStore
from shared.files.links import LinkSigner


@dataclass(frozen=True)
class Desk:
    """Its database, its clock, its files, who signs links to them, and where photos are developed."""

    uow: UnitOfWork
    clock: Clock
    files: ObjectStore
    links: LinkSigner
    darkroom: Darkroom
