"""A seat that is taken is gone at once, in sessions that are open already too."""

from gateway.store.accounts import unseat
from gateway.store.sessions import tell
from gateway.usecases.commands import GrantSeat
from gateway.usecases.desk import Desk
from gateway.usecases.refusals import NoSuchSeat


async def revoke_seat(desk: Desk, command: GrantSeat) -> None:
    """Take an account's seat. Raises NoSuchSeat."""
    async with desk.uow.begin() as tx:
        if not await unseat(tx, command.role, command.organisation_id, command.account_id):
            raise NoSuchSeat(account_id=str(command.account_id), role=command.role.value)
        await tell(tx, command.account_id)
