"""A canteen's yearly reservation is filed, read, and accepted or returned by the level above."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.reservation_models import ReservationAnswer, ReservationPage
from services.procurement_quota.api.statements import Year
from services.procurement_quota.domain.counting import CanteenUnknown
from services.procurement_quota.domain.reservations import ReservationState
from services.procurement_quota.domain.rules import RuleNotInForce, RuleUnknown
from services.procurement_quota.usecases import put_reservation as reserving
from services.procurement_quota.usecases import read_reservations as reading
from services.procurement_quota.usecases import review_reservation as reviewing
from services.procurement_quota.usecases.close_year import YearClosed
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.reservation_view import ReservationUnknown
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(prefix="/reservations", tags=["reservations"])


@router.put(
    "/{reservation_id}",
    operation_id="put_reservation",
    summary="File what a canteen reserves for a year",
    response_model=ReservationAnswer,
    responses={
        201: {"model": ReservationAnswer, "description": "Filed, or amended"},
        **refusals(
            NotSignedIn,
            NotAllowed,
            CanteenUnknown,
            RuleUnknown,
            RuleNotInForce,
            reserving.ReservationElsewhere,
            reserving.TooManyVersions,
            YearClosed,
        ),
    },
)
async def put_reservation(
    desk: AtDesk, identity: SignedIn, reservation_id: UUID, command: reserving.PutReservation
) -> Response:
    """File a reservation, or keep it as a draft; other content under the same id is an amendment, with its reason, and
    every version is kept. What is lower than last year's is explained."""
    answer, new = await reserving.put_reservation(desk, identity, reservation_id, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/{reservation_id}",
    operation_id="get_reservation",
    summary="Read a reservation with all its versions",
    response_model=ReservationAnswer,
    responses=refusals(NotSignedIn, NotAllowed, ReservationUnknown),
)
async def get_reservation(desk: AtDesk, identity: SignedIn, reservation_id: UUID) -> Response:
    """Read what was filed, amended, returned and accepted, by whom and when, beside last year's."""
    return json_answer(await reading.get_reservation(desk, identity, reservation_id))


@router.get(
    "",
    operation_id="list_reservations",
    summary="List the reservations of a unit's canteens, and of those below",
    response_model=ReservationPage,
    responses=refusals(NotSignedIn, NotAllowed, UnitUnknown),
)
async def list_reservations(
    desk: AtDesk,
    identity: SignedIn,
    unit: Annotated[UUID, Query(description="whose canteens, and those below")],
    year: Year = None,
    state: Annotated[ReservationState | None, Query(description="only those that stand so")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """Read the newest version that was submitted of each, else its draft; who has filed none is among the alerts."""
    found = await reading.list_reservations(desk, identity, unit, year=year, state=state, limit=limit, cursor=cursor)
    return json_answer(found)


@router.post(
    "/{reservation_id}/reviews",
    operation_id="review_reservation",
    summary="Accept a reservation, or return it with a reason",
    response_model=ReservationAnswer,
    responses=refusals(
        NotSignedIn, NotAllowed, OwnRequest, ReservationUnknown, reviewing.NewerReservation, WrongState, KeyReused
    ),
)
async def review_reservation(
    desk: AtDesk, identity: SignedIn, reservation_id: UUID, command: reviewing.ReviewReservation, once: Once
) -> Response:
    """Of the newest version that was submitted; whoever filed any version may not."""
    return json_answer(await reviewing.review_reservation(desk, identity, reservation_id, command, once=once))
