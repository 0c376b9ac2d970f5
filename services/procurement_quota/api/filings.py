"""Finance files attestations and closings."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import AtDesk
from services.procurement_quota.api.models import AttestationAnswer, ClosingAnswer, MonthClosingAnswer
from services.procurement_quota.domain.counting import CanteenUnknown
from services.procurement_quota.usecases import close_month as month_closing
from services.procurement_quota.usecases import close_year as closing
from services.procurement_quota.usecases import put_attestation as attesting
from shared.contracts.authority import NotAllowed
from shared.contracts.words import Fund
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals

router = APIRouter(tags=["filings"])
Year = Annotated[int, Path(ge=2020, le=2100)]
Month = Annotated[int, Path(ge=1, le=12)]


@router.put(
    "/attestations/{canteen_id}/{year}/{month}",
    operation_id="put_attestation",
    summary="Attest farm produce year to date",
    response_model=AttestationAnswer,
    responses={
        201: {"model": AttestationAnswer, "description": "Attested, or a new version of it"},
        **refusals(NotSignedIn, NotAllowed, CanteenUnknown),
    },
)
async def put_attestation(
    desk: AtDesk, identity: SignedIn, canteen_id: UUID, year: Year, month: Month, command: attesting.PutAttestation
) -> Response:
    """Attest a month, due on the 10th of the next; the same again writes nothing."""
    answer, new = await attesting.put_attestation(desk, identity, canteen_id, year, month, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/attestations/{canteen_id}/{year}/{month}",
    operation_id="get_attestation",
    summary="Read a month's attestation with all its versions",
    response_model=AttestationAnswer,
    responses=refusals(NotSignedIn, NotAllowed, CanteenUnknown, attesting.AttestationUnknown),
)
async def get_attestation(
    desk: AtDesk,
    identity: SignedIn,
    canteen_id: UUID,
    year: Year,
    month: Month,
    fund: Annotated[Fund, Query()] = Fund.CANTEEN,
) -> Response:
    """Read what finance attested, beside what the ledger holds from January to that month."""
    return json_answer(await attesting.get_attestation(desk, identity, canteen_id, year, month, fund))


@router.post(
    "/canteens/{canteen_id}/month-closings",
    operation_id="close_month",
    summary="Close a canteen's month",
    status_code=201,
    response_model=MonthClosingAnswer,
    responses=refusals(
        NotSignedIn,
        NotAllowed,
        CanteenUnknown,
        month_closing.MonthNotAttested,
        month_closing.MonthsInOrder,
        closing.YearClosed,
        closing.StillHearing,
        KeyReused,
    ),
)
async def close_month(
    desk: AtDesk, identity: SignedIn, canteen_id: UUID, command: month_closing.CloseMonth, once: Once
) -> Response:
    """Freeze an attested month's figures, month after month; the year's close closes what is left of it."""
    return json_answer(await month_closing.close_month(desk, identity, canteen_id, command, once=once), 201)


@router.post(
    "/canteens/{canteen_id}/closings",
    operation_id="close_year",
    summary="Close a canteen's year",
    status_code=201,
    response_model=ClosingAnswer,
    responses=refusals(NotSignedIn, NotAllowed, CanteenUnknown, closing.YearClosed, closing.StillHearing, KeyReused),
)
async def close_year(
    desk: AtDesk, identity: SignedIn, canteen_id: UUID, command: closing.CloseYear, once: Once
) -> Response:
    """Freeze the figures as filed in the chain; later facts are shown beside them as restated."""
    return json_answer(await closing.close_year(desk, identity, canteen_id, command, once=once), 201)
