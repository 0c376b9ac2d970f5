"""Unannounced visits are written from above, released to the visited, and closed once what was found is mended."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.referrals import KnownBy
from services.procurement_quota.api.register_models import VisitAnswer, VisitPage
from services.procurement_quota.domain import registers
from services.procurement_quota.domain.counting import CanteenUnknown
from services.procurement_quota.usecases import put_visit as writing
from services.procurement_quota.usecases import read_visits as reading
from services.procurement_quota.usecases import step_visit as stepping
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.errors import InvalidFields, NotSignedIn
from shared.http.answers import file_answer, json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.papers import door as papers
from shared.states import WrongState

router = APIRouter(tags=["registers"])


@router.put(
    "/visits/{visit_id}",
    operation_id="put_visit",
    summary="Write an unannounced visit, correct it, or say what was done since",
    response_model=VisitAnswer,
    responses={
        201: {"model": VisitAnswer, "description": "Written"},
        **refusals(
            NotSignedIn,
            NotAllowed,
            CanteenUnknown,
            writing.SupplierNotKnown,
            UnitUnknown,
            registers.RecordMoved,
            registers.TooManyVersions,
            WrongState,
        ),
    },
)
async def put_visit(desk: AtDesk, identity: SignedIn, visit_id: UUID, command: writing.PutVisit) -> Response:
    """Write whom a visit was paid to, when, what was found and what is to be mended; each change is a new version."""
    answer, new = await writing.put_visit(desk, identity, visit_id, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/visits/{visit_id}",
    operation_id="get_visit",
    summary="Read an unannounced visit as it stands, or as it stood on a day",
    response_model=VisitAnswer,
    responses=refusals(NotSignedIn, NotAllowed, registers.VisitUnknown),
)
async def get_visit(desk: AtDesk, identity: SignedIn, visit_id: UUID, known_by: KnownBy = None) -> Response:
    """Read it; for the visited there is none before its release, and nothing from before it."""
    return json_answer(await reading.get_visit(desk, identity, visit_id, known_by=known_by))


@router.get(
    "/visits",
    operation_id="list_visits",
    summary="List unannounced visits, newest first",
    response_model=VisitPage,
    responses=refusals(NotSignedIn, NotAllowed, InvalidFields),
)
async def list_visits(
    desk: AtDesk,
    identity: SignedIn,
    state: Annotated[registers.VisitState | None, Query()] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List what one made, and what was released about whom one's seats reach."""
    return json_answer(await reading.list_visits(desk, identity, state=state, limit=limit, cursor=cursor))


@router.post(
    "/visits/{visit_id}/steps",
    operation_id="step_visit",
    summary="Release a visit to the visited, or close it",
    response_model=VisitAnswer,
    responses=refusals(
        NotSignedIn,
        NotAllowed,
        registers.VisitUnknown,
        registers.RecordMoved,
        registers.TooManyVersions,
        WrongState,
        KeyReused,
    ),
)
async def step_visit(
    desk: AtDesk, identity: SignedIn, visit_id: UUID, command: stepping.StepVisit, once: Once
) -> Response:
    """Release it, from when on the visited reads it; close it once it says what was done."""
    return json_answer(await stepping.step_visit(desk, identity, visit_id, command, once=once))


@router.put(
    "/visits/{visit_id}/evidence/{document_id}",
    operation_id="put_visit_evidence",
    summary="File a paper of a visit: a PDF, OFD, JPEG or PNG of at most 10 MiB",
    response_model=VisitAnswer,
    responses={
        201: {"model": VisitAnswer, "description": "Filed"},
        **refusals(*papers.TAKING, registers.VisitUnknown, WrongState),
    },
    openapi_extra=papers.TAKEN,
)
async def put_visit_evidence(desk: AtDesk, identity: SignedIn, visit_id: UUID, paper: papers.Brought) -> Response:
    """File a photo or a record; the same again writes nothing."""
    answer, new = await stepping.put_visit_evidence(desk, identity, visit_id, paper)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/visits/{visit_id}/evidence/{document_id}",
    operation_id="get_visit_evidence",
    summary="A paper of a visit as it was filed",
    response_class=Response,
    responses={**papers.GIVEN, **refusals(*papers.GIVING, registers.VisitUnknown)},
)
async def get_visit_evidence(desk: AtDesk, identity: SignedIn, visit_id: UUID, document_id: UUID) -> Response:
    """Read one paper, byte for byte."""
    paper, found = await stepping.get_visit_evidence(desk, identity, visit_id, document_id)
    return file_answer(found.body, paper["media_type"], paper["name"])
