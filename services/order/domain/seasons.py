"""Goods of a season (时令供应期) are promised for days within its windows alone; without windows, for any day.

A window may bound how much is promised for its days in all: what open orders hold of it and what has left for it.
"""

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
    quantity_max: int | None = None
    """How much may be promised for its days in all, in the listing's measure; None is as much as there is."""
    promised: int | None = None
    """How much is; None where no window of the season is bounded, and nothing is counted."""

    @property
    def said(self) -> tuple[date, date, int | None]:
        """What its supplier said of it."""
        return self.from_on, self.until_on, self.quantity_max

    @property
    def left(self) -> int | None:
        """How much more may be promised; None is as much as there is, and more than is allowed leaves 0."""
        return None if self.quantity_max is None else max(self.quantity_max - (self.promised or 0), 0)

    def days(self) -> dict[str, Any]:
        return {"from_on": self.from_on, "until_on": self.until_on}

    def view(self) -> dict[str, Any]:
        """Write it for its supplier."""
        bound = {"quantity_max": self.quantity_max, "promised": self.promised, "left": self.left}
        return self.days() | bound

    def offered(self, quantity: int) -> dict[str, Any]:
        """Write it for who asks for so much: what is left is told only when it is less."""
        short = self.left is not None and self.left < quantity
        return self.days() | {"left_quantity": self.left if short else None}


Season = tuple[Window, ...]
"""Rising, apart from one another; none is any day."""


def season_of(
    text: str | None, most: Sequence[int | None] | None = None, promised: Sequence[int] | None = None
) -> Season:
    """Read a season as the database writes its ranges, with what its windows may promise and have, where bounded."""
    found = _WINDOW.findall(text or "")
    bounds = most or [None] * len(found)
    counts: Sequence[int | None] = promised or [None] * len(found)
    return tuple(
        Window(date.fromisoformat(first), date.fromisoformat(end) - timedelta(days=1), bound, count)
        for (first, end), bound, count in zip(found, bounds, counts, strict=True)
    )


def season_text(season: Season) -> str | None:
    """Write a season as the database reads it; None is any day."""
    if not season:
        return None
    return "{" + ",".join(_span(one) for one in season) + "}"


def spans_text(season: Season) -> str:
    """Write the windows as the database reads a list of ranges, where those that touch stay apart."""
    return "{" + ",".join(f'"{_span(one)}"' for one in season) + "}"


def is_bounded(season: Sequence[Window]) -> bool:
    """Tell whether some window bounds how much is promised."""
    return any(one.quantity_max is not None for one in season)


def window_of(season: Sequence[Window], day: date) -> Window | None:
    """Give the window that a day is of."""
    return next((one for one in season if one.from_on <= day <= one.until_on), None)


def _span(one: Window) -> str:
    return f"[{one.from_on},{one.until_on + timedelta(days=1)})"


def holds(season: Sequence[Window], day: date) -> bool:
    """Tell whether goods may be promised for a day."""
    return not season or any(one.from_on <= day <= one.until_on for one in season)


def is_over(season: Sequence[Window], today: date) -> bool:
    """Tell whether no window has a day left."""
    return bool(season) and all(one.until_on < today for one in season)
