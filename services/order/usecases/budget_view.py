"""A budget is shown with what is used, waits and is left, and before something is sent with what is left after it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.order.domain.budgets import BudgetStop, Position, month_after, month_of, month_text
from services.order.store.baskets import Kitchen
from services.order.store.budgets import Budget, read_positions
from services.order.usecases.desk import Desk
from shared.contracts.words import Fund


def budget_view(budget: Budget) -> dict[str, Any]:
    return {
        "budget_id": str(budget.budget_id),
        "canteen": {"id": str(budget.canteen_id), "name": budget.canteen_name},
        "fund": budget.fund,
        "month": month_text(budget.month),
        "every_month": budget.every_month,
        "amount_fen": budget.terms.amount_fen,
        "stop": budget.terms.stop,
        "version": budget.version,
        "reason": budget.reason,
        "put_by": str(budget.put_by),
        "put_by_name": budget.put_by_name,
        "put_at": budget.put_at,
    }


def budget_use(position: Position) -> dict[str, Any]:
    return {
        "month": month_text(position.month),
        "used_fen": position.used_fen,
        "waiting_fen": position.waiting_fen,
        "left_fen": position.left_fen,
    }


def budget_effect(position: Position, most_fen: int) -> dict[str, Any] | None:
    """Show what is left of a budget before and after something that may come to this; None where none rules."""
    if position.ruling is None:
        return None
    return {
        "budget_id": str(position.ruling.budget_id),
        "amount_fen": position.ruling.terms.amount_fen,
        "stop": position.stop,
        **budget_use(position),
        "after_fen": position.left_fen - most_fen,
        "over_fen": position.over_fen(most_fen),
        "orderable": position.stop is not BudgetStop.HARD or position.over_fen(most_fen) == 0,
    }


async def effects_on(
    desk: Desk, kitchen: Kitchen, fund: Fund, day: date, most_fen: int, wanted_on: date | None = None
) -> list[dict[str, Any]]:
    """Show what a basket would leave of the budgets of this month, the next and that of `wanted_on`, where any rules.

    Months rise, none is shown twice, and `day` is today.
    """
    if not kitchen.budgeted:
        return []
    this = month_of(day)
    months = sorted({this, month_after(this), month_of(wanted_on or day)})
    return shown_effects(await read_positions(desk.uow, [(kitchen.canteen_id, fund, one) for one in months]), most_fen)


def shown_effects(positions: Sequence[Position], most_fen: int) -> list[dict[str, Any]]:
    return [effect for one in positions if (effect := budget_effect(one, most_fen)) is not None]
