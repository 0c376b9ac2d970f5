"""How much of it there is, counted from public facts once in two minutes: bases, people employed, canteens, statuses.

Decision: the gateway walks the tables of open data and adds up. Why: the figures are then those that anybody can add up
from what they download. Price: beyond `PAGES_MAX` pages a count is at least so much, and says so with a plus.
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.pages.kit.page import Page, today

KEPT_SECONDS = 120.0
PAGE_ROWS = 1_000
PAGES_MAX = 20
LIST_ROWS = 100
STATUSES = ("met", "unproven", "missed")


@dataclass(frozen=True, slots=True)
class Counted:
    """A count; `more` where not everything was walked."""

    count: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.count:,}{'+' if self.more else ''}"


@dataclass(frozen=True, slots=True)
class Declared:
    """How the canteens stand by what was declared and published of a year, the last restatement of each."""

    year: int
    by_status: dict[str, int]


@dataclass(frozen=True, slots=True)
class PublicCounts:
    bases: Counted
    suppliers: Counted
    employed: Counted
    canteens: Counted
    declared: Declared | None


async def public_counts(page: Page) -> PublicCounts:
    """Count, or give what was counted within the last two minutes."""
    known = _known(page)
    if known is not None:
        return known
    state = page.request.app.state
    if not hasattr(state, "counting_public"):
        state.counting_public = asyncio.Lock()
    async with state.counting_public:  # Who comes meanwhile waits for the one count.
        return _known(page) or await _count(page)


def _known(page: Page) -> PublicCounts | None:
    kept: tuple[float, PublicCounts] | None = getattr(page.request.app.state, "public_counts", None)
    return kept[1] if kept is not None and kept[0] > time.monotonic() else None


async def _count(page: Page) -> PublicCounts:
    suppliers, figures, canteens, declared = await asyncio.gather(
        _table(page, "suppliers"), _table(page, "figures"), _list(page, "list_canteens", {}), _declared(page)
    )
    counts = PublicCounts(
        bases=Counted(sum(row["kind"] == "disabled_base" for row in suppliers[0]), suppliers[1]),
        suppliers=Counted(len(suppliers[0]), suppliers[1]),
        employed=Counted(employed(figures[0]), figures[1]),
        canteens=Counted(len(canteens[0]), canteens[1]),
        declared=declared,
    )
    if suppliers[0] and canteens[0]:
        page.request.app.state.public_counts = (time.monotonic() + KEPT_SECONDS, counts)
    return counts


def employed(figures: list[dict[str, Any]]) -> int:
    """Add up whom bases employ: of each the newest confirmed figure."""
    newest: dict[str, tuple[str, int]] = {}
    for row in figures:
        if row["kind"] == "employed":
            newest[row["supplier_id"]] = max(newest.get(row["supplier_id"], ("", 0)), (row["as_of"], row["count"]))
    return sum(count for _, count in newest.values())


async def _table(page: Page, dataset: str) -> tuple[list[dict[str, Any]], bool]:
    """Walk a table of open data; tells whether there is more."""
    rows: list[dict[str, Any]] = []
    after: str | None = ""
    for _ in range(PAGES_MAX):
        found = await page.ask_or(
            {"items": [], "next": None}, "get_supply_data", query={"limit": PAGE_ROWS, "after": after}, dataset=dataset
        )
        rows += found["items"]
        after = found["next"]
        if after is None:
            return rows, False
    return rows, True


async def _list(page: Page, operation: str, query: dict[str, str | int]) -> tuple[list[dict[str, Any]], bool]:
    rows: list[dict[str, Any]] = []
    cursor: str | None = ""
    for _ in range(PAGES_MAX):
        asked = {**query, "limit": LIST_ROWS, "cursor": cursor}
        found = await page.ask_or({"items": [], "next": None}, operation, query=asked)
        rows += found["items"]
        cursor = found["next"]
        if cursor is None:
            return rows, False
    return rows, True


async def _declared(page: Page) -> Declared | None:
    """Count the statuses of the last year of which something was published; None while nothing was."""
    day: date = today(page)
    for year in (day.year, day.year - 1, day.year - 2):
        rows, _ = await _list(page, "list_published_declarations", {"year": year})
        if rows:
            return Declared(year, statuses(rows))
    return None


def statuses(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Count canteens by status, each by its last restatement and under the first rule that gives it one."""
    last: dict[str, dict[str, Any]] = {}
    for row in rows:
        known = last.get(row["canteen_id"])
        if known is None or row["restatement"] > known["restatement"]:
            last[row["canteen_id"]] = row
    found: Counter[str] = Counter()
    for row in last.values():
        found.update([next((rule["status"] for rule in row["rules"] if rule["status"] in STATUSES), "")])
    return {status: found[status] for status in STATUSES}
