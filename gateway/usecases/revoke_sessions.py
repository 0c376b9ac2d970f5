"""All that an account has open can be ended at once."""

from uuid import UUID

from gateway.store.sessions import revoke
from gateway.usecases.desk import Desk


async def revoke_sessions(desk: Desk, account_id: UUID) -> int:
    """End every session of an account; gives how many were open."""
    async with desk.uow.begin() as tx:
        return await revoke(tx, account_id=account_id)
