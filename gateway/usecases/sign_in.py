"""Signing in takes the same time and gives the same answer whether the account or the password was wrong.

Attempts are counted before the password is looked at, so that a hundred at once are a hundred. A right password
wipes the account's count and takes the address's back, so that a federation behind one address is not locked out by
its own people. What is counted beyond the bound is refused, right password or not.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.store.accounts import find_account, set_password_hash
from gateway.store.attempts import attempt_key, count_one, forget, sweep, take_back_one
from gateway.store.sessions import add_session
from gateway.usecases.commands import SignIn, account_key, password_key
from gateway.usecases.desk import Desk
from gateway.usecases.refusals import SignInRefused, TooManySignIns
from shared.ids import new_id
from shared.logs import logger

log = logger(__name__)

WINDOW = timedelta(minutes=10)
PER_ACCOUNT_MAX = 10
PER_ADDRESS_MAX = 300
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was just opened; its token is told here and nowhere else."""

    token: str = field(repr=False)
    account: str
    expires_at: datetime


def token_hash(token: str) -> bytes:
    """Digest a session's token as it is kept; it is random, so a plain digest tells nothing."""
    return hashlib.sha256(token.encode()).digest()


async def sign_in(desk: Desk, command: SignIn, *, address: str) -> Opened:
    """Open a session. Raises SignInRefused, TooManySignIns, SignInBusy."""
    name, counted_address = account_key(command.account), attempt_key(address)
    counted_name = attempt_key(name)
    await _bound(desk, counted_name, counted_address)
    async with desk.uow.glance() as look:
        account = await find_account(look, account=name)
    password = password_key(command.password)
    right = await desk.passwords.matches(account.password_hash if account else None, password)
    if account is None or not right or account.disabled_at is not None:
        log.info("sign_in.refused", address=address, known=account is not None)
        raise SignInRefused()
    anew = await desk.passwords.hash(password) if desk.passwords.is_outdated(account.password_hash) else None
    token, session_id = secrets.token_urlsafe(TOKEN_BYTES), new_id()
    async with desk.uow.begin() as tx:
        if anew is not None:
            await set_password_hash(tx, account.id, anew)
        expires_at = await add_session(tx, session_id, token_hash(token), account.id)
        await forget(tx, "account", counted_name)
        await take_back_one(tx, "address", counted_address)
    log.info("sign_in", account_id=str(account.id), session_id=str(session_id))
    return Opened(token, account.account, expires_at)


async def _bound(desk: Desk, account: str, address: str) -> None:
    async with desk.uow.begin() as tx:
        by_account, account_seconds = await count_one(tx, "account", account, WINDOW)
        by_address, address_seconds = await count_one(tx, "address", address, WINDOW)
        await sweep(tx, timedelta(hours=1))
    if by_account > PER_ACCOUNT_MAX:
        raise TooManySignIns(retry_after_seconds=account_seconds)
    if by_address > PER_ADDRESS_MAX:
        raise TooManySignIns(retry_after_seconds=address_seconds)
