"""The 51 key counties are asked for once a minute, so that every card of the catalogue can say who is one."""

import time
from typing import Any

from gateway.pages.kit.page import Page, today

LIST = "hunan-51"
KEPT_SECONDS = 60.0


async def key_counties(page: Page) -> frozenset[str]:
    """Give the codes of the counties on the list today; nothing while they cannot be asked for."""
    state = page.request.app.state
    kept: tuple[float, frozenset[str]] | None = getattr(state, "key_counties", None)
    now = time.monotonic()
    if kept is not None and kept[0] > now:
        return kept[1]
    query = {"list": LIST, "on": today(page).isoformat(), "limit": 100}
    found: dict[str, Any] = await page.ask_or({"items": []}, "list_designations", query=query)
    codes = frozenset(one["county_code"] for one in found["items"])
    if codes:
        state.key_counties = (now + KEPT_SECONDS, codes)
    return codes
