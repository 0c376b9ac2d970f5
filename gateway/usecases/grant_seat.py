"""A seat lets an account act for an organisation, in sessions that are open already too."""

from gateway.store.accounts import KIND_OF_ROLE, find_account, is_known, seat
from gateway.store.sessions import tell
from gateway.usecases.commands import GrantSeat
from gateway.usecases.desk import Desk
from gateway.usecases.refusals import NoSuchAccount, NoSuchOrganisation


async def grant_seat(desk: Desk, command: GrantSeat, *, must_be_known: bool = True) -> bool:
    """Seat an account; tells whether it was not seated so before. Raises NoSuchAccount, NoSuchOrganisation.

    `must_be_known=False` seats it also in an organisation that the gateway will hear of later; until then a unit's
    seat reaches nothing.
    """
    async with desk.uow.begin() as tx:
        if await find_account(tx, account_id=command.account_id) is None:
            raise NoSuchAccount(account_id=str(command.account_id))
        kind = KIND_OF_ROLE[command.role]
        if must_be_known and not await is_known(tx, kind, command.organisation_id):
            raise NoSuchOrganisation(kind=kind, organisation_id=str(command.organisation_id))
        is_new = await seat(tx, command.account_id, command.role, command.organisation_id)
        if is_new:
            await tell(tx, command.account_id)
    return is_new
