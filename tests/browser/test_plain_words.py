"""Who asks for plain words reads them on a seller's pages, larger, and nothing spills over or is lost."""

import pytest

from tests.browser.browsing import PHONE, Desk
from tests.build.town import Town


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_plain_words_stand_on_a_sellers_path(desk: Desk, peopled: Town, language: str) -> None:
    order, supplier = peopled.ids["order confirmed"], peopled.seller.id
    paths = ["/supplier", f"/supplier/{supplier}/listings", f"/supplier/{supplier}/money", f"/orders/{order}/packing"]
    says = {"zh": ("现在要做的事", "秤上的总重"), "en": ("Do this now", "Weight with the box")}[language]
    asks = {"zh": "改用通俗用语和大字", "en": "Use plain words and larger letters"}[language]
    back = {"zh": "改用平常用语", "en": "Use the usual words"}[language]
    person = peopled.person("supplier own")
    async with desk.window(person, width=PHONE, language=language) as window:
        await window.go("/supplier")
        await window.press(asks)
        assert says[0] in await window.text()
        assert await window.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 20
        for place, path in enumerate(paths):
            await window.go(path)
            await window.shoot(f"plain-{place}-{language}")
            assert await window.violations() == []
            assert await window.overflow() == 0
            assert await window.small_targets() == []
        assert says[1] in await window.page.content()
        await window.go("/supplier")
        await window.press(back)
        assert says[0] not in await window.text()
