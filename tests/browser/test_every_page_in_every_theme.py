"""Each page in each theme and at each width: axe finds nothing, nothing spills over, nothing is said to a console."""

import pytest

from tests.browser.browsing import DESK, PHONE, Desk
from tests.browser.test_every_page_stands import PAGES
from tests.build.town import Town

THEMES = ("light", "dark", "contrast")


async def look_in_every_theme(desk: Desk, town: Town, name: str, language: str) -> None:
    """Open a page in a language and look at it in each theme at each width; asserts that nothing is wrong.

    The page takes its colours from one word of its root, which is what `/preferences` keeps.
    """
    who, path = PAGES[name]
    found: dict[str, object] = {}
    async with desk.window(town.person(who), language=language, reduced_motion="reduce") as window:
        said: list[str] = []
        window.page.on("console", lambda message: said.append(message.text))
        await window.go(path(town))
        assert await window.page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]
        for theme in THEMES:
            await window.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            for width in (DESK, PHONE):
                await window.page.set_viewport_size({"width": width, "height": 720})
                wrong = await window.violations()
                if spilt := await window.overflow():
                    wrong.append(f"{spilt} px beyond its window")
                if wrong:
                    found[f"{theme} {width}"] = wrong
        if said:
            found["console"] = said
    assert found == {}


@pytest.mark.pages
@pytest.mark.parametrize("name", PAGES)
async def test_stands_in_chinese(desk: Desk, peopled: Town, name: str) -> None:
    await look_in_every_theme(desk, peopled, name, "zh")
