"""A browser, a town in which every page has something to show, and a place for pictures."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser.browsing import Desk, open_browser
from tests.build.everything import Everything
from tests.build.land import Land
from tests.build.people import People
from tests.build.town import Town, build_town
from tests.whole import Whole


@pytest.fixture(scope="session")
async def desk(running_whole: Whole, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A browser at the gateway; pictures go to SCREENSHOTS, or to a folder of this run."""
    chosen = os.environ.get("SCREENSHOTS")
    shots = Path(chosen) if chosen else tmp_path_factory.mktemp("shots")
    shots.mkdir(parents=True, exist_ok=True)
    async with open_browser() as browser:
        yield Desk(browser, running_whole.base_url, shots)


@pytest.fixture(scope="session")
async def peopled(people: People, everything: Everything, land: Land) -> Town:
    """One of everything in each state."""
    return await build_town(people, everything, land)
