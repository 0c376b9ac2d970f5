"""Time is asked of a clock that is handed in, so that a test, and the demo, can say what time it is.

Business dates (acceptance, attestation, designations) are dates in Asia/Shanghai; moments are aware UTC datetimes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    def now(self) -> datetime:
        """Tell the moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SettableClock:
    """A clock that stands where it was last set; each asyncio task may set its own time.

    For tests, and for the demo on empty databases. It moves on by a microsecond at each look, so that two
    looks are never the same moment.
    """

    def __init__(self, start: datetime) -> None:
        self._moment: ContextVar[datetime | None] = ContextVar("moment", default=None)
        self._base = _aware(start)
        self._looks = 0

    def set(self, moment: datetime) -> None:
        """Set the time for every task that has not set its own."""
        self._base = _aware(moment)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Set the time for this task and those it starts, until the block ends."""
        token = self._moment.set(_aware(moment))
        try:
            yield
        finally:
            self._moment.reset(token)

    def now(self) -> datetime:
        self._looks = (self._looks + 1) % 1_000_000
        return (self._moment.get() or self._base) + timedelta(microseconds=self._looks)


def business_date(moment: datetime) -> date:
    """Tell the calendar date in Asia/Shanghai of an aware moment."""
    return moment.astimezone(SHANGHAI).date()


def today(clock: Clock) -> date:
    """Tell the present business date."""
    return business_date(clock.now())


def day_is_over(day: date) -> datetime:
    """Give the first moment, in UTC, that is after a day in Asia/Shanghai."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Give the last moment of a day in Asia/Shanghai."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI) - timedelta(microseconds=1)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC)
