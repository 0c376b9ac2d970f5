"""A figure as of two dates is a sum of steps, each from a day on and known from a day on, so that steps can be folded.

Decision: what is owed, which no plain sum gives (an order that is paid too much nets no other), is folded too. Of
each order the differences of what it owes are kept, in both directions: at each day h on which something of it happened
and each day r on which something was recorded, owed(h, r) − owed(h−, r) − owed(h, r−) + owed(h−, r−).
Why: the sum of these over all days up to two dates is what the order owes as of them, for every pair of dates, so that
a province's canteens are summed without a look at their orders.
Price: an order of which more becomes known is computed before and after, and the difference is added.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from services.procurement_quota.domain.chain import month_of

OWED = ""
"""Stands where a rule's code does, for what is owed on orders whatever the rule."""


class Kept(NamedTuple):
    """What of an order was accepted, returned or credited by entries of one day, recorded on one day."""

    canteen_id: UUID
    fund: str
    year: int
    happened_on: date
    recorded_on: date
    amount_fen: int


class Paid(NamedTuple):
    """What of an order was paid, or came back."""

    happened_on: date
    recorded_on: date
    amount_fen: int


class Step(NamedTuple):
    """From when on, and known from when on, something more is owed."""

    canteen_id: UUID
    fund: str
    year: int
    happened_on: date
    recorded_on: date


def owed_steps(kept: Sequence[Kept], paid: Sequence[Paid]) -> dict[Step, int]:
    """Give the steps, in fen, of what is owed on one order: by each canteen and fund, for the year of the first entry.

    What each canteen owes is what it kept of that year less whatever was paid of the order, and never negative.
    """
    steps: dict[Step, int] = {}
    groups: dict[tuple[UUID, str], list[Kept]] = {}
    for one in kept:
        groups.setdefault((one.canteen_id, one.fund), []).append(one)
    for (canteen_id, fund), own in groups.items():
        happened = sorted({one.happened_on for one in own} | {one.happened_on for one in paid})
        recorded = sorted({one.recorded_on for one in own} | {one.recorded_on for one in paid})
        for year in {one.year for one in own}:
            earlier = [0] * len(recorded)
            for day in happened:
                now = [_owed(year, own, paid, day, known) for known in recorded]
                for at, known in enumerate(recorded):
                    left = now[at - 1] - earlier[at - 1] if at else 0
                    if step := now[at] - earlier[at] - left:
                        steps[Step(canteen_id, fund, year, day, known)] = step
                earlier = now
    return steps


def _owed(year: int, kept: Sequence[Kept], paid: Sequence[Paid], happened_by: date, known_by: date) -> int:
    seen = [one for one in kept if one.happened_on <= happened_by and one.recorded_on <= known_by]
    if not seen or min(one.year for one in seen) != year:
        return 0
    came = sum(one.amount_fen for one in seen if one.year == year)
    went = sum(one.amount_fen for one in paid if one.happened_on <= happened_by and one.recorded_on <= known_by)
    return max(0, came - went)


def difference(before: Mapping[Step, int], after: Mapping[Step, int]) -> dict[Step, int]:
    """Give what has to be added to some steps so that they become others."""
    steps = {step: after.get(step, 0) - before.get(step, 0) for step in before.keys() | after.keys()}
    return {step: fen for step, fen in steps.items() if fen}


def added(several: Iterable[Mapping[Step, int]]) -> dict[Step, int]:
    """Add the steps of several orders up."""
    sums: dict[Step, int] = {}
    for one in several:
        for step, fen in one.items():
            sums[step] = sums.get(step, 0) + fen
    return {step: fen for step, fen in sums.items() if fen}


@dataclass(frozen=True, slots=True)
class Cut:
    """Which whole months, and which further days, lie before two dates.

    Months before both `posting_month` and `recorded_month` are read as months. The rest are days: those recorded from
    `recorded_from` on, and those recorded before it that happened from `happened_from` on.
    """

    posting_month: int
    recorded_month: int
    happened_from: date | None
    """None where the last day asked ends a month."""
    recorded_from: date | None
    recorded_by: date

    @property
    def recorded_before(self) -> date:
        """The first day that is not recorded in one of the whole months."""
        return self.recorded_from or min(self.recorded_by, date.max - timedelta(days=1)) + timedelta(days=1)


def cut_at(happened_by: date, recorded_by: date) -> Cut:
    """Cut the days up to two dates into months and days."""
    ends_month, ends_recorded = _ends_month(happened_by), _ends_month(recorded_by)
    return Cut(
        posting_month=month_of(happened_by) + ends_month,
        recorded_month=month_of(recorded_by) + ends_recorded,
        happened_from=None if ends_month else happened_by.replace(day=1),
        recorded_from=None if ends_recorded else recorded_by.replace(day=1),
        recorded_by=recorded_by,
    )


def _ends_month(day: date) -> bool:
    return day == date.max or (day + timedelta(days=1)).day == 1
