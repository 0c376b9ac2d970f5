"""Each page by keyboard and for a screen reader: what has the focus is seen, headings and tables tell what is what."""

from itertools import pairwise

import pytest
from starlette.routing import Route

from gateway import pages
from tests.browser.browsing import DESK, PHONE, Desk, Window
from tests.browser.test_every_page_stands import PAGES
from tests.build.town import Town

TABS_MAX = 60
"""How far a page is gone through by Tab; a longer one repeats what it began with."""
NO_PAGE = (".csv", ".pdf", ".xlsx", ".ics", ".json", ".xml", ".txt", ".js", ".css", ".webmanifest", ".svg", ".png")
LOOKED_AT_ELSEWHERE = {"/cases/{case_id:uuid}": "test_anybody_complains_by_page"}
"""Of a page that nothing in the town leads to, which test looks at it."""

HEADINGS = "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(one => Number(one.tagName[1]))"
BARE_TABLES = """[...document.querySelectorAll('table')]
  .filter(one => !one.querySelector('thead th')
    || !((one.caption && one.caption.textContent.trim()) || one.hasAttribute('aria-labelledby')))
  .map(one => one.outerHTML.slice(0, 120))"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const x = Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.y + Math.min(box.height / 2, 20), 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const marked = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
  return {
    name: one.outerHTML.slice(0, 120),
    marked,
    hidden: box.width > 0 && top !== null && top !== one && !one.contains(top) && !top.contains(one)
      && !(one.labels && [...one.labels].some(label => label.contains(top))),
    seen: (one.dataset.reached = (one.dataset.reached ? Number(one.dataset.reached) : 0) + 1) > 1,
  };
}"""


async def faults_of_focus(window: Window) -> list[str]:
    """Go through a page by Tab; list what shows no mark when it has the focus, or lies under something else."""
    found = []
    for _ in range(TABS_MAX):
        await window.page.keyboard.press("Tab")
        told = await window.page.evaluate(FOCUSED)
        if told is None or told["seen"]:
            break
        if not told["marked"]:
            found.append(f"no mark: {told['name']}")
        if told["hidden"]:
            found.append(f"hidden: {told['name']}")
    return found


def faults_of_headings(levels: list[int]) -> list[str]:
    """Tell of headings that do not begin with one h1, or skip a level on the way down."""
    skipped = [f"h{after} after h{before}" for before, after in pairwise(levels) if after > before + 1]
    return skipped + ([] if levels[:1] == [1] and levels.count(1) == 1 else [f"headings {levels}"])


@pytest.mark.pages
@pytest.mark.parametrize("name", PAGES)
async def test_is_gone_through_by_key_and_read_by_its_headings(desk: Desk, peopled: Town, name: str) -> None:
    who, path = PAGES[name]
    found: dict[str, object] = {}
    async with desk.window(peopled.person(who)) as window:
        for width in (DESK, PHONE):
            await window.page.set_viewport_size({"width": width, "height": 720})
            await window.go(path(peopled))
            found[f"focus {width}"] = await faults_of_focus(window)
        found["headings"] = faults_of_headings(await window.page.evaluate(HEADINGS))
        found["tables"] = await window.page.evaluate(BARE_TABLES)
    assert not any(found.values()), found


def test_every_address_of_a_page_is_looked_at(peopled: Town) -> None:
    shown = [path(peopled).partition("?")[0] for _, path in PAGES.values()]
    missing = [
        route.path
        for route in pages.routes
        if isinstance(route, Route)
        and "GET" in (route.methods or ())
        and not route.path.endswith(NO_PAGE)
        and not any(route.path_regex.match(path) for path in shown)
    ]
    assert (sorted(set(missing) - set(LOOKED_AT_ELSEWHERE)), sorted(set(LOOKED_AT_ELSEWHERE) - set(missing))) == (
        [],
        [],
    )
