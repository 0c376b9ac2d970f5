"""One opened procurement_quota program, with Hunan's reference data, serves these tests on databases of its own."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from httpx import ASGITransport

from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN, HUNAN_UNION
from services.procurement_quota.main import build, opened
from services.procurement_quota.settings import Settings
from services.procurement_quota.store.tables import metadata
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.load_reference import load_reference
from services.procurement_quota.usecases.put_rule import ContinueRule, continue_rule
from shared.app import Program
from shared.clock import SettableClock
from shared.contracts.authority import Identity
from shared.db.plumbing import Plumbing
from shared.http.identity import IdentitySigner
from tests.build.own_set import own_set
from tests.build.quota import NOW, Kitchen, a_kitchen
from tests.build.region import AUTUMN, Region, a_region

Unchanged = Callable[[], Any]
MakeKitchen = Callable[..., Awaitable[Kitchen]]
AUDIENCE = "procurement_quota"


@pytest.fixture(scope="session")
async def quota_env(env: dict[str, str]) -> dict[str, str]:
    return await own_set(env, "quota")


@pytest.fixture(scope="session")
def settings(quota_env: dict[str, str]) -> Settings:
    """The service's settings; nothing is sent or heard by itself."""
    read: dict[str, Any] = {name.lower(): value for name, value in quota_env.items()}
    return Settings(_env_file=None, **{**read, "run": "serve"})


@pytest.fixture(scope="session")
def clock() -> SettableClock:
    return SettableClock(NOW)


@pytest.fixture(scope="session")
async def program(settings: Settings, clock: SettableClock) -> AsyncIterator[Program]:
    """The program, with the reference data loaded and the Hunan rules continued through 2025 and 2026."""
    async with opened(settings, clock=clock) as program:
        await load_reference(program.desk)
        for code in (HUNAN_CANTEEN, HUNAN_UNION):
            command = ContinueRule(
                rule_code=code,
                valid_from=date(2025, 1, 1),
                valid_to=date(2027, 1, 1),
                document="演示延续文件（demo）",
            )
            await continue_rule(program.desk, command)
        yield program


@pytest.fixture
def desk(program: Program, clock: SettableClock) -> Desk:
    clock.set(NOW)
    desk: Desk = program.desk
    return desk


@pytest.fixture
def kitchen_of(desk: Desk, clock: SettableClock) -> MakeKitchen:
    """Open another canteen."""

    async def make(*places: Any, **other: Any) -> Kitchen:
        return await a_kitchen(desk, clock, *places, **other)

    return make


@pytest.fixture
async def kitchen(kitchen_of: MakeKitchen) -> Kitchen:
    """A canteen of a unit below 芙蓉区, whose rate is 20 %."""
    return await kitchen_of()


class Door:
    """Asks over HTTP as somebody whom the gateway signed."""

    def __init__(self, client: httpx.AsyncClient, signer: IdentitySigner) -> None:
        self._client = client
        self._signer = signer

    async def ask(self, method: str, path: str, who: Identity | None = None, **asked: Any) -> httpx.Response:
        headers = dict(asked.pop("headers", {}))
        if who is not None:
            headers["authorization"] = f"Bearer {self._signer.sign(who, AUDIENCE)}"
        return await self._client.request(method, path, headers=headers, **asked)


@pytest.fixture(scope="session")
async def door(
    program: Program, settings: Settings, clock: SettableClock, quota_env: dict[str, str]
) -> AsyncIterator[Door]:

    app = build(settings, clock=clock)
    app.state.program, app.state.desk = program, program.desk
    signer = IdentitySigner(base64.b64decode(quota_env["IDENTITY_PRIVATE_KEY"]), clock)
    async with httpx.AsyncClient(transport=ASGITransport(app), base_url="http://quota") as client:
        yield Door(client, signer)


@pytest.fixture(scope="session")
async def laid_out(program: Program, clock: SettableClock) -> Region:
    return await a_region(program.desk, clock)


@pytest.fixture
def region(laid_out: Region, desk: Desk) -> Region:
    """A prefecture in which every way to stand is found, in autumn."""
    laid_out.clock.set(AUTUMN)
    return laid_out


async def everything(program: Program) -> dict[str, Any]:
    """Give for every table how many rows it has and the sum of the transactions that wrote them.

    Whatever writes a row, even as it was, changes one of the two. Reading each row out, as a digest of its content
    would, took seconds once a test had imported ten thousand.
    """
    found: dict[str, Any] = {}
    async with program.uow.glance() as tx:
        for name in [*metadata.tables, *Plumbing.metadata.tables]:
            query = f'SELECT count(*), sum(CAST(CAST(xmin AS text) AS bigint)) FROM "{name}"'  # noqa: S608
            found[name] = await tx.first(sa.text(query))
    return found


@pytest.fixture
def unchanged(program: Program) -> Unchanged:
    """Assert that a block leaves nothing behind."""

    @asynccontextmanager
    async def block() -> AsyncIterator[None]:
        before = await everything(program)
        yield
        after = await everything(program)
        assert {name for name in before if before[name] != after[name]} == set()

    return block
