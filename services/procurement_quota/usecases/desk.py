"""What a use case of this service may reach for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from services.procurement_quota.domain.checkpoints import Signer
from services.procurement_quota.store.kept import KeptTables
from services.procurement_quota.store.reference import ReferenceCache
from shared.clock import Clock
from shared.db.unit_of_work import UnitOfWork
from shared.files import ObjectStore
from shared.press import Press

RECEIPT_FEN_MAX = 50_000
Lag = Callable[[], Awaitable[int]]
"""Tells how many events are said and not yet acted on here; closing a year wants 0."""


@dataclass(frozen=True)
class Desk:
    """One per program, made in `main`."""

    uow: UnitOfWork
    clock: Clock
    files: ObjectStore
    signer: Signer
    lag: Lag
    receipt_fen_max: int = RECEIPT_FEN_MAX
    """What a payee's receipts of one day may come to without an invoice."""
    reference: ReferenceCache = field(default_factory=ReferenceCache)
    kept: KeptTables = field(default_factory=KeptTables)
    press: Press = field(default_factory=Press)
