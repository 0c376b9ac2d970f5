"""How budgets are answered."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.order.api.models import Party
from services.order.domain.budgets import BudgetStop
from shared.contracts.words import Fund


class BudgetView(BaseModel):
    """What may be ordered for a canteen from a fund in a month, as it was last put."""

    budget_id: UUID
    canteen: Party
    fund: Fund
    month: str
    """By the day on which goods are wanted, such as 2026-03."""
    every_month: bool
    """Whether it rules each month from then on that has no budget of its own."""
    amount_fen: int
    stop: BudgetStop
    version: int
    reason: str
    put_by: UUID
    put_by_name: str
    put_at: datetime


class BudgetVersionView(BaseModel):
    """One version of a budget."""

    version: int
    amount_fen: int
    stop: BudgetStop
    reason: str
    put_by: UUID
    put_by_name: str
    put_at: datetime


class BudgetHistory(BudgetView):
    """A budget with its versions, newest first."""

    versions: list[BudgetVersionView]


class BudgetUse(BaseModel):
    """How a budget stands in a month."""

    month: str
    used_fen: int
    """What is placed, at most, and what of it is accepted, less what went back and was credited."""
    waiting_fen: int
    """What waits to be approved, which counts nothing yet."""
    left_fen: int
    """Negative where the budget was lowered below what is used: nothing more is placed then."""


class RulingView(BudgetView):
    """A budget that rules a month, with how it stands there."""

    use: BudgetUse


class BudgetPage(BaseModel):
    items: list[RulingView]
    next: str | None
