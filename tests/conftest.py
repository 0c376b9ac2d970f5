"""Tests run against the real parts, embedded; nothing of our own is mocked."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.files import S3ObjectStore
from tests.parts import PartsOfThisRun

WITHOUT_PARTS = ("unit", "house", "contracts")
_PARTS = pytest.StashKey[PartsOfThisRun]()
_SETTINGS = pytest.StashKey[dict[str, str]]()


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
