"""Conflicts of interest are declared or recorded, reviewed by another, and held beside what the person decided."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.referrals import KnownBy
from services.procurement_quota.api.register_models import ConflictAnswer, ConflictDecisionPage, ConflictPage
from services.procurement_quota.domain import registers
from services.procurement_quota.usecases import put_conflict as declaring
from services.procurement_quota.usecases import read_conflicts as reading
from services.procurement_quota.usecases import review_conflict as reviewing
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.put_visit import SupplierNotKnown
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import InvalidFields, NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["registers"])


@router.put(
    "/conflicts/{conflict_id}",
    operation_id="put_conflict",
    summary="Declare a conflict of interest, record one as an auditor, or correct it",
    response_model=ConflictAnswer,
    responses={
        201: {"model": ConflictAnswer, "description": "Declared"},
        **refusals(
            NotSignedIn,
            NotAllowed,
            UnitUnknown,
            SupplierNotKnown,
            registers.RecordMoved,
            registers.TooManyVersions,
        ),
    },
)
async def put_conflict(desk: AtDesk, identity: SignedIn, conflict_id: UUID, command: declaring.PutConflict) -> Response:
    """Say what one is to a supplier or a unit, from when to when, and what is done about it."""
    answer, new = await declaring.put_conflict(desk, identity, conflict_id, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/conflicts/{conflict_id}",
    operation_id="get_conflict",
    summary="Read a conflict of interest as it stands, or as it stood on a day",
    response_model=ConflictAnswer,
    responses=refusals(NotSignedIn, NotAllowed, registers.ConflictUnknown),
)
async def get_conflict(desk: AtDesk, identity: SignedIn, conflict_id: UUID, known_by: KnownBy = None) -> Response:
    """Read one's own, or one in reach."""
    return json_answer(await reading.get_conflict(desk, identity, conflict_id, known_by=known_by))


@router.get(
    "/conflicts",
    operation_id="list_conflicts",
    summary="List conflicts of interest, newest first",
    response_model=ConflictPage,
    responses=refusals(NotSignedIn, InvalidFields),
)
async def list_conflicts(
    desk: AtDesk,
    identity: SignedIn,
    state: Annotated[registers.ConflictState | None, Query()] = None,
    account: Annotated[UUID | None, Query(description="of this person")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List one's own, and those that one's seats reach."""
    found = await reading.list_conflicts(desk, identity, state=state, account=account, limit=limit, cursor=cursor)
    return json_answer(found)


@router.post(
    "/conflicts/{conflict_id}/reviews",
    operation_id="review_conflict",
    summary="Accept a declared conflict with its measure, or return it",
    response_model=ConflictAnswer,
    responses=refusals(
        NotSignedIn,
        NotAllowed,
        OwnRequest,
        registers.ConflictUnknown,
        registers.RecordMoved,
        registers.TooManyVersions,
        WrongState,
        KeyReused,
    ),
)
async def review_conflict(
    desk: AtDesk, identity: SignedIn, conflict_id: UUID, command: reviewing.ReviewConflict, once: Once
) -> Response:
    """Review it, never one's own nor what one recorded; a returned one is not in force."""
    return json_answer(await reviewing.review_conflict(desk, identity, conflict_id, command, once=once))


@router.get(
    "/conflicts/{conflict_id}/decisions",
    operation_id="list_conflict_decisions",
    summary="What the person decided meanwhile about whom the conflict names",
    response_model=ConflictDecisionPage,
    responses=refusals(NotSignedIn, NotAllowed, registers.ConflictUnknown),
)
async def list_conflict_decisions(
    desk: AtDesk, identity: SignedIn, conflict_id: UUID, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Response:
    """List, newest first: verifications, rulings on filings and openings, transfers, signatures, reviews."""
    found = await reading.list_conflict_decisions(desk, identity, conflict_id, limit=limit, cursor=cursor)
    return json_answer(found)
