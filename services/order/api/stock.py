"""The supplier's stock."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.models import StockView
from services.order.domain.refusals import NoSuchListing, StockBelowPromised
from services.order.usecases.commands import PutSeason, PutStock
from services.order.usecases.get_stock import get_stock
from services.order.usecases.put_season import put_season
from services.order.usecases.put_stock import put_stock
from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.problems import refusals

router = APIRouter(tags=["stock"])


@router.put(
    "/stock/{listing_id}",
    operation_id="put_stock",
    summary="Say how much of a listing lies there",
    responses={200: {"model": StockView}, **refusals(NotSignedIn, NotAllowed, NoSuchListing, StockBelowPromised)},
)
async def on_put_stock(desk: AtDesk, identity: Asking, listing_id: UUID, command: PutStock) -> Response:
    return json_answer(await put_stock(desk, identity, listing_id, command))


@router.put(
    "/stock/{listing_id}/season",
    operation_id="put_season",
    summary="Say for which days a listing may be promised",
    description="No window is any day. What is promised stays so: a bound below it promises nothing more.",
    responses={200: {"model": StockView}, **refusals(NotSignedIn, NotAllowed, NoSuchListing)},
)
async def on_put_season(desk: AtDesk, identity: Asking, listing_id: UUID, command: PutSeason) -> Response:
    return json_answer(await put_season(desk, identity, listing_id, command))


@router.get(
    "/stock/{listing_id}",
    operation_id="get_stock",
    summary="Read the stock of a listing",
    responses={200: {"model": StockView}, **refusals(NotSignedIn, NotAllowed, NoSuchListing)},
)
async def on_get_stock(desk: AtDesk, identity: Asking, listing_id: UUID) -> Response:
    return json_answer(await get_stock(desk, identity, listing_id))
