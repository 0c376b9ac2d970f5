"""The buyer's baskets, and what is on its way beside them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.models import BasketView, LookedAtView, OpenLinesView
from services.order.api.repeat_models import RepeatedView
from services.order.domain.refusals import (
    AmountTooLarge,
    BasketTaken,
    BasketUsed,
    NoSuchBasket,
    NoSuchCanteen,
    NoSuchOrder,
    NoSuchRequisition,
    NothingToRepeat,
)
from services.order.usecases.commands import PutBasket, RepeatOrder
from services.order.usecases.get_basket import get_basket
from services.order.usecases.list_open_lines import list_open_lines
from services.order.usecases.look_at_goods import LookAtGoods, look_at_goods
from services.order.usecases.put_basket import put_basket
from services.order.usecases.repeat_order import repeat_order
from shared.contracts.authority import NotAllowed
from shared.contracts.words import Fund
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.problems import refusals

router = APIRouter(tags=["baskets"])


@router.put(
    "/baskets/{basket_id}",
    operation_id="put_basket",
    summary="Put a basket together, whole",
    description="The client names the basket. It is overwritten until a requisition is made of it.",
    responses={
        200: {"model": BasketView},
        **refusals(NotSignedIn, NotAllowed, NoSuchCanteen, BasketUsed, BasketTaken, AmountTooLarge),
    },
)
async def on_put_basket(desk: AtDesk, identity: Asking, basket_id: UUID, command: PutBasket) -> Response:
    return json_answer(await put_basket(desk, identity, basket_id, command))


@router.get(
    "/baskets/{basket_id}",
    operation_id="get_basket",
    summary="Read a basket at today's prices, with warnings",
    responses={200: {"model": BasketView}, **refusals(NotSignedIn, NotAllowed, NoSuchBasket)},
)
async def on_get_basket(
    desk: AtDesk,
    identity: Asking,
    basket_id: UUID,
    wanted_on: Annotated[date | None, Query(description="whose month's budget is shown too")] = None,
) -> Response:
    return json_answer(await get_basket(desk, identity, basket_id, wanted_on))


@router.put(
    "/baskets/{basket_id}/repetition",
    operation_id="repeat_order",
    summary="Fill a basket with what was ordered before",
    description="In the newest versions; what is gone is left out, and all that is otherwise is told. Places nothing.",
    responses={
        200: {"model": RepeatedView},
        **refusals(
            NotSignedIn,
            NotAllowed,
            NoSuchOrder,
            NoSuchRequisition,
            NothingToRepeat,
            BasketUsed,
            BasketTaken,
            AmountTooLarge,
        ),
    },
)
async def on_repeat_order(desk: AtDesk, identity: Asking, basket_id: UUID, command: RepeatOrder) -> Response:
    return json_answer(await repeat_order(desk, identity, basket_id, command))


@router.get(
    "/internal/open-lines",
    operation_id="list_open_lines",
    summary="List what a canteen has ordered and not yet accepted",
    responses={200: {"model": OpenLinesView}, **refusals(NotSignedIn, NotAllowed, NoSuchCanteen)},
)
async def on_list_open_lines(
    desk: AtDesk, identity: Asking, canteen: Annotated[UUID, Query()], fund: Annotated[Fund, Query()]
) -> Response:
    """Asked by the gateway with the buyer's identity; never proxied."""
    return json_answer(await list_open_lines(desk, identity, canteen, fund))


@router.post(
    "/internal/goods",
    operation_id="look_at_goods",
    summary="Look at goods as a basket would show them",
    responses={200: {"model": LookedAtView}, **refusals(NotSignedIn, NotAllowed, NoSuchCanteen)},
)
async def on_look_at_goods(desk: AtDesk, identity: Asking, command: LookAtGoods) -> Response:
    """Asked by the gateway with the buyer's identity; never proxied, and nothing is written."""
    return json_answer(await look_at_goods(desk, identity, command))
