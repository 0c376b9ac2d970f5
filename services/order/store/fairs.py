"""Fairs are kept as they were last heard, to tell whether a basket may be filled at one."""

from uuid import UUID

import sqlalchemy as sa

from services.order.domain.fairs import Fair
from services.order.store.tables import fairs
from shared.contracts.words import FairState
from shared.db.unit_of_work import ReadTx, UnitOfWork


async def read_fair(uow: UnitOfWork, fair_id: UUID) -> Fair | None:
    """Read a fair; None for one that was never heard of."""
    rows = await uow.statement("SELECT begins_on, ends_on, state, supplier_ids FROM fairs WHERE fair_id = $1", fair_id)
    if not rows:
        return None
    row = rows[0]
    return Fair(row["begins_on"], row["ends_on"], FairState(row["state"]), frozenset(row["supplier_ids"]))


async def fair_is_known(tx: ReadTx, fair_id: UUID) -> bool:
    """Tell whether a fair was ever heard of."""
    return bool(await tx.value(sa.select(sa.exists().where(fairs.c.fair_id == fair_id))))
