"""Fairs are kept as they were last heard, to tell whether a basket may be filled at one."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.words import FairState
from shared.db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Fair:
    """An event of selling, its days (both ends in), and whom it admitted."""

    begins_on: date
    ends_on: date
    state: FairState
    supplier_ids: frozenset[UUID]

    def is_open(self, day: date) -> bool:
        return self.state is FairState.OPEN and self.begins_on <= day <= self.ends_on


async def read_fair(uow: UnitOfWork, fair_id: UUID) -> Fair | None:
    """Read a fair; None for one that was never heard of."""
    rows = await uow.statement("SELECT begins_on, ends_on, state, supplier_ids FROM fairs WHERE fair_id = $1", fair_id)
    if not rows:
        return None
    row = rows[0]
    return Fair(row["begins_on"], row["ends_on"], FairState(row["state"]), frozenset(row["supplier_ids"]))
