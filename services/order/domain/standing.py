"""A standing order (常购单, a weekly menu) wants the same goods on the same days of the week, until a last day."""

from collections.abc import Collection
from datetime import date, timedelta

WEEK_DAYS = 7
LEAD_DAYS_MAX = 14
"""How long before the day a basket is drafted at most: what is on sale further ahead nobody knows."""
UNTIL_DAYS_MAX = 366
ACTIVE_MAX = 50
"""How many a canteen has at work at once."""
KEPT_MAX = 200
"""How many it keeps in all, those at rest with them: one that is not wanted any more is put anew."""


def next_day(weekdays: Collection[int], since: date, until: date, *, but: Collection[date] = ()) -> date | None:
    """Give the first wanted day from a day on, weekdays being 1 (Monday) to 7; None where none is left.

    Days in `but` are done already.
    """
    day = since
    while day <= until:
        if day.isoweekday() in weekdays and day not in but:
            return day
        day += timedelta(days=1)
    return None
