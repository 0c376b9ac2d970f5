"""A person may say by which telephone they are reached; auditors see who shares it, nobody else sees it.

Decision: a telephone that was given is never forgotten, and an account may give so many a year and no more. Why: kept
to the last few, whoever shared one washed it away by giving others. Price: who really moves so often waits.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.store import phones
from gateway.usecases.commands import PutContact
from gateway.usecases.desk import Desk
from shared.clock import business_date
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields, field_problem

GIVEN_MAX = 10
WITHIN = timedelta(days=365)


async def put_contact(desk: Desk, account_id: UUID, command: PutContact) -> dict[str, Any]:
    """Note a telephone, or take it away; the same again changes nothing, and what was given before is kept.

    Raises InvalidFields for the eleventh within a year.
    """
    async with desk.uow.begin() as tx:
        await phones.hold(tx, account_id)
        if await phones.phone_of(tx, account_id) != command.phone:
            if command.phone is not None:
                await _check_room(tx, account_id)
            await phones.replace(tx, account_id, command.phone)
    return {"phone": command.phone}


async def _check_room(tx: Tx, account_id: UUID) -> None:
    tenth = await phones.nth_newest(tx, account_id, GIVEN_MAX)
    if tenth is not None and tx.now - tenth < WITHIN:
        day = business_date(tenth + WITHIN)
        says = f"was given anew {GIVEN_MAX} times within a year; another may be given after {day}"
        raise InvalidFields(field_problem("phone", says, f"一年内已更换{GIVEN_MAX}次，{day}之后可再更换"))


async def get_contact(desk: Desk, account_id: UUID) -> dict[str, Any]:
    """Give the telephone that an account gives, as it is compared."""
    async with desk.uow.glance() as tx:
        return {"phone": await phones.phone_of(tx, account_id)}
