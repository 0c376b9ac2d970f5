"""What happens to accepted goods: they go back by agreement, or cost less."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.models import OrderView
from services.order.domain.refusals import (
    CreditDiffers,
    CreditTooLarge,
    MoreThanKept,
    NoSuchOrder,
    NoSuchReturn,
    ReturnDiffers,
)
from services.order.usecases.agree_return import agree_return
from services.order.usecases.commands import CreditOrder, ReturnGoods
from services.order.usecases.credit_order import credit_order
from services.order.usecases.return_goods import return_goods
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["orders"])
_STEP = (NotSignedIn, NotAllowed, NoSuchOrder, WrongState, KeyReused)


@router.post(
    "/orders/{order_id}/returns",
    operation_id="return_goods",
    summary="Propose to send goods back",
    responses={200: {"model": OrderView}, **refusals(*_STEP, MoreThanKept, ReturnDiffers)},
)
async def on_return_goods(desk: AtDesk, identity: Asking, once: Once, order_id: UUID, command: ReturnGoods) -> Response:
    return json_answer(await return_goods(desk, identity, order_id, command, once=once))


@router.post(
    "/orders/{order_id}/returns/{return_id}/agreement",
    operation_id="agree_return",
    summary="Agree to a return; it is booked now",
    responses={200: {"model": OrderView}, **refusals(*_STEP, NoSuchReturn, MoreThanKept)},
)
async def on_agree_return(desk: AtDesk, identity: Asking, once: Once, order_id: UUID, return_id: UUID) -> Response:
    return json_answer(await agree_return(desk, identity, order_id, return_id, once=once))


@router.post(
    "/orders/{order_id}/credits",
    operation_id="credit_order",
    summary="Lower what accepted goods cost; booked at once",
    responses={200: {"model": OrderView}, **refusals(*_STEP, CreditTooLarge, CreditDiffers)},
)
async def on_credit_order(desk: AtDesk, identity: Asking, once: Once, order_id: UUID, command: CreditOrder) -> Response:
    return json_answer(await credit_order(desk, identity, order_id, command, once=once))
