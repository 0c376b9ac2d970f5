"""The union fund (工会经费): heads are filed, and what was bought is read by label and a head."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.statements import HappenedBy, KnownBy, Year
from services.procurement_quota.api.union_models import HeadsAnswer, UnionFundAnswer
from services.procurement_quota.domain.rules import RuleNotInForce
from services.procurement_quota.usecases import get_union_fund as summing
from services.procurement_quota.usecases import put_heads as filing
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.problems import refusals

router = APIRouter(prefix="/units/{unit_id}", tags=["union fund"])
OfYear = Annotated[int, Path(ge=2020, le=2100)]


@router.put(
    "/heads/{year}",
    operation_id="put_heads",
    summary="File how many people a unit's union goods are for",
    response_model=HeadsAnswer,
    responses={
        201: {"model": HeadsAnswer, "description": "Filed, as a new version"},
        **refusals(NotSignedIn, NotAllowed, UnitUnknown, filing.TooManyHeads),
    },
)
async def put_heads(
    desk: AtDesk, identity: SignedIn, unit_id: UUID, year: OfYear, command: filing.PutHeads
) -> Response:
    """File the figure of a year with its source; the same again writes nothing."""
    answer, new = await filing.put_heads(desk, identity, unit_id, year, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/heads/{year}",
    operation_id="get_heads",
    summary="Read how many people a unit's union goods are for",
    response_model=HeadsAnswer,
    responses=refusals(NotSignedIn, NotAllowed, UnitUnknown, filing.HeadsUnknown),
)
async def get_heads(desk: AtDesk, identity: SignedIn, unit_id: UUID, year: OfYear) -> Response:
    """Read what was filed for a year, all versions."""
    return json_answer(await filing.get_heads(desk, identity, unit_id, year))


@router.get(
    "/union-fund",
    operation_id="get_union_fund",
    summary="Read what a unit, and each below it, bought with union money",
    response_model=UnionFundAnswer,
    responses=refusals(NotSignedIn, NotAllowed, UnitUnknown, RuleNotInForce),
)
async def get_union_fund(
    desk: AtDesk,
    identity: SignedIn,
    unit_id: UUID,
    year: Year = None,
    happened_by: HappenedBy = None,
    known_by: KnownBy = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """Read each purchase once, under the first label of the precedence that fits, and the amount a head, as of two
    dates; and, apart, what it comes to in the statistics of the rules that show union purchases."""
    ask = summing.AskUnionFund(year, happened_by, known_by)
    return json_answer(await summing.get_union_fund(desk, identity, unit_id, ask, limit=limit, cursor=cursor))
