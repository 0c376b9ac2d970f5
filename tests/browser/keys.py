"""A person works with the keys alone: Tab to a thing, then type, or press."""

from tests.browser.browsing import Window

TABS_MAX = 150


async def reach_by_key(window: Window, selector: str) -> None:
    """Press Tab until this has the focus."""
    for _ in range(TABS_MAX):
        await window.page.keyboard.press("Tab")
        if await window.page.evaluate("at => document.activeElement.matches(at)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


async def type_by_key(window: Window, selector: str, text: str) -> None:
    """Reach a field and type into it, in the place of what stands there."""
    await reach_by_key(window, selector)
    await window.page.keyboard.press("Control+A")
    await window.page.keyboard.type(text)


async def press_by_key(window: Window, selector: str, key: str = "Enter") -> None:
    """Reach a button or a link and press it, and wait for the page that follows."""
    await reach_by_key(window, selector)
    async with window.page.expect_navigation():
        await window.page.keyboard.press(key)
