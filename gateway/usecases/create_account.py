"""An account belongs to one person, and its name to one account."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.store.accounts import add_account
from gateway.store.attempts import attempt_key, count_one, sweep
from gateway.usecases.commands import CreateAccount
from gateway.usecases.desk import Desk
from gateway.usecases.refusals import AccountTaken, TooManySignUps
from shared.db.unit_of_work import Stamp
from shared.ids import new_id

WINDOW = timedelta(hours=1)
PER_ADDRESS_MAX = 60


async def create_account(
    desk: Desk,
    command: CreateAccount,
    *,
    address: str | None = None,
    idempotency_key: str | None = None,
    account_id: UUID | None = None,
) -> dict[str, Any]:
    """Make an account with no seat; gives `{account_id, account, name, language}`.

    `address` is the stranger's who signs up, and bounds how many come from there; None for an operator.
    `account_id` names it beforehand, for the demo; a new id unless told.
    Raises AccountTaken, TooManySignUps.
    """
    if address is not None:
        await _bound(desk, address)
    password_hash = await desk.passwords.hash(command.password)
    made = {
        "account_id": str(account_id or new_id()),
        "account": command.account,
        "name": command.name,
        "language": command.language,
    }
    once = _stamp(desk, command, idempotency_key) if idempotency_key else None
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            return dict(tx.answered)
        values = {
            "id": made["account_id"],
            "account": command.account,
            "name": command.name,
            "password_hash": password_hash,
            "language": command.language,
            "created_at": tx.now,
        }
        if not await add_account(tx, values):
            raise AccountTaken(account=command.account)
        await tx.answer(made)
    return made


async def _bound(desk: Desk, address: str) -> None:
    async with desk.uow.begin() as tx:
        count, seconds = await count_one(tx, "sign_up", attempt_key(address), WINDOW)
        await sweep(tx, WINDOW)
    if count > PER_ADDRESS_MAX:
        raise TooManySignUps(retry_after_seconds=seconds)


def _stamp(desk: Desk, command: CreateAccount, key: str) -> Stamp:
    """Fingerprint the request under a secret: a bare digest of a password could be guessed from."""
    digest = hmac.new(desk.secret, command.model_dump_json().encode(), hashlib.sha256)
    return Stamp("sign_up", key, digest.hexdigest())
