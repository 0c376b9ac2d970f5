"""A canteen that joins in the middle of a year brings what it bought before, and a level above looks at it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.opening_models import OpeningAnswer, OpeningPage
from services.procurement_quota.domain.counting import CanteenUnknown
from services.procurement_quota.domain.forms import FilingState
from services.procurement_quota.usecases import decide_opening_balance as deciding
from services.procurement_quota.usecases import put_filing_evidence as proving
from services.procurement_quota.usecases import put_opening_balance as opening
from services.procurement_quota.usecases.close_year import YearClosed
from services.procurement_quota.usecases.decide_canteen_filing import RuleOnFiling
from services.procurement_quota.usecases.filing_view import FilingRuled, HolderRules
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import file_answer, json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.papers import door as papers

router = APIRouter(tags=["opening balances"])


@router.put(
    "/opening-balances/{opening_id}",
    operation_id="put_opening_balance",
    summary="File what a canteen bought in its year before it joined",
    response_model=OpeningAnswer,
    responses={
        201: {"model": OpeningAnswer, "description": "Filed, and posted"},
        **refusals(
            NotSignedIn,
            NotAllowed,
            CanteenUnknown,
            opening.OpeningDiffers,
            opening.OpeningThere,
            opening.OpeningOverlaps,
            YearClosed,
        ),
    },
)
async def put_opening_balance(
    desk: AtDesk, identity: SignedIn, opening_id: UUID, command: opening.PutOpeningBalance
) -> Response:
    """File it; it is in the base at once, and a claimed origin counts once a level above has approved it."""
    answer, new = await opening.put_opening_balance(desk, identity, opening_id, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/opening-balances/{opening_id}",
    operation_id="get_opening_balance",
    summary="Read an opening balance",
    response_model=OpeningAnswer,
    responses=refusals(NotSignedIn, NotAllowed, opening.OpeningUnknown),
)
async def get_opening_balance(desk: AtDesk, identity: SignedIn, opening_id: UUID) -> Response:
    """Read one with its lines, its papers, and the ruling."""
    return json_answer(await opening.get_opening_balance(desk, identity, opening_id))


@router.get(
    "/opening-balances",
    operation_id="list_opening_balances",
    summary="List opening balances",
    response_model=OpeningPage,
    responses=refusals(NotSignedIn, NotAllowed),
)
async def list_opening_balances(
    desk: AtDesk,
    identity: SignedIn,
    canteen: Annotated[UUID | None, Query(description="those of this canteen")] = None,
    state: Annotated[FilingState | None, Query()] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List what one's seats reach, newest first; `state=filed` is what waits."""
    found = await opening.read_opening_balances(
        desk, identity, canteen=canteen, state=state, limit=limit, cursor=cursor
    )
    return json_answer(found)


@router.post(
    "/opening-balances/{opening_id}/decisions",
    operation_id="decide_opening_balance",
    summary="Approve an opening balance, or return it with a reason",
    response_model=OpeningAnswer,
    responses=refusals(
        NotSignedIn,
        NotAllowed,
        OwnRequest,
        HolderRules,
        opening.OpeningUnknown,
        FilingRuled,
        opening.OpeningOverlaps,
        deciding.NothingProves,
        KeyReused,
    ),
)
async def decide_opening_balance(
    desk: AtDesk, identity: SignedIn, opening_id: UUID, command: RuleOnFiling, once: Once
) -> Response:
    """Approve its claimed origins, which count from then on, or take the whole back out of the ledger."""
    return json_answer(await deciding.decide_opening_balance(desk, identity, opening_id, command, once=once))


@router.put(
    "/opening-balances/{opening_id}/evidence/{document_id}",
    operation_id="put_opening_evidence",
    summary="File a paper of an opening balance: a PDF, OFD, JPEG or PNG of at most 10 MiB",
    response_model=OpeningAnswer,
    responses={
        201: {"model": OpeningAnswer, "description": "Filed"},
        **refusals(*papers.TAKING, opening.OpeningUnknown, FilingRuled),
    },
    openapi_extra=papers.TAKEN,
)
async def put_opening_evidence(
    desk: AtDesk,
    identity: SignedIn,
    opening_id: UUID,
    paper: papers.Brought,
) -> Response:
    """File the books, invoices or proofs of origin behind it; the same again writes nothing."""
    answer, new = await proving.put_filing_evidence(
        desk,
        identity,
        "put_opening_evidence",
        opening_id,
        paper,
        reach=opening.reach_opening,
        answer=opening.answer_opening,
    )
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/opening-balances/{opening_id}/evidence/{document_id}",
    operation_id="get_opening_evidence",
    summary="A paper of an opening balance as it was filed",
    response_class=Response,
    responses={**papers.GIVEN, **refusals(*papers.GIVING, opening.OpeningUnknown)},
)
async def get_opening_evidence(desk: AtDesk, identity: SignedIn, opening_id: UUID, document_id: UUID) -> Response:
    """Read one paper, byte for byte."""
    paper, found = await proving.get_filing_evidence(
        desk, identity, "get_opening_evidence", opening_id, document_id, reach=opening.reach_opening
    )
    return file_answer(found.body, paper["media_type"], paper["name"])
