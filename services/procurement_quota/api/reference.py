"""Units, canteens, rules and designations are public."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.models import CanteenPage, DesignationPage, RulePage, UnitPage
from services.procurement_quota.usecases import list_reference
from shared.contracts.words import UnitLevel
from shared.http.answers import json_answer
from shared.http.problems import refusals

router = APIRouter(tags=["reference"])


@router.get(
    "/units",
    operation_id="list_units",
    summary="List the federation tree",
    response_model=UnitPage,
    responses=refusals(),
)
async def list_units(
    desk: AtDesk,
    parent: Annotated[UUID | None, Query(description="those directly below this unit")] = None,
    level: UnitLevel | None = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List units by code."""
    return json_answer(await list_reference.list_units(desk, parent=parent, level=level, limit=limit, cursor=cursor))


@router.get(
    "/canteens",
    operation_id="list_canteens",
    summary="List canteens",
    response_model=CanteenPage,
    responses=refusals(),
)
async def list_canteens(
    desk: AtDesk,
    unit: Annotated[UUID | None, Query(description="those of this unit")] = None,
    below: Annotated[UUID | None, Query(description="those of this unit and of all below it")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List canteens by id."""
    return json_answer(await list_reference.list_canteens(desk, unit=unit, below=below, limit=limit, cursor=cursor))


@router.get(
    "/rules",
    operation_id="list_rules",
    summary="List the rules with their documents",
    response_model=RulePage,
    responses=refusals(),
)
async def list_rules(desk: AtDesk, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None) -> Response:
    """List rules by code, with their reading, their declared defaults, and the days they bind."""
    return json_answer(await list_reference.list_rules(desk, limit=limit, cursor=cursor))


@router.get(
    "/designations",
    operation_id="list_designations",
    summary="List the counties on the county lists",
    response_model=DesignationPage,
    responses=refusals(),
)
async def list_designations(
    desk: AtDesk,
    list_code: Annotated[str | None, Query(alias="list", pattern=r"^[a-z0-9-]{1,40}$", examples=["hunan-51"])] = None,
    county: Annotated[str | None, Query(pattern=r"^[0-9]{6}$", examples=["430224"])] = None,
    on: Annotated[date | None, Query(description="those named on this day")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List designations by list and county; a county is known by its six-digit code."""
    found = await list_reference.list_designations(
        desk, list_code=list_code, county=county, on=on, limit=limit, cursor=cursor
    )
    return json_answer(found)
