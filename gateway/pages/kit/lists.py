"""A long list is read page by page; its links carry the filters along."""

from typing import Any
from urllib.parse import urlencode

from gateway.pages.kit.page import Page


def rest_of(page: Page, found: dict[str, Any]) -> tuple[str, str]:
    """Give the addresses of the next page and of the first, each empty when there is none."""
    kept = [(name, value) for name, value in page.request.query_params.multi_items() if name not in ("cursor", "done")]
    path = page.request.url.path
    following = found.get("next")
    next_url = f"{path}?{urlencode([*kept, ('cursor', following)])}" if following else ""
    first_url = (f"{path}?{urlencode(kept)}" if kept else path) if page.asked("cursor") else ""
    return next_url, first_url
