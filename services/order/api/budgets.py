"""Budgets (预算): what a canteen may order from a fund in a month, and what is left of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.budget_models import BudgetHistory, BudgetPage, BudgetView
from services.order.domain.budget_refusals import BudgetChanged, BudgetDiffers, BudgetExists, NoSuchBudget
from services.order.domain.refusals import NoSuchCanteen
from services.order.usecases.budget_commands import MONTH, PutBudget
from services.order.usecases.budgets import get_budget, list_budgets, put_budget
from shared.contracts.authority import NotAllowed
from shared.contracts.words import Fund
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import refusals

router = APIRouter(tags=["requisitions"])


@router.put(
    "/budgets/{budget_id}",
    operation_id="put_budget",
    summary="Say what a canteen may order from a fund in a month, or in each month from one on",
    description=(
        "By the finance of the canteen's unit or of a unit above it. What goes beyond a hard budget is not ordered; "
        "beyond a soft one another person approves it. Put again with another amount and the version that was seen it "
        "is its next version."
    ),
    responses={
        200: {"model": BudgetView},
        **refusals(NotSignedIn, NotAllowed, NoSuchCanteen, BudgetDiffers, BudgetExists, BudgetChanged),
    },
)
async def on_put_budget(desk: AtDesk, identity: Asking, budget_id: UUID, command: PutBudget) -> Response:
    return json_answer(await put_budget(desk, identity, budget_id, command))


@router.get(
    "/budgets/{budget_id}",
    operation_id="get_budget",
    summary="Read a budget with its versions",
    responses={200: {"model": BudgetHistory}, **refusals(NotSignedIn, NotAllowed, NoSuchBudget)},
)
async def on_get_budget(desk: AtDesk, identity: Asking, budget_id: UUID) -> Response:
    return json_answer(await get_budget(desk, identity, budget_id))


@router.get(
    "/budgets",
    operation_id="list_budgets",
    summary="List the budgets that rule a month, with what is used, waits and is left",
    description="This month unless told; one for each canteen and fund that has any, of those in reach.",
    responses={200: {"model": BudgetPage}, **refusals(NotSignedIn, NotAllowed, NoSuchCanteen)},
)
async def on_list_budgets(
    desk: AtDesk,
    identity: Asking,
    canteen: UUID | None = None,
    fund: Fund | None = None,
    month: Annotated[str | None, Query(pattern=MONTH, examples=["2026-03"])] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    return json_answer(
        await list_budgets(desk, identity, canteen=canteen, fund=fund, month=month, limit=limit, cursor=cursor)
    )
