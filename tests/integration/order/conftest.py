"""One opened order program serves these tests; its clock stands still until a test moves it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.order.main import opened
from services.order.settings import Settings
from services.order.usecases.desk import Desk
from shared.app import Program
from shared.clock import SettableClock
from shared.files import S3ObjectStore
from tests.build.order import START, Town


@pytest.fixture(scope="session")
def settings(env: dict[str, str]) -> Settings:
    """The order service's settings for this worker; nothing is sent or heard by itself."""
    read: dict[str, Any] = {name.lower(): value for name, value in env.items()}
    return Settings(_env_file=None, **{**read, "run": "serve", "pool_connections_max": 20})


@pytest.fixture(scope="session")
def clock() -> SettableClock:
    return SettableClock(START)


@pytest.fixture(scope="session")
async def program(
    settings: Settings, clock: SettableClock, env: dict[str, str], files: S3ObjectStore
) -> AsyncIterator[Program]:
    async with opened(settings, clock=clock, stream_prefix=env["STREAM_PREFIX"]) as program:
        yield program


@pytest.fixture
def desk(program: Program, clock: SettableClock) -> Desk:
    clock.set(START)
    desk: Desk = program.desk
    return desk


@pytest.fixture
async def town(desk: Desk) -> Town:
    """A unit with a canteen and an approval limit of 10,000 yuan."""
    return await Town(desk).heard_of()
