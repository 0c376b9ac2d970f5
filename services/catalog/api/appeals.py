"""Appeals by HTTP: file, withdraw, read, list, decide."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.answers import AppealAnswer
from services.catalog.api.appeal_answers import Appeals
from services.catalog.api.parse import desk_of, parameters_of, query_of
from services.catalog.domain.appeals import (
    AlreadyAppealed,
    AppealFixed,
    AppealLate,
    AppealNotFound,
    DecidedByYou,
    NothingToAppeal,
)
from services.catalog.domain.members import HelpEnded
from services.catalog.domain.suppliers import AlreadyAdmitted, ChangedMeanwhile, RecommendedByYou, SupplierNotFound
from services.catalog.usecases.decide_appeal import DecideAppeal, decide_appeal
from services.catalog.usecases.put_appeal import PutAppeal, put_appeal
from services.catalog.usecases.see_appeals import ListAppeals, get_appeal, list_appeals
from services.catalog.usecases.withdraw_appeal import withdraw_appeal
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["suppliers"])
REACHED = (NotSignedIn, NotAllowed, SupplierNotFound)


@router.put(
    "/suppliers/{supplier_id}/appeals/{appeal_id}",
    operation_id="put_appeal",
    summary="Appeal against being returned, suspended or revoked, within sixty days",
    responses={
        200: {"model": AppealAnswer},
        **refusals(*REACHED, AppealFixed, NothingToAppeal, AppealLate, AlreadyAppealed, HelpEnded),
    },
)
async def put(request: Request, supplier_id: UUID, appeal_id: UUID, command: PutAppeal, identity: SignedIn) -> Response:
    return json_answer(await put_appeal(desk_of(request), identity, supplier_id, appeal_id, command))


@router.post(
    "/suppliers/{supplier_id}/appeals/{appeal_id}/withdrawal",
    operation_id="withdraw_appeal",
    summary="Take an appeal back while nobody has decided",
    responses={
        200: {"model": AppealAnswer},
        **refusals(*REACHED, AppealNotFound, WrongState, ChangedMeanwhile, HelpEnded, KeyReused),
    },
)
async def withdraw(request: Request, supplier_id: UUID, appeal_id: UUID, identity: SignedIn, once: Once) -> Response:
    return json_answer(await withdraw_appeal(desk_of(request), identity, supplier_id, appeal_id, once=once))


@router.get(
    "/suppliers/{supplier_id}/appeals/{appeal_id}",
    operation_id="get_appeal",
    summary="An appeal with its decision",
    responses={200: {"model": AppealAnswer}, **refusals(*REACHED, AppealNotFound)},
)
async def get(request: Request, supplier_id: UUID, appeal_id: UUID, identity: SignedIn) -> Response:
    return json_answer(await get_appeal(desk_of(request), identity, supplier_id, appeal_id))


@router.get(
    "/appeals",
    operation_id="list_appeals",
    summary="Appeals of the suppliers below one's units, the one that has waited longest first",
    responses={200: {"model": Appeals}, **refusals(NotSignedIn)},
    openapi_extra=parameters_of(ListAppeals),
)
async def page(request: Request, identity: SignedIn) -> Response:
    return json_answer(await list_appeals(desk_of(request), identity, query_of(ListAppeals, request)))


@router.post(
    "/appeals/{appeal_id}/decisions",
    operation_id="decide_appeal",
    summary="Uphold or dismiss an appeal: an officer above who reviewed, and another person",
    description="Upheld, a suspended or revoked supplier is admitted again, and a returned one waits to be recommended;"
    " its listings stay off sale until they are submitted again.",
    responses={
        200: {"model": AppealAnswer},
        **refusals(
            NotSignedIn,
            NotAllowed,
            OwnRequest,
            DecidedByYou,
            RecommendedByYou,
            AppealNotFound,
            NothingToAppeal,
            AlreadyAdmitted,
            WrongState,
            ChangedMeanwhile,
            KeyReused,
        ),
    },
)
async def decide(request: Request, appeal_id: UUID, command: DecideAppeal, identity: SignedIn, once: Once) -> Response:
    return json_answer(await decide_appeal(desk_of(request), identity, appeal_id, command, once=once))
