"""Budgets in the small world of order's tests: put, bought under, and looked at."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.order.store.budgets import find_budget
from services.order.usecases.budget_commands import PutBudget
from services.order.usecases.budgets import list_budgets, put_budget
from services.order.usecases.desk import Desk
from shared.contracts.catalog import ListingFacts
from shared.contracts.words import Fund
from shared.ids import new_id
from tests.build.order import Town

MONTH = "2026-03"
KG_FEN = 1_300
"""Ginger at 6.50 yuan the jin, without any tolerance."""


def a_budget(town: Town, amount_fen: int, **other: Any) -> PutBudget:
    told = {"canteen_id": town.canteen_id, "fund": "canteen", "month": MONTH, "amount_fen": amount_fen, "stop": "hard"}
    return PutBudget.model_validate(told | other)


async def put(town: Town, amount_fen: int, budget_id: UUID | None = None, **other: Any) -> UUID:
    """Put a budget, hard and of this month unless told, or change it as it stands; gives its id."""
    seen = {} if budget_id is None else {"seen_version": await version_of(town, budget_id)}
    budget_id = budget_id or new_id()
    await put_budget(town.desk, town.finance, budget_id, a_budget(town, amount_fen, **(seen | other)))
    return budget_id


async def version_of(town: Town, budget_id: UUID) -> int | None:
    """Read which version of a budget stands; None for one that was never put."""
    async with town.desk.uow.glance() as tx:
        found = await find_budget(tx, budget_id)
    return None if found is None else found.version


async def use_of(town: Town, month: str = MONTH, fund: Fund = Fund.CANTEEN) -> dict[str, Any]:
    page = await list_budgets(
        town.desk, town.finance, canteen=town.canteen_id, fund=fund, month=month, limit=10, cursor=None
    )
    (item,) = page["items"]
    return dict(item["use"])


async def stands(town: Town, month: str = MONTH) -> tuple[int, int, int]:
    """Tell what of the budget is used, waits and is left, in fen."""
    use = await use_of(town, month)
    return use["used_fen"], use["waiting_fen"], use["left_fen"]


async def buy(town: Town, goods: ListingFacts, kilos: int, **wanted: Any) -> dict[str, Any]:
    """Ask for kilos of ginger, without a tolerance."""
    return await town.order((goods, kilos * 1_000), tolerance_bp=0, wanted=wanted or None)


async def checks_of(desk: Desk, requisition_id: object) -> Sequence[tuple[str, int, int]]:
    """Read what a requisition was held against: step, version and by how much it went beyond."""
    async with desk.uow.glance() as tx:
        rows = await tx.rows(
            sa.text(
                "SELECT step, budget_version, over_fen FROM budget_checks WHERE requisition_id = :id ORDER BY step"
            ),
            {"id": UUID(str(requisition_id))},
        )
    return [(row.step, row.budget_version, row.over_fen) for row in rows]
