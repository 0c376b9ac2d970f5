"""What can be asked of budgets; all of it is bounded."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.order.domain.budgets import BudgetStop
from services.order.usecases.commands import EXAMPLE_ID, Command, Remark, _example
from shared.contracts.words import Fund
from shared.money import AMOUNT_FEN_MAX

MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
MonthText = Annotated[str, StringConstraints(pattern=MONTH)]


class PutBudget(Command):
    """Say what may be ordered (预算) for a canteen from a fund in a month, or in each month from one on."""

    model_config = _example(
        canteen_id=EXAMPLE_ID, fund="canteen", month="2026-03", amount_fen=2_000_000, stop="hard", reason="年初预算"
    )

    canteen_id: UUID
    fund: Fund
    month: MonthText = Field(description="by the day on which goods are wanted, such as 2026-03; none that is over")
    every_month: bool = Field(
        default=False, description="true: it rules each month from then on that has no budget of its own"
    )
    amount_fen: int = Field(ge=0, le=AMOUNT_FEN_MAX)
    stop: BudgetStop = Field(
        description="hard: what goes beyond is not ordered; soft: another person approves it; none: it is shown alone"
    )
    reason: Remark = ""
    seen_version: int | None = Field(
        default=None, ge=1, le=10**9, description="which version was seen; wanted to change a budget that is there"
    )

    @property
    def first_day(self) -> date:
        return first_day_of(self.month)


def first_day_of(month: str) -> date:
    """Read a month that is known to be one, such as 2026-03."""
    return date.fromisoformat(f"{month}-01")
