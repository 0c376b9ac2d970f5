"""Goods of a season (时令供应期) are promised for days within its windows alone; without windows, for any day."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

WINDOWS_MAX = 12
AHEAD_DAYS_MAX = 1_100
_WINDOW = re.compile(r"\[(\d{4}-\d\d-\d\d),(\d{4}-\d\d-\d\d)\)")


class Window(NamedTuple):
    """Days for which goods may be promised, both ends in."""

    from_on: date
    until_on: date

    def view(self) -> dict[str, Any]:
        return {"from_on": self.from_on, "until_on": self.until_on}


Season = tuple[Window, ...]
"""Rising, apart from one another; none is any day."""


def season_of(text: str | None) -> Season:
    """Read a season as the database writes its ranges."""
    found = _WINDOW.findall(text or "")
    return tuple(Window(date.fromisoformat(a), date.fromisoformat(b) - timedelta(days=1)) for a, b in found)


def season_text(season: Season) -> str | None:
    """Write a season as the database reads it; None is any day."""
    if not season:
        return None
    return "{" + ",".join(f"[{one.from_on},{one.until_on + timedelta(days=1)})" for one in season) + "}"


def holds(season: Sequence[Window], day: date) -> bool:
    """Tell whether goods may be promised for a day."""
    return not season or any(one.from_on <= day <= one.until_on for one in season)


def is_over(season: Sequence[Window], today: date) -> bool:
    """Tell whether no window has a day left."""
    return bool(season) and all(one.until_on < today for one in season)
