"""A person may say by which telephone they are reached; auditors see who shares it, nobody else sees it."""

from typing import Any
from uuid import UUID

from gateway.store import phones
from gateway.usecases.commands import PutContact
from gateway.usecases.desk import Desk


async def put_contact(desk: Desk, account_id: UUID, command: PutContact) -> dict[str, Any]:
    """Note a telephone, or take it away; what was given before is kept for auditors, the last ten."""
    async with desk.uow.begin() as tx:
        await phones.put_phone(tx, account_id, command.phone)
    return {"phone": command.phone}


async def get_contact(desk: Desk, account_id: UUID) -> dict[str, Any]:
    """Give the telephone that an account gives, as it is compared."""
    async with desk.uow.glance() as tx:
        return {"phone": await phones.phone_of(tx, account_id)}
