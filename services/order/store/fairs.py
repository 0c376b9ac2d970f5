"""Fairs are kept as they were last heard, to tell whether a basket may be filled at one."""

from uuid import UUID

import sqlalchemy as sa

from services.order.domain.fairs import Fair
from services.order.store.fair_tables import fairs
from shared.contracts.words import FairKind, FairState
from shared.db.unit_of_work import ReadTx, UnitOfWork

_READ = "SELECT begins_on, ends_on, state, supplier_ids, kind FROM fairs WHERE fair_id = $1"


async def read_fair(uow: UnitOfWork, fair_id: UUID) -> Fair | None:
    """Read a fair; None for one that was never heard of."""
    rows = await uow.statement(_READ, fair_id)
    if not rows:
        return None
    row = rows[0]
    kind = row["kind"] and FairKind(row["kind"])
    return Fair(row["begins_on"], row["ends_on"], FairState(row["state"]), frozenset(row["supplier_ids"]), kind)


async def fair_is_known(tx: ReadTx, fair_id: UUID) -> bool:
    """Tell whether a fair was ever heard of."""
    return bool(await tx.value(sa.select(sa.exists().where(fairs.c.fair_id == fair_id))))
