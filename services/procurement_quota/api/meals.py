"""Canteens file the meals that they served; finance above and the auditor see what a meal costs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.filings import Month, Year
from services.procurement_quota.api.meal_models import MealCostPage, MealsAnswer
from services.procurement_quota.domain.counting import CanteenUnknown
from services.procurement_quota.domain.rules import RuleNotInForce
from services.procurement_quota.usecases import list_meal_costs as comparing
from services.procurement_quota.usecases import put_meals as serving
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.problems import refusals

router = APIRouter(tags=["meals"])


@router.put(
    "/meals/{canteen_id}/{year}/{month}",
    operation_id="put_meals",
    summary="File how many meals were served in a month",
    response_model=MealsAnswer,
    responses={
        201: {"model": MealsAnswer, "description": "Filed, or a new version of it"},
        **refusals(NotSignedIn, NotAllowed, CanteenUnknown),
    },
)
async def put_meals(
    desk: AtDesk, identity: SignedIn, canteen_id: UUID, year: Year, month: Month, command: serving.PutMeals
) -> Response:
    """File a month; the same again writes nothing, another figure is a new version."""
    answer, new = await serving.put_meals(desk, identity, canteen_id, year, month, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/meals/{canteen_id}/{year}/{month}",
    operation_id="get_meals",
    summary="Read the meals of a month with all versions",
    response_model=MealsAnswer,
    responses=refusals(NotSignedIn, NotAllowed, CanteenUnknown, serving.MealsUnknown),
)
async def get_meals(desk: AtDesk, identity: SignedIn, canteen_id: UUID, year: Year, month: Month) -> Response:
    """Read what was filed, oldest version first."""
    return json_answer(await serving.get_meals(desk, identity, canteen_id, year, month))


@router.get(
    "/meal-costs",
    operation_id="list_meal_costs",
    summary="List what a meal costs at each canteen, beside its peers",
    response_model=MealCostPage,
    responses=refusals(NotSignedIn, NotAllowed, UnitUnknown, RuleNotInForce),
)
async def list_meal_costs(
    desk: AtDesk,
    identity: SignedIn,
    unit: Annotated[UUID, Query(description="its canteens, and those of all below it")],
    year: Annotated[int | None, Query(ge=2020, le=2100)] = None,
    month: Annotated[int | None, Query(ge=1, le=12, description="up to its end; the newest whole month")] = None,
    findings: Annotated[bool, Query(description="only those that lie far below their peers")] = False,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List canteens by path; a cost far below the peers' is a finding with its arithmetic, never a verdict."""
    ask = comparing.AskMealCosts(year, month, findings)
    found = await comparing.list_meal_costs(desk, identity, unit, ask, limit=limit, cursor=cursor)
    return json_answer(found)
