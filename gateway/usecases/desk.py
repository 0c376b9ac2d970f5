"""What a use case of the gateway may reach for."""

from dataclasses import dataclass

from gateway.clients.hooks import Hooks
from gateway.clients.mail import Mailer
from gateway.clients.services import Services
from gateway.usecases.passwords import Passwords
from shared.clock import Clock
from shared.db.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Desk:
    uow: UnitOfWork
    clock: Clock
    passwords: Passwords
    services: Services
    mailer: Mailer | None
    """None where the installation sends no mail."""
    hooks: Hooks
    public_url: str
    """What a link in a letter begins with."""
    secret: bytes
    """For keyed digests of what must not be guessed from its digest."""
