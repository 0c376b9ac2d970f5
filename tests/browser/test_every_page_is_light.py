"""Each page's style and script together stay within the budget, and come from here alone."""

import re

import httpx

from tests.browser.budget import PAGE_BYTES_MAX, PAGE_BYTES_NOW
from tests.browser.test_every_page_stands import PAGES
from tests.browser.test_no_page_is_turned_against_its_reader import cookie
from tests.build.town import Town
from tests.whole import Whole

LOADED = re.compile(r'<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"|<script[^>]*src="([^"]+)"')


async def test_style_and_script_stay_within_the_budget(running_whole: Whole, peopled: Town) -> None:
    weighs: dict[str, int] = {}
    found: dict[str, int] = {}
    async with httpx.AsyncClient(base_url=running_whole.base_url, timeout=30, trust_env=False) as http:
        for name, (who, path) in PAGES.items():
            page = await http.get(path(peopled), headers=cookie(peopled.person(who)))
            assert page.status_code == 200, name
            loaded = {style or script for style, script in LOADED.findall(page.text)}
            for url in loaded - set(weighs):
                assert url.startswith("/static/"), (name, url)
                answer = await http.get(url)
                assert answer.status_code == 200, url
                weighs[url] = len(answer.content)
            found[name] = sum(weighs[url] for url in loaded)
    assert min(found.values()) > 0
    heaviest = max(found, key=lambda name: found[name])
    assert found[heaviest] <= min(PAGE_BYTES_NOW, PAGE_BYTES_MAX), (heaviest, found[heaviest], weighs)
