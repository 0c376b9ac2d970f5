"""The buyer's baskets."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.order.api.asking import AtDesk
from services.order.api.models import BasketView
from services.order.domain.refusals import (
    AmountTooLarge,
    BasketTaken,
    BasketUsed,
    NoSuchBasket,
    NoSuchCanteen,
)
from services.order.usecases.commands import PutBasket
from services.order.usecases.get_basket import get_basket
from services.order.usecases.put_basket import put_basket
from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
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
async def on_put_basket(desk: AtDesk, identity: SignedIn, basket_id: UUID, command: PutBasket) -> Response:
    return json_answer(await put_basket(desk, identity, basket_id, command))


@router.get(
    "/baskets/{basket_id}",
    operation_id="get_basket",
    summary="Read a basket at today's prices, with warnings",
    responses={200: {"model": BasketView}, **refusals(NotSignedIn, NotAllowed, NoSuchBasket)},
)
async def on_get_basket(desk: AtDesk, identity: SignedIn, basket_id: UUID) -> Response:
    return json_answer(await get_basket(desk, identity, basket_id))
