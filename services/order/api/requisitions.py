"""Requisitions: asked by a buyer, placed at once below the unit's limit, else decided by another person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.requisition_models import RequisitionPage, RequisitionView
from services.order.domain.approval_refusals import AnotherPersonNeeded, NotTheirTurn
from services.order.domain.budget_refusals import BudgetSpent
from services.order.domain.refusals import (
    AlreadyDecided,
    AmountTooLarge,
    BasketUsed,
    CanteenClosed,
    ListingChanged,
    NoSuchBasket,
    NoSuchCanteen,
    NoSuchRequisition,
    OutOfSeason,
    RequisitionDiffers,
    StockShort,
    SupplierNotSelling,
)
from services.order.domain.season_refusals import SeasonShort
from services.order.domain.states import RequisitionState
from services.order.usecases.commands import DecideRequisition, PutRequisition, WithdrawRequisition
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.get_requisition import get_requisition
from services.order.usecases.list_requisitions import list_requisitions
from services.order.usecases.put_requisition import put_requisition
from services.order.usecases.withdraw_requisition import withdraw_requisition
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import bytes_answer, json_answer
from shared.http.once import Once
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import refusals

router = APIRouter(tags=["requisitions"])


@router.put(
    "/requisitions/{requisition_id}",
    operation_id="put_requisition",
    summary="Ask for what is in a basket",
    description=(
        "Up to the unit's approval limit its orders are placed at once, one per supplier; above it, or beyond the soft "
        "budget of the month in which it is wanted, it waits. Beyond a hard one it is refused."
    ),
    responses={
        200: {"model": RequisitionView},
        **refusals(
            NotSignedIn,
            NotAllowed,
            NoSuchBasket,
            BasketUsed,
            RequisitionDiffers,
            CanteenClosed,
            SupplierNotSelling,
            ListingChanged,
            StockShort,
            OutOfSeason,
            SeasonShort,
            AmountTooLarge,
            BudgetSpent,
        ),
    },
)
async def on_put_requisition(desk: AtDesk, identity: Asking, requisition_id: UUID, command: PutRequisition) -> Response:
    return json_answer(await put_requisition(desk, identity, requisition_id, command))


@router.get(
    "/requisitions/{requisition_id}",
    operation_id="get_requisition",
    summary="Read a requisition",
    responses={200: {"model": RequisitionView}, **refusals(NotSignedIn, NotAllowed, NoSuchRequisition)},
)
async def on_get_requisition(desk: AtDesk, identity: Asking, requisition_id: UUID) -> Response:
    return json_answer(await get_requisition(desk, identity, requisition_id))


@router.get(
    "/requisitions",
    operation_id="list_requisitions",
    summary="List requisitions, newest first",
    responses={200: {"model": RequisitionPage}, **refusals(NotSignedIn, NotAllowed, NoSuchCanteen)},
)
async def on_list_requisitions(
    desk: AtDesk,
    identity: Asking,
    canteen: UUID | None = None,
    state: RequisitionState | None = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    return bytes_answer(await list_requisitions(desk, identity, canteen, state, limit, cursor))


@router.post(
    "/requisitions/{requisition_id}/decisions",
    operation_id="decide_requisition",
    summary="Approve or refuse a requisition",
    description=(
        "By whoever it waits for: an approver of the canteen's unit where its unit ruled nothing else, or of a unit "
        "that it was handed up to, never by who asked. The last yes places all its orders or none."
    ),
    responses={
        200: {"model": RequisitionView},
        **refusals(
            NotSignedIn,
            NotAllowed,
            OwnRequest,
            NoSuchRequisition,
            AlreadyDecided,
            NotTheirTurn,
            AnotherPersonNeeded,
            CanteenClosed,
            SupplierNotSelling,
            ListingChanged,
            StockShort,
            OutOfSeason,
            SeasonShort,
            BudgetSpent,
            KeyReused,
        ),
    },
)
async def on_decide_requisition(
    desk: AtDesk, identity: Asking, once: Once, requisition_id: UUID, command: DecideRequisition
) -> Response:
    return json_answer(await decide_requisition(desk, identity, requisition_id, command, once=once))


@router.post(
    "/requisitions/{requisition_id}/withdrawal",
    operation_id="withdraw_requisition",
    summary="Take back a requisition that waits",
    description="By who asked or another buyer of the canteen, until it is decided.",
    responses={
        200: {"model": RequisitionView},
        **refusals(NotSignedIn, NotAllowed, NoSuchRequisition, AlreadyDecided, KeyReused),
    },
)
async def on_withdraw_requisition(
    desk: AtDesk, identity: Asking, once: Once, requisition_id: UUID, command: WithdrawRequisition
) -> Response:
    return json_answer(await withdraw_requisition(desk, identity, requisition_id, command, once=once))
