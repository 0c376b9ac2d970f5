"""What a canteen may order from a fund in a month has a budget (预算), and what it has placed counts against it.

A budget is of the month in which the goods are wanted. An order counts with the most that it may come to by its
tolerances, of what its seller confirmed or offers in its place; once accepted with what is kept, less what went back
and was credited; and with nothing once it was declined, cancelled or refused, or has lapsed.

Decision: the month of the day on which goods are wanted, in Asia/Shanghai, not of the day on which they are ordered,
accepted or paid. Why: it is the one of them that is known before anything is placed, and no delay moves a cost into
a month whose budget did not allow it. Price: what comes late is paid in another month than the one it counts in.

Decision: what waits to be approved counts nothing, and is shown beside. Why: what nobody approved would keep others
from ordering. Price: two that wait may not both fit; the second is refused when it is approved, and says so.
"""

from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from shared.contracts.words import Fund

AHEAD_MONTHS_MAX = 24
"""How far ahead a month may have a budget."""


class BudgetStop(StrEnum):
    """What a budget does to what goes beyond it (预算控制)."""

    HARD = "hard"  # 硬性控制: it is not ordered
    SOFT = "soft"  # 柔性控制: another person approves it, and finance is told
    NONE = "none"  # 不控制: it is ordered, and the figures are shown


class Terms(NamedTuple):
    """What a budget says: how much, and what stops."""

    amount_fen: int
    stop: BudgetStop


class Ruling(NamedTuple):
    """The version of a budget that rules a month."""

    budget_id: UUID
    version: int
    terms: Terms
    put_by: UUID


class Position(NamedTuple):
    """How a canteen's fund stands in a month, all of it read at one moment."""

    canteen_id: UUID
    fund: Fund
    month: date
    """Its first day."""
    gate_version: int
    passed_fen: int
    """What has passed the gate since it was last put; tells what was placed after this was read."""
    ruling: Ruling | None
    """None where no budget rules this month."""
    used_fen: int
    waiting_fen: int
    """What waits to be approved, at the most that it may come to."""

    def over_fen(self, most_fen: int) -> int:
        """Tell by how much this would go beyond the budget; 0 where it fits, or nothing rules."""
        if self.ruling is None:
            return 0
        return max(0, self.used_fen + most_fen - self.ruling.terms.amount_fen)

    @property
    def left_fen(self) -> int:
        """What is left; negative where more was placed than the budget has come to allow."""
        return (self.ruling.terms.amount_fen if self.ruling else 0) - self.used_fen

    @property
    def stop(self) -> BudgetStop:
        return self.ruling.terms.stop if self.ruling else BudgetStop.NONE


class Passage(NamedTuple):
    """What is to pass the gate of a canteen's fund, and up to where it may."""

    position: Position
    most_fen: int
    upto_fen: int | None
    """Up to which count of the gate it still fits, if all that passes meanwhile counts in its month; None: any."""

    @property
    def over_fen(self) -> int:
        return self.position.over_fen(self.most_fen)

    @property
    def beyond_soft(self) -> bool:
        """Whether another person is to approve it for its budget's sake."""
        return self.position.stop is BudgetStop.SOFT and self.over_fen > 0


def passage(position: Position, most_fen: int, *, approved: bool) -> Passage:
    """Give the passage of what comes to at most this: a soft stop lets pass whatever another person approved."""
    stops = position.stop is BudgetStop.HARD or (position.stop is BudgetStop.SOFT and not approved)
    return Passage(position, most_fen, position.passed_fen + position.left_fen if stops else None)


def month_of(day: date) -> date:
    """Give the first day of the month of a day."""
    return day.replace(day=1)


def month_after(month: date, months: int = 1) -> date:
    """Give the first day of the month so many months after."""
    years, place = divmod(month.month - 1 + months, 12)
    return date(month.year + years, place + 1, 1)


def month_text(month: date) -> str:
    """Write a month as it is told, such as 2026-03."""
    return f"{month:%Y-%m}"
