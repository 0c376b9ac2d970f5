"""A person is written to at an address that they have shown to be theirs, by a code that was sent there.

Decision: a code is derived from who asked for which address when, under a secret, and kept nowhere. Why: nobody who
reads the database can confirm an address. Price: a code that was sent ends when another address is asked for.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.store import mail_addresses, mails
from gateway.store.attempts import attempt_key, count_one
from gateway.store.mail_addresses import Reached
from gateway.store.phones import hold
from gateway.usecases.commands import ConfirmMailAddress, PutMailAddress
from gateway.usecases.desk import Desk
from gateway.usecases.refusals import NoCodeWaits, NoMailHere, TooManyMailCodes, WrongMailCode

CODE_HOLDS = timedelta(minutes=30)
AGAIN_AFTER = timedelta(minutes=1)
"""The same address asked for again within it is one asking."""
WINDOW = timedelta(hours=1)
ASKED_MAX = 5
"""How often within the window an account asks for codes, and an address is sent any."""
TRIED_MAX = 10


async def put_mail_address(desk: Desk, account_id: UUID, command: PutMailAddress) -> dict[str, Any]:
    """Have a code sent to an address, or take one's address away; the confirmed one stands until another is.

    Raises NoMailHere, TooManyMailCodes.
    """
    if command.address is None:
        async with desk.uow.begin() as tx:
            await hold(tx, account_id)
            if await mail_addresses.reached_at(tx, account_id) != Reached():
                await mail_addresses.keep(tx, account_id, Reached())
        return view(Reached())
    if desk.mailer is None:
        raise NoMailHere()
    async with desk.uow.begin() as tx:
        await hold(tx, account_id)
        reached = await mail_addresses.reached_at(tx, account_id)
        if _stands(reached, command.address, tx.now):
            return view(reached)
        for key in (f"account {account_id}", f"address {command.address.casefold()}"):
            count, seconds = await count_one(tx, "mail_code", attempt_key(key), WINDOW)
            if count > ASKED_MAX:
                raise TooManyMailCodes(retry_after_seconds=seconds)
        asked = command.address if command.address != reached.address else None
        reached = Reached(reached.address, reached.confirmed_at, asked, tx.now if asked else None)
        await mail_addresses.keep(tx, account_id, reached)
        if asked is not None:
            await mails.add_code(tx, account_id, asked)
    return view(reached)


def _stands(reached: Reached, address: str, now: datetime) -> bool:
    """Tell whether nothing is to be done for an address: it is confirmed, or was asked for just now."""
    if reached.asked_address is None or reached.asked_at is None:
        return reached.address == address
    return reached.asked_address == address and now < reached.asked_at + AGAIN_AFTER


async def confirm_mail_address(desk: Desk, account_id: UUID, command: ConfirmMailAddress) -> dict[str, Any]:
    """Show by the code that an address is one's own; from then on notices are written there.

    Raises NoCodeWaits, WrongMailCode, TooManyMailCodes.
    """
    async with desk.uow.begin() as tx:
        count, seconds = await count_one(tx, "mail_code", attempt_key(f"tried {account_id}"), WINDOW)
    if count > TRIED_MAX:
        raise TooManyMailCodes(retry_after_seconds=seconds)
    async with desk.uow.begin() as tx:
        await hold(tx, account_id)
        reached = await mail_addresses.reached_at(tx, account_id)
        if reached.asked_address is None or reached.asked_at is None or tx.now >= reached.asked_at + CODE_HOLDS:
            raise NoCodeWaits()
        right = code_of(desk.secret, account_id, reached.asked_address, reached.asked_at)
        if not hmac.compare_digest(right, command.code):
            raise WrongMailCode()
        reached = Reached(reached.asked_address, tx.now)
        await mail_addresses.keep(tx, account_id, reached)
    return view(reached)


async def get_mail_address(desk: Desk, account_id: UUID) -> dict[str, Any]:
    """Tell where one is written to."""
    async with desk.uow.glance() as tx:
        return view(await mail_addresses.reached_at(tx, account_id))


def code_of(secret: bytes, account_id: UUID, address: str, asked_at: datetime) -> str:
    """Derive the eight digits that show that who asked for an address reads there."""
    said = b"\0".join((b"mail code 1", account_id.bytes, address.encode(), asked_at.isoformat().encode()))
    return f"{int.from_bytes(hmac.new(secret, said, hashlib.sha256).digest()[:16]) % 10**8:08d}"


def view(reached: Reached) -> dict[str, Any]:
    until = reached.asked_at + CODE_HOLDS if reached.asked_at else None
    return {
        "address": reached.address,
        "confirmed_at": reached.confirmed_at,
        "asked_address": reached.asked_address,
        "code_until": until,
    }
