"""Statements, and the lines behind them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.models import LinePage
from services.procurement_quota.api.movement_models import MovementsAnswer
from services.procurement_quota.api.pace_models import PaceAnswer
from services.procurement_quota.api.statement_models import StatementAnswer
from services.procurement_quota.domain.rules import RuleNotInForce, RuleNotKnownYet, RuleUnknown
from services.procurement_quota.usecases import get_movements as moving
from services.procurement_quota.usecases import get_pace as pacing
from services.procurement_quota.usecases import get_statement as stating
from services.procurement_quota.usecases import get_statement_lines as lining
from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.problems import refusals

router = APIRouter(tags=["statements"])
Rule = Annotated[
    str | None,
    Query(
        max_length=40,
        description="the most local rule with a percentage when left out",
        examples=["hunan-2020-canteen"],
    ),
]
Year = Annotated[int | None, Query(ge=2020, le=2100, description="the present year when left out")]
Month = Annotated[int | None, Query(ge=1, le=12, description="only what was posted to this month of the year")]
HappenedBy = Annotated[date | None, Query(description="only what had happened by this day")]
KnownBy = Annotated[
    date | datetime | None, Query(description="only what was known by this moment, or by the end of this day")
]

Since = Annotated[
    date | datetime,
    Query(description="the earlier statement: as of this moment, or of the end of this day", examples=["2026-01-31"]),
]
Until = Annotated[
    date | datetime | None, Query(description="the later statement: as of this moment or day; now when left out")
]


@router.get(
    "/statements/{subject_id}",
    operation_id="get_statement",
    summary="Read the statement of a canteen or of a unit",
    response_model=StatementAnswer,
    responses=refusals(NotSignedIn, NotAllowed, stating.SubjectUnknown, RuleUnknown, RuleNotInForce, RuleNotKnownYet),
)
async def get_statement(
    desk: AtDesk,
    identity: SignedIn,
    subject_id: UUID,
    rule: Rule = None,
    year: Year = None,
    happened_by: HappenedBy = None,
    known_by: KnownBy = None,
) -> Response:
    """Read the share against its target, as of two dates, with the rule's reading and its declared defaults."""
    ask = stating.AskStatement(rule, year, happened_by, known_by)
    return json_answer(await stating.get_statement(desk, identity, subject_id, ask))


@router.get(
    "/statements/{subject_id}/lines",
    operation_id="get_statement_lines",
    summary="Read the lines behind a statement",
    response_model=LinePage,
    responses=refusals(NotSignedIn, NotAllowed, stating.SubjectUnknown, RuleUnknown, RuleNotInForce, RuleNotKnownYet),
)
async def get_statement_lines(
    desk: AtDesk,
    identity: SignedIn,
    subject_id: UUID,
    rule: Rule = None,
    year: Year = None,
    happened_by: HappenedBy = None,
    known_by: KnownBy = None,
    month: Month = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """Read entries, newest first, each with its reason, its facts and its place in the chain."""
    ask = stating.AskStatement(rule, year, happened_by, known_by)
    found = await lining.get_statement_lines(desk, identity, subject_id, ask, month=month, limit=limit, cursor=cursor)
    return json_answer(found)


@router.get(
    "/statements/{subject_id}/movements",
    operation_id="get_movements",
    summary="Read what moved a figure since a day",
    response_model=MovementsAnswer,
    responses=refusals(NotSignedIn, NotAllowed, stating.SubjectUnknown, RuleUnknown, RuleNotInForce, RuleNotKnownYet),
)
async def get_movements(
    desk: AtDesk,
    identity: SignedIn,
    subject_id: UUID,
    since: Since,
    until: Until = None,
    rule: Rule = None,
    year: Year = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """Read returns, late facts, attestations, corrections and changes of lists, rules and places between two
    statements, each with its amount; they sum exactly to the difference."""
    ask = moving.AskMovements(since, until, rule, year)
    found = await moving.get_movements(desk, identity, subject_id, ask, limit=limit, cursor=cursor)
    return json_answer(found)


@router.get(
    "/statements/{subject_id}/pace",
    operation_id="get_pace",
    summary="Read where a year is going",
    response_model=PaceAnswer,
    responses=refusals(NotSignedIn, NotAllowed, stating.SubjectUnknown, RuleUnknown, RuleNotInForce, RuleNotKnownYet),
)
async def get_pace(
    desk: AtDesk,
    identity: SignedIn,
    subject_id: UUID,
    rule: Rule = None,
    year: Year = None,
    happened_by: HappenedBy = None,
    known_by: KnownBy = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """Read the year's end projected in a line and by last year's season, what is needed each month, and December."""
    ask = stating.AskStatement(rule, year, happened_by, known_by)
    return json_answer(await pacing.get_pace(desk, identity, subject_id, ask, limit=limit, cursor=cursor))
