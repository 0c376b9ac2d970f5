"""How a canteen is run changes by a filing of its unit, which a level above approves or returns."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.filing_models import CanteenFilingAnswer, CanteenFilingPage
from services.procurement_quota.domain import forms
from services.procurement_quota.usecases import decide_canteen_filing as deciding
from services.procurement_quota.usecases import put_canteen_filing as filing
from services.procurement_quota.usecases import put_filing_evidence as proving
from services.procurement_quota.usecases.filing_view import FilingRuled, HolderRules
from services.procurement_quota.usecases.put_canteen import CanteenMoved, SharesFixed, UnitUnknown
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import file_answer, json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.papers import door as papers

router = APIRouter(tags=["canteens"])


@router.put(
    "/canteen-filings/{filing_id}",
    operation_id="put_canteen_filing",
    summary="File how a canteen is to be run from a day on",
    response_model=CanteenFilingAnswer,
    responses={
        201: {"model": CanteenFilingAnswer, "description": "Filed"},
        **refusals(
            NotSignedIn,
            NotAllowed,
            UnitUnknown,
            CanteenMoved,
            SharesFixed,
            filing.FilingDiffers,
            filing.FilingOpen,
            forms.FormOutOfTurn,
            forms.FormContradicted,
        ),
    },
)
async def put_canteen_filing(
    desk: AtDesk, identity: SignedIn, filing_id: UUID, command: filing.PutCanteenFiling
) -> Response:
    """File own, shared, outsourced or none, with evidence; nothing changes until a level above approves."""
    answer, new = await filing.put_canteen_filing(desk, identity, filing_id, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/canteen-filings/{filing_id}",
    operation_id="get_canteen_filing",
    summary="Read a filing with what was said to it",
    response_model=CanteenFilingAnswer,
    responses=refusals(NotSignedIn, NotAllowed, filing.CanteenFilingUnknown),
)
async def get_canteen_filing(desk: AtDesk, identity: SignedIn, filing_id: UUID) -> Response:
    """Read one filing, its papers, and the ruling."""
    return json_answer(await filing.get_canteen_filing(desk, identity, filing_id))


@router.get(
    "/canteen-filings",
    operation_id="list_canteen_filings",
    summary="List filings about canteens",
    response_model=CanteenFilingPage,
    responses=refusals(NotSignedIn, NotAllowed),
)
async def list_canteen_filings(
    desk: AtDesk,
    identity: SignedIn,
    canteen: Annotated[UUID | None, Query(description="those about this canteen")] = None,
    state: Annotated[forms.FilingState | None, Query()] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List what one's seats reach, newest first; `state=filed` is what waits."""
    found = await filing.read_canteen_filings(desk, identity, canteen=canteen, state=state, limit=limit, cursor=cursor)
    return json_answer(found)


@router.post(
    "/canteen-filings/{filing_id}/decisions",
    operation_id="decide_canteen_filing",
    summary="Approve a filing, or return it with a reason",
    response_model=CanteenFilingAnswer,
    responses=refusals(
        NotSignedIn,
        NotAllowed,
        OwnRequest,
        HolderRules,
        filing.CanteenFilingUnknown,
        FilingRuled,
        CanteenMoved,
        SharesFixed,
        forms.FormOutOfTurn,
        forms.FormContradicted,
        KeyReused,
    ),
)
async def decide_canteen_filing(
    desk: AtDesk, identity: SignedIn, filing_id: UUID, command: deciding.RuleOnFiling, once: Once
) -> Response:
    """Decide for a level above; what is approved takes effect from its day on."""
    return json_answer(await deciding.decide_canteen_filing(desk, identity, filing_id, command, once=once))


@router.put(
    "/canteen-filings/{filing_id}/evidence/{document_id}",
    operation_id="put_canteen_filing_evidence",
    summary="File a paper of a filing: a PDF, OFD, JPEG or PNG of at most 10 MiB",
    response_model=CanteenFilingAnswer,
    responses={
        201: {"model": CanteenFilingAnswer, "description": "Filed"},
        **refusals(*papers.TAKING, filing.CanteenFilingUnknown, FilingRuled),
    },
    openapi_extra=papers.TAKEN,
)
async def put_canteen_filing_evidence(
    desk: AtDesk,
    identity: SignedIn,
    filing_id: UUID,
    paper: papers.Brought,
) -> Response:
    """File minutes, a contract, a count of meals; the same again writes nothing."""
    answer, new = await proving.put_filing_evidence(
        desk,
        identity,
        "put_canteen_filing_evidence",
        filing_id,
        paper,
        reach=filing.reach_filing,
        answer=filing.answer_filing,
    )
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/canteen-filings/{filing_id}/evidence/{document_id}",
    operation_id="get_canteen_filing_evidence",
    summary="A paper of a filing as it was filed",
    response_class=Response,
    responses={**papers.GIVEN, **refusals(*papers.GIVING, filing.CanteenFilingUnknown)},
)
async def get_canteen_filing_evidence(desk: AtDesk, identity: SignedIn, filing_id: UUID, document_id: UUID) -> Response:
    """Read one paper, byte for byte."""
    paper, found = await proving.get_filing_evidence(
        desk, identity, "get_canteen_filing_evidence", filing_id, document_id, reach=filing.reach_filing
    )
    return file_answer(found.body, paper["media_type"], paper["name"])
