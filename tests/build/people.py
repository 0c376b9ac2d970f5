"""A person of a test has an account, seats and an open session, written as the gateway itself writes them.

Hashing one password for all, and opening sessions without the door, keeps two hundred buyers within a second; the
journey signs in through the door.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx

from gateway.store.accounts import add_account, seat
from gateway.store.sessions import add_session, tell
from gateway.usecases.passwords import Passwords
from gateway.usecases.sign_in import token_hash
from shared.clock import SystemClock
from shared.contracts.authority import Role
from shared.db.engine import make_engine
from shared.db.unit_of_work import Tx, UnitOfWork
from shared.ids import new_id
from tests.build.door import Person

PASSWORD = "seven green tea leaves"
SeatIn = tuple[Role, UUID]


class People:
    """Makes people who stand at one gateway's door."""

    def __init__(self, uow: UnitOfWork, http: httpx.AsyncClient, password_hash: str) -> None:
        self._uow = uow
        self._hash = password_hash
        self.http = http
        self.public = Person(http)

    async def one(self, name: str, *seats: SeatIn) -> Person:
        """Make one person, seated so."""
        return (await self.many([(name, list(seats))]))[0]

    async def many(self, wanted: list[tuple[str, list[SeatIn]]]) -> list[Person]:
        """Make people in one transaction; an account's name gets a tail, so that two tests may ask for one name."""
        async with self._uow.begin() as tx:
            return [await self._make(tx, name, seats) for name, seats in wanted]

    async def seat(self, person: Person, role: Role, organisation_id: UUID) -> None:
        """Seat a person who is there already."""
        assert person.account_id is not None
        async with self._uow.begin() as tx:
            await seat(tx, person.account_id, role, organisation_id)
            await tell(tx, person.account_id)

    async def _make(self, tx: Tx, name: str, seats: list[SeatIn]) -> Person:
        account_id, account, token = new_id(), f"{name}-{secrets.token_hex(3)}", secrets.token_urlsafe(32)
        values: dict[str, Any] = {
            "id": account_id,
            "account": account,
            "name": name,
            "password_hash": self._hash,
            "language": "zh",
            "created_at": tx.now,
        }
        assert await add_account(tx, values)
        for role, organisation_id in seats:
            await seat(tx, account_id, role, organisation_id)
        await add_session(tx, new_id(), token_hash(token), account_id)
        return Person(self.http, account, account_id, token)


@asynccontextmanager
async def people_of(gateway_database_url: str, http: httpx.AsyncClient) -> AsyncIterator[People]:
    """Open the gateway's own database to make people in."""
    passwords = Passwords()
    engine = make_engine(gateway_database_url, program="tests", connections_max=2)
    try:
        uow = UnitOfWork(engine, source="gateway", clock=SystemClock())
        yield People(uow, http, await passwords.hash(PASSWORD))
    finally:
        passwords.close()
        await engine.dispose()
