"""What a use case may reach for is handed to it, so that `main` alone chooses."""

from dataclasses import dataclass

from services.order.clients.cards import Cards
from shared.clock import Clock
from shared.db.unit_of_work import UnitOfWork
from shared.files import ObjectStore


@dataclass(frozen=True)
class Desk:
    """The order service's desk; `cards` is None where no card vendor is set up."""

    uow: UnitOfWork
    clock: Clock
    files: ObjectStore
    cards: Cards | None
    tolerance_bp: int
