"""Each page in English too: in each theme and at each width axe finds nothing, and nothing spills over."""

import pytest

from tests.browser.browsing import Desk
from tests.browser.test_every_page_in_every_theme import look_in_every_theme
from tests.browser.test_every_page_stands import PAGES
from tests.build.town import Town


@pytest.mark.pages
@pytest.mark.parametrize("name", PAGES)
async def test_stands_in_english(desk: Desk, peopled: Town, name: str) -> None:
    await look_in_every_theme(desk, peopled, name, "en")
