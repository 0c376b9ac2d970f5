"""Where a year is going is projected in whole fen: in a straight line, and by the season of the year before.

Rounding: a projected base is rounded up and a projected counted amount down, so that no projection meets a rate that
the exact quotient would miss; what is still needed, and what of it each month, is rounded up.

Decision: a season is last year's own course, month by month, a running month by its days; where less than a hundredth
of last year's produce had come by this day, there is no season to go by. Why: a projection from next to nothing is a
guess with many digits. Price: a canteen that buys nothing before March has a straight line alone until then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.procurement_quota.domain.figures import Figures, Months, MonthSums, month_end
from shared.money import BP_WHOLE, meets, required_fen

MONTHS = 12
SEASON_PART_MIN = 100
"""A season counts from one part in so many of its year."""


@dataclass(frozen=True, slots=True)
class Course:
    """How far a year has run for one canteen, from its first day (1 January, or when it opened) to the day asked."""

    year: int
    begun_on: date
    day: date

    @property
    def days(self) -> int:
        return (date(self.year, 12, 31) - self.begun_on).days + 1

    @property
    def days_run(self) -> int:
        return min(self.days, max(0, (self.day - self.begun_on).days + 1))

    @property
    def months_left(self) -> int:
        """How many months can still be bought in, a running one included."""
        if self.day.year != self.year:
            return 0 if self.day.year > self.year else MONTHS
        return MONTHS - self.day.month + (self.day < month_end(self.year, self.day.month))


def course_of(year: int, opened_on: date | None, day: date) -> Course:
    """Give the course of a year on a day, for a canteen that opened then."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return Course(year, min(last, max(first, opened_on or first)), day)


@dataclass(frozen=True, slots=True)
class Projection:
    """Where a year would end, and what is wanting to reach the rate there."""

    base_fen: int
    counted_fen: int
    required_fen: int | None
    meets: bool | None
    shortfall_fen: int | None
    """What the projected counted amount lacks."""
    needed_fen: int | None
    """What is still to be bought, of what counts, on the projected base; it takes the place of what would not count."""
    monthly_fen: int | None
    """The same for each month that is left; None when none is."""


def linear(figures: Figures, course: Course) -> Projection | None:
    """Project by days: as much a day as until now. None without a base, or before the first day."""
    if figures.base_fen <= 0 or course.days_run == 0:
        return None
    base = -(-figures.base_fen * course.days // course.days_run)
    return _project(figures, course, base, figures.counted_fen * course.days // course.days_run)


def seasonal(figures: Figures, course: Course, last_year: Months) -> Projection | None:
    """Project by last year's course; None where it gives none.

    The base goes by last year's base, what counts by what counted then, or by that base where too little did.
    """
    base_season = _season(last_year, course, counted=False)
    if figures.base_fen <= 0 or course.day.year != course.year or base_season is None:
        return None
    whole, run = base_season
    base = -(-figures.base_fen * whole // run)
    whole, run = _season(last_year, course, counted=True) or base_season
    return _project(figures, course, base, figures.counted_fen * whole // run)


def _season(last_year: Months, course: Course, *, counted: bool) -> tuple[int, int] | None:
    """Give last year's whole, and what of it had come by the same day, both times the days of that month."""
    months = [
        (sums.counted_fen if counted else sums.base_fen) if (sums := last_year.get((course.year - 1) * 100 + at)) else 0
        for at in range(1, MONTHS + 1)
    ]
    month = course.day.month
    days = month_end(course.year - 1, month).day
    over = course.day == month_end(course.year, month)
    whole = sum(months) * days
    run = sum(months[: month - 1]) * days + months[month - 1] * (days if over else min(course.day.day, days))
    return (whole, run) if 0 < whole <= run * SEASON_PART_MIN else None


def _project(figures: Figures, course: Course, base_fen: int, counted_fen: int) -> Projection:
    if figures.rate_bp is None:
        return Projection(base_fen, counted_fen, None, None, None, None, None)
    required = required_fen(base_fen, figures.rate_bp)
    needed = max(0, required - figures.counted_fen)
    left = course.months_left
    return Projection(
        base_fen=base_fen,
        counted_fen=counted_fen,
        required_fen=required,
        meets=meets(counted_fen, base_fen, figures.rate_bp),
        shortfall_fen=max(0, required - counted_fen),
        needed_fen=needed,
        monthly_fen=-(-needed // left) if left else None,
    )


@dataclass(frozen=True, slots=True)
class Concentration:
    """How much of a year falls into December (年底突击采购): `index_bp` 10000 is an even twelfth, 120000 all of it."""

    december_fen: int
    year_fen: int

    @property
    def share_bp(self) -> int | None:
        return None if self.year_fen <= 0 else self.december_fen * BP_WHOLE // self.year_fen

    @property
    def index_bp(self) -> int | None:
        return None if self.year_fen <= 0 else MONTHS * self.december_fen * BP_WHOLE // self.year_fen


@dataclass(frozen=True, slots=True)
class FoundLater:
    """What findings of a month, YYYYMM, added to purchases of another one, in fen."""

    posting_month: int
    bought_month: int
    base_fen: int
    counted_fen: int


def by_purchase(months: Months, found: Sequence[FoundLater]) -> dict[int, MonthSums]:
    """Give the months with each finding told by the month of its purchase: pace is about when goods were bought."""
    moved = dict(months)
    for one in found:
        for month, sign in ((one.posting_month, -1), (one.bought_month, 1)):
            sums = moved.get(month, MonthSums(0, 0))
            moved[month] = replace(
                sums,
                base_fen=sums.base_fen + sign * one.base_fen,
                counted_fen=sums.counted_fen + sign * one.counted_fen,
            )
    return moved


def december(months: Months, year: int, day: date, *, counted: bool) -> Concentration | None:
    """Tell how much of a year's purchases, given `by_purchase`, fall into its December; None before it begins.

    Returns agreed after the year belong to it and lower no month of it, so they are left out.
    """
    if day < date(year, 12, 1):
        return None
    amounts = {
        month: sums.counted_fen if counted else sums.base_fen for month, sums in months.items() if month // 100 == year
    }
    return Concentration(amounts.get(year * 100 + 12, 0), sum(amounts.values()))
