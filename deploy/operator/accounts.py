"""A seat in a canteen or a unit is an operator's to give; anybody opens an account, and suppliers seat their own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from deploy.operator.programs import opened
from gateway.store.accounts import find_account
from gateway.usecases.commands import CreateAccount, GrantSeat, account_key
from gateway.usecases.create_account import create_account
from gateway.usecases.disable_account import disable_account
from gateway.usecases.grant_seat import grant_seat
from gateway.usecases.refusals import NoSuchAccount
from gateway.usecases.revoke_seat import revoke_seat
from shared.contracts.authority import Role


async def open_account(settings: Mapping[str, str], account: str, name: str, password: str) -> str:
    """Make an account; gives its id. Raises AccountTaken, and pydantic's ValidationError."""
    command = CreateAccount(account=account, name=name, password=password)
    async with opened(settings, ["gateway"]) as programs:
        made = await create_account(programs["gateway"].desk, command)
    return str(made["account_id"])


async def close_account(settings: Mapping[str, str], account: str) -> None:
    """Disable an account and end its sessions. Raises NoSuchAccount."""
    async with opened(settings, ["gateway"]) as programs:
        desk = programs["gateway"].desk
        await disable_account(desk, await _id_of(desk, account))


async def give_seat(settings: Mapping[str, str], account: str, role: str, organisation: UUID) -> bool:
    """Seat an account; tells whether it was not seated so before. Raises NoSuchAccount, NoSuchOrganisation."""
    async with opened(settings, ["gateway"]) as programs:
        desk = programs["gateway"].desk
        command = GrantSeat(account_id=await _id_of(desk, account), role=Role(role), organisation_id=organisation)
        return await grant_seat(desk, command)


async def take_seat(settings: Mapping[str, str], account: str, role: str, organisation: UUID) -> None:
    """Take a seat. Raises NoSuchAccount, NoSuchSeat."""
    async with opened(settings, ["gateway"]) as programs:
        desk = programs["gateway"].desk
        command = GrantSeat(account_id=await _id_of(desk, account), role=Role(role), organisation_id=organisation)
        await revoke_seat(desk, command)


async def _id_of(desk: Any, account: str) -> UUID:
    async with desk.uow.glance() as tx:
        found = await find_account(tx, account=account_key(account))
    if found is None:
        raise NoSuchAccount(account=account)
    return found.id
