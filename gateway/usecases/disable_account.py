"""A disabled account cannot sign in, and what it had open is ended."""

from uuid import UUID

from gateway.store.accounts import disable, find_account
from gateway.store.sessions import revoke, tell
from gateway.usecases.desk import Desk
from gateway.usecases.refusals import NoSuchAccount


async def disable_account(desk: Desk, account_id: UUID) -> None:
    """Disable an account; doing it twice does it once. Raises NoSuchAccount."""
    async with desk.uow.begin() as tx:
        if await find_account(tx, account_id=account_id) is None:
            raise NoSuchAccount(account_id=str(account_id))
        await disable(tx, account_id)
        await revoke(tx, account_id=account_id)
        await tell(tx, account_id)
