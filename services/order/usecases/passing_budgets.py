"""Whatever is to be placed is held against its month's budget, when it is asked for and again when it is placed.

Whoever places in another way than a requisition does the same in three steps: `pass_budget` before, `pass_gate` in
the transaction that places (`store/budgets.py`), after its stock is locked, and where that says no, `pass_budget` anew.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.order.domain.budget_refusals import BudgetSpent
from services.order.domain.budgets import BudgetStop, Passage, Position, month_of, month_text, passage
from services.order.store.budgets import find_positions, read_positions
from services.order.store.requisitions import Requisition
from services.order.usecases.desk import Desk
from services.order.usecases.notices import notice_of
from shared.contracts.authority import Role
from shared.contracts.order import Audience, NoticeRaised
from shared.contracts.words import Fund, NoticeKind
from shared.db.unit_of_work import ReadTx
from shared.errors import field_problem
from shared.money import yuan


class BeyondSoft(Exception):
    """It came to go beyond a soft budget while it was placed: another person is to approve it."""

    def __init__(self, passed: Passage) -> None:
        super().__init__()
        self.passage = passed


async def pass_budget(
    desk: Desk, canteen_id: UUID, fund: Fund, wanted_on: date, most_fen: int, *, approved: bool = False
) -> Passage | None:
    """Hold what comes to at most this against its budget; None where the canteen's fund never had one.

    Raises BudgetSpent beyond a hard stop. `beyond_soft` of what is given tells that another person is to approve it.
    """
    positions = await read_positions(desk.uow, [(canteen_id, fund, month_of(wanted_on))])
    return _passed(positions, most_fen, approved, "outcome" if approved else "wanted_on")


async def pass_budget_within(
    tx: ReadTx, canteen_id: UUID, fund: Fund, wanted_on: date, most_fen: int, field: str, *, approved: bool = False
) -> Passage | None:
    """Do what `pass_budget` does inside the transaction that places, before its stock is locked.

    `field` is what can be mended where it raises BudgetSpent.
    """
    positions = await find_positions(tx, [(canteen_id, fund, month_of(wanted_on))])
    return _passed(positions, most_fen, approved, field)


def _passed(positions: Sequence[Position], most_fen: int, approved: bool, field: str) -> Passage | None:
    for position in positions:
        if position.stop is BudgetStop.HARD and position.over_fen(most_fen):
            raise spent(position, most_fen, field)
        return passage(position, most_fen, approved=approved)
    return None


def spent(position: Position, most_fen: int, field: str) -> BudgetSpent:
    """Say how much is left of the month's budget, beside the field that can be mended."""
    month, left, most = month_text(position.month), yuan(position.left_fen), yuan(most_fen)
    says = (
        f"falls in {month}, whose budget has CNY {left} left; this comes to CNY {most} at most",
        f"所在的 {month} 预算余额为 {left} 元，本单最高可达 {most} 元",
    )
    return BudgetSpent(
        errors=[field_problem(field, *says)],
        month=month,
        fund=position.fund.value,
        amount_fen=position.left_fen + position.used_fen,
        used_fen=position.used_fen,
        left_fen=position.left_fen,
        most_fen=most_fen,
    )


def beyond_notice(asked: Requisition, passed: Passage, by: UUID) -> NoticeRaised:
    """Tell the finance of the canteen's unit, and whoever put the budget, that a requisition goes beyond it."""
    position, at = passed.position, asked.decided_at or asked.requested_at
    assert position.ruling is not None
    facts = {
        "canteen": asked.canteen_name,
        "by": asked.requested_by_name,
        "amount_fen": passed.most_fen,
        "budget_fen": position.ruling.terms.amount_fen,
        "spent_fen": position.used_fen,
        "month": month_text(position.month),
        "fund": asked.fund.value,
    }
    audience: Sequence[Audience] = [Audience(organisation_id=asked.unit_id, roles=(Role.FINANCE,))]
    kind, accounts = NoticeKind.BUDGET_SOFT, [position.ruling.put_by]
    return notice_of(kind, asked.requisition_id, audience, facts, accounts=accounts, by=by, at=at)
