"""What is bought on account is due within days of its acceptance, whatever a statement says and whenever it comes.

Source: 保障中小企业款项支付条例 (State Council order 802, in force since 2025-06-01), article 9: an authority pays
within 30 days of delivery, or of acceptance where that is agreed; another term may be agreed, of at most 60 days.

Decision: a term runs from each order's acceptance, in days that the unit sets for what is ordered from a day on; 30
where it set none. Why: counted from a monthly statement, what was accepted on the first of a month would be paid
within 61 days at the earliest reading. Price: the orders of one statement are due on several days; it shows each.

Decision: a closed month is never written again. What it left out, for whatever reason, stands once on the statement
that is closed next, as late (补记), with its order, its month and what it was; it is due when it always was.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

TERM_DAYS = 30
TERM_DAYS_MAX = 60


@dataclass(frozen=True, slots=True)
class Moves:
    """What moved one order's account in a month, in fen; `opening` is what was owed before it."""

    opening_fen: int = 0
    accepted_fen: int = 0
    returned_fen: int = 0
    credited_fen: int = 0
    paid_fen: int = 0
    refunded_fen: int = 0
    late_fen: int = 0
    """What all that earlier statements left out comes to: with the opening it is what was owed before the month."""

    @property
    def closing_fen(self) -> int:
        """What is owed at the end; negative where money is owed back."""
        taken = self.returned_fen + self.credited_fen + self.paid_fen
        return self.opening_fen + self.late_fen + self.accepted_fen - taken + self.refunded_fen

    @property
    def still(self) -> bool:
        """Whether there is nothing to tell."""
        return self == Moves()

    def __add__(self, other: "Moves") -> "Moves":
        return Moves(*(getattr(self, name) + getattr(other, name) for name in Moves.__dataclass_fields__))


@dataclass(frozen=True, slots=True)
class Late:
    """What a closed month left out of one order's account; what it comes to is the closing of these moves.

    Its opening is what was owed before the first month of all, or takes back what a later opening brought unexplained.
    """

    late_for: date
    """The first day of the month that left it out."""
    moves: Moves


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One order on a statement."""

    order_id: UUID
    accepted_on: date
    due_on: date
    moves: Moves
    late: tuple[Late, ...] = ()


def due_on(accepted_on: date, days: int | None) -> date:
    """Tell by when an accepted order is to be paid; None is the usual term."""
    return accepted_on + timedelta(days=TERM_DAYS if days is None else days)


def days_late(due: date, today: date) -> int:
    """Count the days since something was due; 0 until then."""
    return max((today - due).days, 0)


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def next_month(first: date) -> date:
    return first_of_month(first.replace(day=28) + timedelta(days=4))


def month_before(day: date) -> date:
    """Give the first day of the month before a day's."""
    return first_of_month(first_of_month(day) - timedelta(days=1))


def median(days: list[int]) -> int | None:
    """Give the middle of some counts, the lower of two; None of none."""
    return sorted(days)[(len(days) - 1) // 2] if days else None
