"""The demo has a closed year and a running one, and nothing in it happens later than yesterday evening."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shared.clock import SHANGHAI

CLOSING_DAY = 12
"""A year is closed on this day of the next January, after December was attested."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which two years, and up to when. Before 13 January the year before is still the running one."""

    today: date

    @property
    def running_year(self) -> int:
        return self.today.year if self.today > date(self.today.year, 1, CLOSING_DAY) else self.today.year - 1

    @property
    def closed_year(self) -> int:
        return self.running_year - 1

    @property
    def yesterday(self) -> date:
        return self.today - timedelta(days=1)

    @property
    def horizon(self) -> datetime:
        """The last moment at which something of the demo may happen."""
        return moment(self.yesterday, 20)

    @property
    def months(self) -> list[tuple[int, int]]:
        """Every month of the two years that has begun by the horizon."""
        return [
            (year, month)
            for year in (self.closed_year, self.running_year)
            for month in range(1, 13)
            if date(year, month, 1) <= self.yesterday
        ]

    def months_due(self, year: int) -> list[int]:
        """The months of a year whose attestation fell due before today."""
        return [month for month in range(1, 13) if due_on(year, month) < self.today]


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """Name a moment by its date and time in Hunan."""
    return datetime.combine(day, time(hour, minute), SHANGHAI)


def month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def due_on(year: int, month: int) -> date:
    """The 10th of the month after."""
    return month_end(year, month) + timedelta(days=10)
