"""Cases: whatever anybody brings up, in whose hands it is, and what came of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.case_models import CasePage, CaseReceipt, CaseStatistics, CaseView
from services.order.api.return_models import FileLink
from services.order.domain.cases import CODE_PATTERN
from services.order.domain.refusals import (
    CaseDiffers,
    CaseReopenedBefore,
    HandedToItself,
    NoSuchCanteen,
    NoSuchCase,
    NoSuchOrder,
    NoSuchSupplier,
    NoSuchUnit,
    PartyToCase,
)
from services.order.domain.states import CaseState
from services.order.usecases.case_commands import FollowCase, PutCase, ReopenCase, StepCase
from services.order.usecases.case_papers import link_case_paper, put_case_paper
from services.order.usecases.put_case import put_case
from services.order.usecases.read_cases import follow_case, get_case, get_case_statistics, list_cases
from services.order.usecases.step_case import reopen_case, step_case
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.darkroom import DarkroomFull
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import Asker
from shared.http.once import Once
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import refusals
from shared.papers import door
from shared.papers.evidence import EvidenceUnknown
from shared.photos import PhotoUnreadable
from shared.states import WrongState

router = APIRouter(tags=["cases"])


@router.put(
    "/cases/{case_id}",
    operation_id="put_case",
    summary="Bring up what is wrong, with or without an account",
    description="The receipt's `code` follows the case without an account; it is told here alone.",
    responses={
        200: {"model": CaseReceipt},
        201: {"model": CaseReceipt, "description": "Received"},
        **refusals(CaseDiffers, NoSuchOrder, NoSuchCanteen, NoSuchSupplier, NoSuchUnit),
    },
)
async def on_put_case(desk: AtDesk, identity: Asker, case_id: UUID, command: PutCase) -> Response:
    view, new = await put_case(desk, identity, case_id, command)
    return json_answer(view, 201 if new else 200)


@router.post(
    "/case-follow-ups",
    operation_id="follow_case",
    summary="Follow a case by the code of its receipt",
    responses={200: {"model": CaseView}, **refusals(NoSuchCase)},
)
async def on_follow_case(desk: AtDesk, command: FollowCase) -> Response:
    return json_answer(await follow_case(desk, command))


@router.get(
    "/cases",
    operation_id="list_cases",
    summary="List the cases in the hands of one's units, newest first",
    responses={200: {"model": CasePage}, **refusals(NotSignedIn, NotAllowed)},
)
async def on_list_cases(
    desk: AtDesk,
    identity: Asking,
    state: CaseState | None = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    return json_answer(await list_cases(desk, identity, state, limit, cursor))


@router.get(
    "/cases/{case_id}",
    operation_id="get_case",
    summary="Read a case: what was brought up, what happened to it, what came of it",
    responses={200: {"model": CaseView}, **refusals(NotSignedIn, NotAllowed, NoSuchCase)},
)
async def on_get_case(desk: AtDesk, identity: Asking, case_id: UUID) -> Response:
    return json_answer(await get_case(desk, identity, case_id))


@router.post(
    "/cases/{case_id}/steps",
    operation_id="step_case",
    summary="Accept a case, hand it on, answer it, or close it with an outcome",
    responses={
        200: {"model": CaseView},
        **refusals(
            NotSignedIn,
            NotAllowed,
            NoSuchCase,
            OwnRequest,
            PartyToCase,
            NoSuchUnit,
            HandedToItself,
            WrongState,
            KeyReused,
        ),
    },
)
async def on_step_case(desk: AtDesk, identity: Asking, once: Once, case_id: UUID, command: StepCase) -> Response:
    return json_answer(await step_case(desk, identity, case_id, command, once=once))


@router.post(
    "/cases/{case_id}/reopening",
    operation_id="reopen_case",
    summary="Reopen one's closed case, once",
    responses={200: {"model": CaseView}, **refusals(NoSuchCase, CaseReopenedBefore, WrongState)},
)
async def on_reopen_case(desk: AtDesk, identity: Asker, case_id: UUID, command: ReopenCase) -> Response:
    return json_answer(await reopen_case(desk, identity, case_id, command))


@router.put(
    "/cases/{case_id}/evidence/{document_id}",
    operation_id="put_case_paper",
    summary="File evidence of a case: a PDF, OFD, JPEG or PNG of at most 10 MiB",
    description="Whoever raised it without an account names the receipt's code in `Case-Code`. "
    "A photo keeps its picture, and not where, when and by what it was taken; the digest is of what stays.",
    responses={
        200: {"model": CaseView},
        **refusals(*door.TAKING, DarkroomFull, PhotoUnreadable, NoSuchCase, WrongState),
    },
    openapi_extra=door.TAKEN,
)
async def on_put_case_paper(
    desk: AtDesk,
    identity: Asker,
    case_id: UUID,
    paper: door.Brought,
    case_code: Annotated[str | None, Header(pattern=CODE_PATTERN, description="of the receipt")] = None,
) -> Response:
    code = None if case_code is None else case_code.upper()
    return json_answer(await put_case_paper(desk, identity, case_id, paper, code))


@router.post(
    "/cases/{case_id}/evidence/{document_id}/links",
    operation_id="link_case_paper",
    summary="A link to evidence of a case that a browser opens, for five minutes",
    responses={200: {"model": FileLink}, **refusals(NotSignedIn, NotAllowed, NoSuchCase, EvidenceUnknown)},
)
async def on_link_case_paper(desk: AtDesk, identity: Asking, case_id: UUID, document_id: UUID) -> Response:
    return json_answer(await link_case_paper(desk, identity, case_id, document_id))


@router.get(
    "/case-statistics",
    operation_id="get_case_statistics",
    summary="How many cases each unit has, how many are late, and the median days to an answer",
    description="Units from above down, page by page; `total` is of all of them on every page.",
    responses={200: {"model": CaseStatistics}, **refusals()},
)
async def on_get_case_statistics(
    desk: AtDesk,
    year: Annotated[int | None, Query(ge=2020, le=2100, description="in which they were raised")] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_MAX,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    return json_answer(await get_case_statistics(desk, year, limit, cursor))
