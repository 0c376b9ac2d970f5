"""Standing orders: what a canteen wants each week, drafted ahead as baskets and never ordered by itself."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.standing_models import StandingOrderPage, StandingOrderView
from services.order.domain.refusals import (
    AmountTooLarge,
    NoSuchCanteen,
    NoSuchStandingOrder,
    StandingOrderTaken,
    TooManyStandingOrders,
)
from services.order.usecases.commands import PutStandingOrder
from services.order.usecases.get_standing_order import get_standing_order
from services.order.usecases.list_standing_orders import list_standing_orders
from services.order.usecases.put_standing_order import put_standing_order
from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn
from shared.http.answers import bytes_answer, json_answer
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import refusals

router = APIRouter(tags=["standing orders"])


@router.put(
    "/standing-orders/{standing_order_id}",
    operation_id="put_standing_order",
    summary="Want the same goods on the same days of the week",
    description="A basket is drafted some days ahead of each, and its buyers are told; nothing is ordered by itself.",
    responses={
        200: {"model": StandingOrderView},
        **refusals(NotSignedIn, NotAllowed, NoSuchCanteen, StandingOrderTaken, TooManyStandingOrders, AmountTooLarge),
    },
)
async def on_put_standing_order(
    desk: AtDesk, identity: Asking, standing_order_id: UUID, command: PutStandingOrder
) -> Response:
    return json_answer(await put_standing_order(desk, identity, standing_order_id, command))


@router.get(
    "/standing-orders/{standing_order_id}",
    operation_id="get_standing_order",
    summary="Read a standing order and what was drafted of it",
    responses={200: {"model": StandingOrderView}, **refusals(NotSignedIn, NotAllowed, NoSuchStandingOrder)},
)
async def on_get_standing_order(desk: AtDesk, identity: Asking, standing_order_id: UUID) -> Response:
    return json_answer(await get_standing_order(desk, identity, standing_order_id))


@router.get(
    "/standing-orders",
    operation_id="list_standing_orders",
    summary="List standing orders, newest first",
    responses={200: {"model": StandingOrderPage}, **refusals(NotSignedIn, NotAllowed, NoSuchCanteen)},
)
async def on_list_standing_orders(
    desk: AtDesk,
    identity: Asking,
    canteen: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    return bytes_answer(await list_standing_orders(desk, identity, canteen, limit, cursor))
