"""Signing out ends one session, for good."""

from uuid import UUID

from gateway.store.sessions import revoke
from gateway.usecases.desk import Desk


async def sign_out(desk: Desk, session_id: UUID) -> None:
    """End a session; ending it twice is ending it once."""
    async with desk.uow.begin() as tx:
        await revoke(tx, session_id=session_id)
