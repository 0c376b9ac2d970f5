"""Tests run against the real parts, embedded; nothing of our own is mocked."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadFileScheduling

from shared.contracts.authority import Role
from shared.files import S3ObjectStore
from tests.build.door import open_door
from tests.build.everything import Everything
from tests.build.land import Land, lay_out
from tests.build.market import Market
from tests.build.own_set import own_set
from tests.build.people import People, people_of
from tests.build.running import running_with_cards
from tests.parts import PartsOfThisRun
from tests.whole import Whole

WITHOUT_PARTS = ("unit", "house", "contracts")
TOGETHER = "tests/integration/operator/"
_PARTS = pytest.StashKey[PartsOfThisRun]()
_SETTINGS = pytest.StashKey[dict[str, str]]()

hypothesis_settings.register_profile("zhucai", deadline=None)  # A timed assertion is not a test.
hypothesis_settings.load_profile("zhucai")


def pytest_configure(config: pytest.Config) -> None:
    """Start the parts once a run, in the process that hands out the tests, where any chosen test wants them."""
    if hasattr(config, "workerinput"):
        config.stash[_SETTINGS] = json.loads(config.workerinput["settings"])
        return
    if config.option.collectonly or not _wants_parts(config):
        return
    parts = PartsOfThisRun()
    config.stash[_PARTS] = parts
    config.add_cleanup(parts.stop)
    if not getattr(config.option, "numprocesses", None):
        config.stash[_SETTINGS] = parts.settings_for("main")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand each worker its settings."""
    parts = node.config.stash.get(_PARTS, None)
    settings = parts.settings_for(node.workerinput["workerid"]) if parts else {}
    node.workerinput["settings"] = json.dumps(settings)


class ByFile(LoadFileScheduling):  # type: ignore[misc]
    """A worker takes a file at a time, and all files that want the small demo: it is loaded once a run, not twice."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return TOGETHER if file.startswith(TOGETHER) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Hand out files as they were collected, the long ones of real programs before the short ones of the domain."""
    config.option.loadscopereorder = False
    return ByFile(config, log)


@pytest.fixture(scope="session")
def env(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of this worker: migrated databases, streams and a bucket of its own, on the embedded parts."""
    settings = request.config.stash.get(_SETTINGS, {})
    if not settings:
        pytest.fail("this test wants the embedded parts; it does not belong below tests/unit, house or contracts")
    return settings


@pytest.fixture(scope="session")
async def files(env: dict[str, str]) -> S3ObjectStore:
    """The bucket of this worker."""
    store = S3ObjectStore(env["S3_URL"], env["S3_ACCESS_KEY"], env["S3_SECRET_KEY"], env["S3_BUCKET"])
    await store.ensure_bucket()
    return store


@pytest.fixture(scope="session")
async def running_whole(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    """The four programs as processes, on databases, streams and a bucket that no other test touches."""
    own = await own_set(env, "whole")
    async with running_with_cards(tmp_path_factory.mktemp("whole"), own) as running:
        yield running


@pytest.fixture(scope="session")
async def door(running_whole: Whole) -> AsyncIterator[httpx.AsyncClient]:
    """A client at the door of the running whole."""
    async with open_door(running_whole.base_url) as http:
        yield http


@pytest.fixture(scope="session")
async def people(running_whole: Whole, door: httpx.AsyncClient) -> AsyncIterator[People]:
    """Makes people who stand at that door."""
    async with people_of(running_whole.env["GATEWAY_DATABASE_URL"], door) as made:
        yield made


@pytest.fixture(scope="session")
async def everything(running_whole: Whole) -> AsyncIterator[Everything]:
    """Looks at all that the running whole keeps."""
    looks = Everything(running_whole.env)
    await looks.open()
    yield looks
    await looks.close()


@pytest.fixture(scope="session")
async def land(running_whole: Whole, everything: Everything) -> Land:
    """The reference data and the canteens, as every program has heard of them."""
    laid_out = await lay_out(running_whole.env)
    await everything.settled()
    return laid_out


@pytest.fixture(scope="session")
async def market(people: People, everything: Everything, land: Land) -> Market:
    """Brings bases and goods onto the running whole's market."""
    return Market(people, everything, await people.one("officer", (Role.OFFICER, land.province)))


def _wants_parts(config: pytest.Config) -> bool:
    """Tell whether anything but the tests that need no part was asked for."""
    root = Path(str(config.rootpath)) / "tests"
    for argument in config.args:
        path = Path(argument.split("::")[0]).resolve()
        try:
            inside = path.relative_to(root).parts
        except ValueError:
            return True
        if not inside or inside[0] not in WITHOUT_PARTS:
            return True
    return False
