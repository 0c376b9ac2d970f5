"""Flags by HTTP: see what does not fit, answer, decide, appeal."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.parse import desk_of, parameters_of, query_of
from services.catalog.api.plausible_answers import FlagAnswer, Flags
from services.catalog.domain.flags import AnswerFixed, AppealTooLate, FlagNotFound, TooManyAnswers, UpheldByYou
from services.catalog.domain.members import HelpEnded
from services.catalog.domain.suppliers import ChangedMeanwhile
from services.catalog.usecases.answer_flag import AppealFlag, PutFlagAnswer, appeal_flag, put_flag_answer
from services.catalog.usecases.decide_flag import DecideFlag, decide_flag
from services.catalog.usecases.get_flags import ListFlags, get_flag, list_flags
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["plausible"])
ASKED = (NotSignedIn, NotAllowed, FlagNotFound)


@router.get(
    "/flags",
    operation_id="list_flags",
    summary="Flags on goods of suppliers in reach, and of one's own, the oldest first",
    responses={200: {"model": Flags}, **refusals(NotSignedIn)},
    openapi_extra=parameters_of(ListFlags),
)
async def page(request: Request, identity: SignedIn) -> Response:
    return json_answer(await list_flags(desk_of(request), identity, query_of(ListFlags, request)))


@router.get(
    "/flags/{flag_id}",
    operation_id="get_flag",
    summary="A flag with its evidence, the lots it is about, and all that happened to it",
    responses={200: {"model": FlagAnswer}, **refusals(*ASKED)},
)
async def get(request: Request, flag_id: UUID, identity: SignedIn) -> Response:
    return json_answer(await get_flag(desk_of(request), identity, flag_id))


@router.put(
    "/flags/{flag_id}/answers/{answer_id}",
    operation_id="put_flag_answer",
    summary="Answer a flag, with words and papers",
    responses={
        200: {"model": FlagAnswer},
        **refusals(*ASKED, HelpEnded, AnswerFixed, TooManyAnswers, ChangedMeanwhile, WrongState),
    },
)
async def answer(
    request: Request, flag_id: UUID, answer_id: UUID, command: PutFlagAnswer, identity: SignedIn
) -> Response:
    return json_answer(await put_flag_answer(desk_of(request), identity, flag_id, answer_id, command))


@router.post(
    "/flags/{flag_id}/decisions",
    operation_id="decide_flag",
    summary="Clear or uphold a flag; on an appeal, clear it or confirm what was decided",
    description="For an officer of a level above the supplier's own unit, or an auditor, without a seat in the"
    " supplier; who upheld a flag does not decide on its appeal.",
    responses={
        200: {"model": FlagAnswer},
        **refusals(*ASKED, OwnRequest, UpheldByYou, ChangedMeanwhile, WrongState, KeyReused),
    },
)
async def decide(request: Request, flag_id: UUID, command: DecideFlag, identity: SignedIn, once: Once) -> Response:
    return json_answer(await decide_flag(desk_of(request), identity, flag_id, command, once=once))


@router.post(
    "/flags/{flag_id}/appeal",
    operation_id="appeal_flag",
    summary="Appeal against an upheld flag within 60 days",
    responses={
        200: {"model": FlagAnswer},
        **refusals(*ASKED, HelpEnded, AppealTooLate, ChangedMeanwhile, WrongState, KeyReused),
    },
)
async def appeal(request: Request, flag_id: UUID, command: AppealFlag, identity: SignedIn, once: Once) -> Response:
    return json_answer(await appeal_flag(desk_of(request), identity, flag_id, command, once=once))
