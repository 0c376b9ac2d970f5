"""The gateway serves on loopback, before three upstreams, with its tables empty at the beginning of each test.

What falls due and what is heard is done where a test does it, never beside one.
"""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from starlette.applications import Starlette

from deploy.local.secrets import public_key
from gateway.main import build
from gateway.session import Sessions
from gateway.settings import Settings
from gateway.store.all_tables import metadata
from gateway.store.sessions import CHANNEL
from gateway.usecases.commands import CreateAccount, GrantSeat
from gateway.usecases.create_account import create_account
from gateway.usecases.desk import Desk
from gateway.usecases.grant_seat import grant_seat
from shared.contracts.authority import Role
from shared.contracts.envelope import Opened
from shared.db.plumbing import Plumbing
from shared.events import Delivery
from shared.ids import new_id
from tests.integration.gateway.upstream import Upstream, listening

PASSWORD = "three small blue boats"
TABLES = ", ".join([*metadata.tables, *Plumbing.metadata.tables])


class ShiftedClock:
    """The machine's clock, moved on by as much as a test says."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


@dataclass
class Gateway:
    """A running gateway and what a test reaches of it."""

    url: str
    app: Starlette
    clock: ShiftedClock
    upstreams: dict[str, Upstream]
    engine: AsyncEngine
    admin: AsyncEngine

    @property
    def desk(self) -> Desk:
        desk: Desk = self.app.state.desk
        return desk

    @property
    def sessions(self) -> Sessions:
        sessions: Sessions = self.app.state.sessions
        return sessions

    @property
    def catalog(self) -> Upstream:
        return self.upstreams["catalog"]

    @property
    def order(self) -> Upstream:
        return self.upstreams["order"]

    def client(self, **kwargs: Any) -> httpx.AsyncClient:
        """Make a client with no cookie of anyone."""
        return httpx.AsyncClient(base_url=f"{self.url}/api/v1", timeout=20, **kwargs)

    async def person(self, account: str, *seats: tuple[Role, UUID]) -> UUID:
        """Make an account with seats."""
        made = await create_account(self.desk, CreateAccount(account=account, name="李娜", password=PASSWORD))
        account_id = UUID(made["account_id"])
        for role, organisation_id in seats:
            command = GrantSeat(account_id=account_id, role=role, organisation_id=organisation_id)
            await grant_seat(self.desk, command, must_be_known=False)
        return account_id

    async def signed_in(self, account: str, **kwargs: Any) -> httpx.AsyncClient:
        """Make a client with a fresh bearer token of an account."""
        async with self.client() as door:
            answer = await door.post("/sessions", json={"account": account, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        client = self.client(**kwargs)
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return client

    async def noticed(self) -> None:
        """Wait until every notice about sessions that was sent is heard: they are heard in the order sent."""
        last = new_id()
        self.sessions._kept[last.bytes] = (inf, SimpleNamespace(account_id=last))  # type: ignore[assignment]
        await self.execute(f"SELECT pg_notify('{CHANNEL}', '{last}')")
        async with asyncio.timeout(8):
            while last.bytes in self.sessions._kept:
                await asyncio.sleep(0.002)

    async def rows(self, table: str) -> int:
        """Count the rows of a table."""
        async with self.engine.connect() as connection:
            return int(await connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608

    async def execute(self, sql: str) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(sa.text(sql))


def heard(event: Any) -> Delivery[Any]:
    """Deliver an event as the broker would."""
    opened = Opened(id=new_id(), type=event.type, source=event.stream, key=event.key, at=datetime.now(UTC), data={})
    return Delivery(f"gateway-{event.stream}", opened, event)


@pytest.fixture(scope="session")
async def _gateway(env: dict[str, str]) -> AsyncIterator[Gateway]:
    clock = ShiftedClock()
    key = base64.b64decode(public_key(env["IDENTITY_PRIVATE_KEY"]))
    upstreams = {name: Upstream(name, key, clock) for name in ("catalog", "order", "procurement_quota")}
    async with AsyncExitStack() as stack:
        urls = {
            f"{name}_url": await stack.enter_async_context(listening(upstream.app))
            for name, upstream in upstreams.items()
        }
        settings = Settings.model_validate(
            {
                "nats_url": env["NATS_URL"],
                "gateway_database_url": env["GATEWAY_DATABASE_URL"],
                "identity_private_key": env["IDENTITY_PRIVATE_KEY"],
                "public_url": "http://zhucai.test",
                "run": "serve",
                **urls,
            }
        )
        app = build(settings, clock=clock, stream_prefix=env["STREAM_PREFIX"])
        url = await stack.enter_async_context(listening(app))
        engine, admin = (_engine(env[name]) for name in ("GATEWAY_OWNER_DATABASE_URL", "POSTGRES_URL"))
        stack.push_async_callback(engine.dispose)
        stack.push_async_callback(admin.dispose)
        yield Gateway(url, app, clock, upstreams, engine, admin)


def _engine(url: str) -> AsyncEngine:
    return create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"))


async def _empty(gateway: Gateway) -> None:
    """Empty the tables, again where a statement that the last test left under way held one of them meanwhile."""
    for left in reversed(range(5)):
        try:
            await gateway.execute(f"TRUNCATE {TABLES}")
        except DBAPIError as error:
            if left == 0 or "deadlock" not in str(error):
                raise
        else:
            return


@pytest.fixture
async def gateway(_gateway: Gateway) -> Gateway:
    """The gateway with empty tables and upstreams that were asked nothing."""
    await _empty(_gateway)
    _gateway.clock.shift = timedelta()
    _gateway.sessions.forget(None)
    for upstream in _gateway.upstreams.values():
        upstream.asked.clear()
        upstream.says.clear()
    return _gateway
