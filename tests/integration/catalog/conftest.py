"""Catalog opened on the real parts, its tables empty at the beginning of each test."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from httpx import ASGITransport

from services.catalog.main import NAME, build, opened
from services.catalog.settings import Settings
from services.catalog.store.all_tables import metadata
from services.catalog.store.frequencies import Frequencies
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.totals import Totals
from shared.app import Program
from shared.clock import SettableClock
from shared.contracts.envelope import Opened, unseal
from shared.contracts.procurement_quota import UnitChanged
from shared.contracts.words import UnitLevel
from shared.db.plumbing import Plumbing
from shared.events import Delivery
from shared.files import S3ObjectStore
from shared.http.identity import IdentitySigner
from shared.ids import derived_id, new_id
from tests.build.emptied import Emptied

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""2 March 2026, nine in the morning in Shanghai."""
TABLES = ", ".join([*metadata.tables, *Plumbing.metadata.tables])
UNITS = (
    ("430000", UnitLevel.PROVINCE, "/430000/"),
    ("430100", UnitLevel.PREFECTURE, "/430000/430100/"),
    ("430200", UnitLevel.PREFECTURE, "/430000/430200/"),
    ("430224", UnitLevel.COUNTY, "/430000/430200/430224/"),
)


def heard(event: Any) -> Delivery[Any]:
    """Deliver an event as the broker would."""
    envelope = Opened(id=new_id(), type=event.type, source=event.stream, key=event.key, at=NOW, data={})
    return Delivery(f"{NAME}-{event.stream}", envelope, event)


def a_unit(code: str, level: UnitLevel, path: str, version: int = 1) -> UnitChanged:
    """Say how a unit stands."""
    return UnitChanged(
        unit_id=derived_id("unit", code),
        version=version,
        code=code,
        name=f"{code} 残联",
        level=level,
        parent_id=None,
        path=path,
        division_code=code,
        approval_limit_fen=0,
    )


@dataclass
class Kept:
    """What is kept anywhere: rows, what was said, files."""

    program: Program
    files: S3ObjectStore

    async def said(self) -> list[Opened]:
        """Give every event in the order said."""
        async with self.program.uow.glance() as tx:
            return [unseal(row.body) for row in await tx.rows(sa.text("SELECT body FROM outbox ORDER BY id"))]

    async def types_said(self) -> list[str]:
        return [event.type for event in await self.said()]

    async def everything(self) -> dict[str, Any]:
        """Give the content of every table, and the files' keys."""
        found: dict[str, Any] = {"files": await self.files.keys("")}
        async with self.program.uow.glance() as tx:
            for name in [*metadata.tables, *Plumbing.metadata.tables]:
                query = f"SELECT coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '') FROM \"{name}\" AS t"  # noqa: S608 - our own names
                found[name] = await tx.value(sa.text(query))
        return found

    @asynccontextmanager
    async def unchanged(self) -> AsyncIterator[None]:
        """Assert that the block leaves nothing behind."""
        before = await self.everything()
        yield
        after = await self.everything()
        assert {name: after[name] for name in before if before[name] != after[name]} == {}

    async def value(self, query: str, **parameters: Any) -> Any:
        async with self.program.uow.glance() as tx:
            return await tx.value(sa.text(query), parameters)


def settings_from(env: dict[str, str], **other: Any) -> Settings:
    return Settings(**{name.lower(): value for name, value in env.items()} | other)


@pytest.fixture(scope="session")
def clock() -> SettableClock:
    return SettableClock(NOW)


@pytest.fixture(scope="session")
async def opened_catalog(env: dict[str, str], files: S3ObjectStore, clock: SettableClock) -> AsyncIterator[Program]:
    """The program without its relay and consumers: what it says stays in the outbox."""
    async with opened(settings_from(env, run="serve"), clock=clock) as program:
        yield program


@pytest.fixture(scope="session")
async def owner(env: dict[str, str]) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(env["CATALOG_OWNER_DATABASE_URL"])
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
async def emptied(env: dict[str, str]) -> AsyncIterator[Emptied]:
    opened = await Emptied.open(env["POSTGRES_URL"], env["CATALOG_DATABASE_URL"], TABLES.split(", "))
    yield opened
    await opened.close()


@pytest.fixture
async def program(opened_catalog: Program, owner: Any, emptied: Emptied, clock: SettableClock) -> Program:
    """The program on empty tables, with four units known."""
    await emptied()
    rows = [(derived_id("unit", code), 1, code, level.value, path, code) for code, level, path in UNITS]
    await owner.executemany(
        "INSERT INTO units (unit_id, version, name, level, path, division_code) VALUES ($1, $2, $3, $4, $5, $6)", rows
    )
    clock.set(NOW)
    opened_catalog.desk = knowing_nothing(opened_catalog.desk)
    return opened_catalog


def knowing_nothing(desk: Desk) -> Desk:
    """Give a desk that has counted nothing yet: what it keeps for minutes is of other rows, at the same moment."""
    desk.recent.forget()
    return replace(desk, totals=Totals(), frequencies=Frequencies())


@pytest.fixture
def desk(program: Program) -> Desk:
    desk: Desk = program.desk
    return desk


@pytest.fixture
def kept(program: Program, files: S3ObjectStore) -> Kept:
    return Kept(program, files)


@pytest.fixture(scope="session")
async def http_of_session(env: dict[str, str], files: S3ObjectStore, clock: SettableClock) -> AsyncIterator[Any]:
    app = build(settings_from(env, run="serve"), clock=clock)
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://catalog") as client,
    ):
        yield app, client


@pytest.fixture
def http(http_of_session: tuple[FastAPI, httpx.AsyncClient], program: Program) -> httpx.AsyncClient:
    """A client of the program's own HTTP, at the same desk."""
    app, client = http_of_session
    app.state.desk = program.desk
    return client


@pytest.fixture(scope="session")
def signer(env: dict[str, str], clock: SettableClock) -> IdentitySigner:
    return IdentitySigner(seed_of(env["IDENTITY_PRIVATE_KEY"]), clock)


def seed_of(text: str) -> bytes:
    return base64.b64decode(text)
