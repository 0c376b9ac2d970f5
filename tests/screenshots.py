"""The twelve most used pages as they look, at a desk's width and a phone's, of the demo that `make up` serves.

`python -m tests.screenshots [address]` writes `var/screenshots/<page>-<width>.png` and fails on a page that is wider
than its window, that says something to the console, or that is not there.
"""

import asyncio
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import BrowserContext, Page

from deploy.operator.demo.people import PASSWORD
from tests.browser.browsing import DESK, PHONE, open_browser

HERE = Path("var/screenshots")
WIDTHS = (DESK, PHONE)
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass(frozen=True)
class Shot:
    """A page, whose it is, and the way to it: an address, then links whose addresses match, each on the page before."""

    name: str
    who: str
    start: str
    links: tuple[str, ...] = ()


SHOTS = (
    Shot("home", "", "/"),
    Shot("catalogue", "", "/catalogue"),
    Shot("listing", "", "/catalogue", (r"/listings/[0-9a-f-]{36}",)),
    Shot("supplier", "", "/catalogue", (r"/listings/[0-9a-f-]{36}", r"/suppliers/[0-9a-f-]{36}")),
    Shot("basket", "demo-buyer", "/basket"),
    Shot("order", "demo-buyer", "/orders", (r"/orders/[0-9a-f-]{36}",)),
    Shot("deliveries", "demo-buyer", "/deliveries"),
    Shot("approvals", "demo-approver", "/requisitions"),
    Shot("board", "demo-officer", "/board"),
    Shot("statement", "demo-finance", "/statements", (r"/statements/[0-9a-f-]{36}",)),
    Shot("today", "demo-supplier", "/supplier"),
    Shot("goods", "demo-supplier", "/supplier", (r"/supplier/[0-9a-f-]{36}/listings",)),
)


async def main(address: str) -> int:
    """Take every picture; tells how many things are wrong."""
    wrong: list[str] = []
    async with open_browser() as browser:
        for width in WIDTHS:
            for who in dict.fromkeys(one.who for one in SHOTS):
                context = await browser.new_context(
                    base_url=address, viewport={"width": width, "height": 800}, locale="zh-CN"
                )
                if who:
                    await _sign_in(context, who)
                for shot in SHOTS:
                    if shot.who == who:
                        wrong += [f"{shot.name} at {width}: {fault}" for fault in await _take(context, shot, width)]
                await context.close()
    for fault in wrong:
        sys.stderr.write(f"{fault}\n")
    sys.stdout.write(f"{len(SHOTS) * len(WIDTHS)} pictures in {HERE}/\n")
    return len(wrong)


async def _sign_in(context: BrowserContext, who: str) -> None:
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.fill("#account", who)
    await page.fill("#password", PASSWORD)
    async with page.expect_navigation():
        await page.press("#password", "Enter")
    await page.close()


async def _take(context: BrowserContext, shot: Shot, width: int) -> list[str]:
    page = await context.new_page()
    found: list[str] = []
    page.on("console", lambda said: found.append(f"the console says {said.text}"))
    page.on("pageerror", lambda fault: found.append(str(fault)))
    await page.goto(shot.start)
    for pattern in shot.links:
        await page.goto(await _link(page, pattern))
    await page.wait_for_load_state("networkidle")
    if await page.evaluate(TOO_WIDE):
        found.append("wider than its window")
    await page.screenshot(path=HERE / f"{shot.name}-{width}.png", full_page=True)
    await page.close()
    return found


async def _link(page: Page, pattern: str) -> str:
    for link in await page.locator("main a[href]").all():
        to = str(await link.get_attribute("href"))
        if re.fullmatch(pattern, to.split("?")[0].split("#")[0]):
            return to
    raise SystemExit(f"{page.url} has no link to {pattern}")


if __name__ == "__main__":
    HERE.mkdir(parents=True, exist_ok=True)
    given = sys.argv[1] if len(sys.argv) > 1 else f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    sys.exit(1 if asyncio.run(main(given)) else 0)
