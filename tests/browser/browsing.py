"""A person sits before a browser: Chromium, with or without script, at a phone's width or a desk's."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from gateway.session import COOKIE
from tests.build.door import Person

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = 320, 1280
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TARGET_PIXELS_MIN = 43.5

SMALL_TARGETS = """least => [...document.querySelectorAll(
    'a, button, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select, summary, textarea')]
  .filter(one => !one.classList.contains('skip') && !one.closest('.good-card'))
  .map(one => [one.textContent.trim() || one.name, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && box.height < least)
  .map(([text, box]) => `${text}: ${box.height}`)"""


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Start Debian's Chromium where it is installed, else Playwright's own."""
    async with async_playwright() as playwright:
        found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
        browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@dataclass(frozen=True)
class Desk:
    """Opens windows for people at one gateway."""

    browser: Browser
    base_url: str
    shots: Path

    @asynccontextmanager
    async def window(
        self,
        person: Person | None = None,
        *,
        width: int = DESK,
        script: bool = True,
        language: str = "zh",
        **context: Any,
    ) -> AsyncIterator["Window"]:
        """Open a window for a person who is signed in, or for the public."""
        opened = await self.browser.new_context(
            base_url=self.base_url,
            viewport={"width": width, "height": 720},
            locale="zh-CN" if language == "zh" else "en-GB",
            java_script_enabled=script,
            **context,
        )
        opened.set_default_timeout(15_000)
        if person is not None and person.token:
            await opened.add_cookies([{"name": COOKIE, "value": person.token, "url": self.base_url}])
        try:
            yield Window(await opened.new_page(), opened, self.shots)
        finally:
            await opened.close()


@dataclass(frozen=True)
class Window:
    """One page in one window."""

    page: Page
    context: BrowserContext
    shots: Path

    async def go(self, path: str, status: int = 200) -> None:
        """Open an address; asserts its status."""
        answer = await self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status} {(await self.heading())}"

    async def heading(self) -> str:
        return await self.page.locator("h1").first.inner_text()

    async def text(self) -> str:
        """Give what stands in the main part."""
        return await self.page.locator("main").inner_text()

    async def fill(self, **fields: str) -> None:
        """Type into fields by their names."""
        for name, value in fields.items():
            await self.page.locator(f'main [name="{name}"]').first.fill(value)

    async def choose(self, **fields: str) -> None:
        """Choose in selects by their names."""
        for name, value in fields.items():
            await self.page.locator(f'main select[name="{name}"]').select_option(value)

    async def press(self, text: str) -> None:
        """Press the button that says this, and wait for the page that follows."""
        async with self.page.expect_navigation():
            await self.page.locator("main").get_by_role("button", name=text, exact=True).first.click()

    async def follow(self, text: str) -> None:
        """Follow the link that says this."""
        async with self.page.expect_navigation():
            await self.page.locator("main").get_by_role("link", name=text).first.click()

    async def shoot(self, name: str) -> None:
        """Take a picture of the whole page."""
        await self.page.screenshot(path=self.shots / f"{name}.png", full_page=True)

    async def violations(self) -> list[str]:
        """List what axe finds wrong, by rule and by the first part of the page that breaks it."""
        await self.page.evaluate(AXE)
        found = await self.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]

    async def small_targets(self) -> list[str]:
        """List what is lower than a finger wants."""
        found: list[str] = await self.page.evaluate(SMALL_TARGETS, TARGET_PIXELS_MIN)
        return found

    async def overflow(self) -> int:
        """Tell how many pixels the page is wider than its window."""
        wide: int = await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return max(0, wide)
