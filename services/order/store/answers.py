"""What was answered to a key is read back before work that cannot share one transaction with its stamp."""

from typing import Any

import sqlalchemy as sa

from shared.db.plumbing import inbox
from shared.db.unit_of_work import KeyReused, ReadTx, Stamp, UnitOfWork


async def answered_before(uow: UnitOfWork, once: Stamp | None) -> Any:
    """Give what was answered to this stamp, or None. Raises KeyReused when the key came with another request."""
    if once is None:
        return None
    async with uow.glance() as tx:
        row = await tx.first(
            sa.select(inbox.c.answer, inbox.c.fingerprint).where(inbox.c.door == once.door, inbox.c.key == once.key)
        )
    if row is None:
        return None
    if once.fingerprint is not None and row.fingerprint != once.fingerprint:
        raise KeyReused(key=once.key)
    return row.answer


async def was_stamped(tx: ReadTx, stamp: Stamp) -> bool:
    """Tell whether this was done before."""
    return bool(await tx.value(sa.select(sa.exists().where(inbox.c.door == stamp.door, inbox.c.key == stamp.key))))
