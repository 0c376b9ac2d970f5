"""What a use case of catalog may reach for."""

from dataclasses import dataclass

from services.catalog.usecases.darkroom import Darkroom
from shared.clock import Clock
from shared.db.unit_of_work import UnitOfWork
from shared.files import ObjectStore


@dataclass(frozen=True)
class Desk:
    """Its database, its clock, its files, and where photos are developed."""

    uow: UnitOfWork
    clock: Clock
    files: ObjectStore
    darkroom: Darkroom
