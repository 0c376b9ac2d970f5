"""A year's reservation (预留) goes from a draft to the level above and back, and nobody is told off before it is due.

Source: README, "The rule": filed at the start of the year, at least the rate of what is expected. Where the notice is
silent we declare a default and keep it as a field of the rule: it is due on the 31st day of the year, or the 31st day
after a canteen opens; whoever reserves less than the year before says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.states import StateMachine


class ReservationState(StrEnum):
    """Where a version of a reservation stands."""

    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 已提交
    RETURNED = "returned"  # 已退回
    ACCEPTED = "accepted"  # 已接收


class ReviewOutcome(StrEnum):
    """What the level above says of a version."""

    ACCEPT = "accept"  # 接收
    RETURN = "return"  # 退回


RESERVATION = StateMachine(
    ReservationState,
    {
        "submit": ({ReservationState.DRAFT}, ReservationState.SUBMITTED),
        "accept": ({ReservationState.SUBMITTED}, ReservationState.ACCEPTED),
        "return": ({ReservationState.SUBMITTED}, ReservationState.RETURNED),
    },
)
"""Of one version; an amendment is a new version, and what was filed before it never changes."""


def state_of(*, draft: bool, outcome: str | None) -> ReservationState:
    """Tell where a version stands from how it was written and what was said of it."""
    if draft:
        return ReservationState.DRAFT
    if outcome is None:
        return ReservationState.SUBMITTED
    return RESERVATION.check(ReservationState.SUBMITTED, ReviewOutcome(outcome).value)


@dataclass(frozen=True, slots=True)
class Filed:
    """What is filed for a year: the expected base, and what is reserved under each rule, in fen."""

    expected_base_fen: int
    reserved: Mapping[str, int]


def lower_than(last: Filed, new: Filed) -> dict[str, int]:
    """Tell what of a filing is lower than the last year's, with last year's amount; `""` is the expected base.

    A rule that is left out is nothing reserved.
    """
    lower = {"": last.expected_base_fen} if new.expected_base_fen < last.expected_base_fen else {}
    return lower | {rule: fen for rule, fen in last.reserved.items() if new.reserved.get(rule, 0) < fen}


def due_on(year: int, days: int, opened_on: date | None) -> date:
    """Tell when a year's reservation is due: so many days into the year, or after the canteen opened in it."""
    first = date(year, 1, 1)
    return max(first, opened_on or first) + timedelta(days=days - 1)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What is wanting of a year's reservation on a day: how many days it is late, or waits since it was returned."""

    unfiled_days: int | None = None
    returned_days: int | None = None


NOTHING_WANTING = Reminder()


def reminder_of(day: date, due: date, *, filed: bool, returned_on: date | None) -> Reminder:
    """Tell what to remind of. `filed` is whether anything stands under the rule; `returned_on` when the newest was."""
    if returned_on is not None:
        return Reminder(returned_days=(day - returned_on).days)
    return Reminder(unfiled_days=(day - due).days) if not filed and day > due else NOTHING_WANTING
