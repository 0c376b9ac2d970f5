"""The small demo is loaded once; what is to be damaged is a copy of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from deploy.operator.demo.plan import Plan
from deploy.operator.invariants import check_everything
from deploy.operator.invariants.check import Check
from deploy.postgres.databases import databases_named_by, prepare
from shared.clock import SystemClock, today
from tests.build.own_set import own_set
from tests.integration.operator.small_demo import load_small_demo

NAME, COPY = "operator", "operatorcopy"


@dataclass(frozen=True)
class Demo:
    """What was loaded, and the settings by which it is reached."""

    settings: dict[str, str]
    plan: Plan


@dataclass(frozen=True)
class Scratch:
    """A copy of the demo's databases, in which a superuser may do what nobody else can."""

    settings: dict[str, str]

    @asynccontextmanager
    async def tampered(self, service: str, harm: str, mend: str) -> AsyncIterator[None]:
        """Run SQL as a superuser, past every trigger and key, and undo it at the end of the block."""
        await self._run(service, harm)
        try:
            yield
        finally:
            await self._run(service, mend)

    async def value(self, service: str, sql: str) -> object:
        connection = await asyncpg.connect(self._url(service))
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    async def checks(self) -> list[Check]:
        """Ask what must always hold of this copy."""
        return [check async for check in check_everything(self.settings, settle_seconds=1)]

    async def _run(self, service: str, sql: str) -> None:
        connection = await asyncpg.connect(self._url(service))
        try:
            await connection.execute(f"SET session_replication_role = replica; {sql}")
        finally:
            await connection.close()

    def _url(self, service: str) -> str:
        admin = urlsplit(self.settings["POSTGRES_URL"])
        database = urlsplit(self.settings[f"{service.upper()}_DATABASE_URL"]).path
        return urlunsplit((admin.scheme, admin.netloc, database, admin.query, ""))


@pytest.fixture(scope="session")
async def demo(env: dict[str, str]) -> Demo:
    """The small demo, loaded as of today."""
    settings = await own_set(env, NAME)
    return Demo(settings, await load_small_demo(settings, today(SystemClock())))


@pytest.fixture(scope="session")
async def scratch(demo: Demo) -> Scratch:
    """A copy of the loaded databases; streams and bucket are the demo's own."""
    settings = await copy_of(demo.settings, COPY)
    return Scratch(settings)


async def copy_of(settings: Mapping[str, str], name: str) -> dict[str, str]:
    """Copy the four databases under another name; nobody may be connected to them."""
    worker = settings["WORKER"]
    made = dict(settings)
    for setting, value in settings.items():
        if setting.endswith("_DATABASE_URL"):
            made[setting] = value.removesuffix(f"_{NAME}_{worker}") + f"_{name}_{worker}"
    await prepare(settings["POSTGRES_URL"], databases_named_by(made), copy_of=f"_{NAME}_{worker}")
    return made
