"""Goods are wanted on a day, and where it is told within hours (送货时段) in which somebody is there to weigh them.

Hours are told to the minute by the clock of Asia/Shanghai, both or neither, and lie within the one day.
"""

from datetime import date, time, timedelta
from typing import Any, NamedTuple

from shared.errors import InvalidFields, field_problem

AHEAD_DAYS_MAX = 366


class Wanted(NamedTuple):
    """When goods are wanted; without hours, at any of the day."""

    day: date
    since: time | None = None
    until: time | None = None

    def check(self, today: date, hour: time) -> None:
        """Refuse a day that is over or beyond a year, and hours that are none or are over. Raises InvalidFields."""
        latest = today + timedelta(days=AHEAD_DAYS_MAX)
        if not today <= self.day <= latest:
            says = (f"should be from {today} to {latest}", f"应在 {today} 至 {latest} 之间")
            raise InvalidFields(field_problem("wanted_on", *says, earliest=str(today)))
        problem = hours_problem(self.since, self.until)
        if problem is None and self.until is not None and self.day == today and self.until <= hour:
            problem = field_problem("wanted_until", "is over already today", "今天的这个时段已经过去")
        if problem is not None:
            raise InvalidFields(problem)


def hour_of(text: str | None) -> time | None:
    """Read an hour that is known to be one, such as 08:30."""
    return None if text is None else time.fromisoformat(text)


def hour_text(hour: time | None) -> str | None:
    """Write an hour as it is answered."""
    return None if hour is None else f"{hour:%H:%M}"


def hours_problem(since: time | None, until: time | None) -> dict[str, Any] | None:
    """Say what is wrong with the hours; None where nothing is."""
    if (since is None) != (until is None):
        missing = "wanted_from" if since is None else "wanted_until"
        return field_problem(missing, "is told with the other end, or neither is", "时段的起止须同时填写，或都不填")
    if since is not None and until is not None and since >= until:
        return field_problem("wanted_until", "should be later than wanted_from", "结束时间应晚于开始时间")
    return None
