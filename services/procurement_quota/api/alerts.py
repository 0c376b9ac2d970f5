"""Alerts, and from where on something is one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.pace_models import AlertPage, ThresholdsAnswer
from services.procurement_quota.api.statements import HappenedBy, KnownBy, Rule, Year
from services.procurement_quota.domain.rules import RuleNotInForce, RuleNotKnownYet, RuleUnknown
from services.procurement_quota.usecases import list_alerts as alerting
from services.procurement_quota.usecases import put_alert_thresholds as setting
from services.procurement_quota.usecases.get_statement import AskStatement
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.problems import refusals

router = APIRouter(tags=["alerts"])


@router.put(
    "/units/{unit_id}/alert-thresholds",
    operation_id="put_alert_thresholds",
    summary="Set from where on something is an alert",
    response_model=ThresholdsAnswer,
    responses={
        201: {"model": ThresholdsAnswer, "description": "Set, as a new version"},
        **refusals(NotSignedIn, NotAllowed, UnitUnknown),
    },
)
async def put_alert_thresholds(
    desk: AtDesk, identity: SignedIn, unit_id: UUID, command: setting.PutAlertThresholds
) -> Response:
    """Set a unit's thresholds from a day on; the same again writes nothing."""
    answer, new = await setting.put_alert_thresholds(desk, identity, unit_id, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/units/{unit_id}/alert-thresholds",
    operation_id="get_alert_thresholds",
    summary="Read a unit's thresholds with all their versions",
    response_model=ThresholdsAnswer,
    responses=refusals(NotSignedIn, NotAllowed, UnitUnknown),
)
async def get_alert_thresholds(desk: AtDesk, identity: SignedIn, unit_id: UUID) -> Response:
    """Read what a unit has set, newest first, and the default."""
    return json_answer(await setting.get_alert_thresholds(desk, identity, unit_id))


@router.get(
    "/alerts",
    operation_id="list_alerts",
    summary="List which canteens are past a threshold",
    response_model=AlertPage,
    responses=refusals(NotSignedIn, NotAllowed, UnitUnknown, RuleUnknown, RuleNotInForce, RuleNotKnownYet),
)
async def list_alerts(
    desk: AtDesk,
    identity: SignedIn,
    unit: Annotated[UUID, Query(description="whose canteens, and those below; by its own thresholds")],
    rule: Rule = None,
    year: Year = None,
    happened_by: HappenedBy = None,
    known_by: KnownBy = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """Read alerts as of two dates, against the thresholds that this unit, or the nearest above, had set by then."""
    ask = AskStatement(rule, year, happened_by, known_by)
    return json_answer(await alerting.list_alerts(desk, identity, unit, ask, limit=limit, cursor=cursor))
