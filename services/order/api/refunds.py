"""Refunds that the card vendor could not do: tried again, or transferred and confirmed."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.models import OrderView
from services.order.domain.refund_refusals import NoSuchRefund
from services.order.domain.refusals import CardsNotOffered, NoSuchOrder, ReasonWanted
from services.order.usecases.commands import AnswerCancellation, SendRefund
from services.order.usecases.settle_refund import receive_refund, retry_refund, send_refund
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["payments"])
_OF_ONE = (NotSignedIn, NotAllowed, NoSuchOrder, NoSuchRefund, WrongState, KeyReused)
PATH = "/orders/{order_id}/refunds/{refund_id}"


@router.post(
    PATH + "/retry",
    operation_id="retry_refund",
    summary="Have the card vendor try a refund again that failed",
    responses={200: {"model": OrderView}, **refusals(*_OF_ONE, CardsNotOffered)},
)
async def on_retry_refund(desk: AtDesk, identity: Asking, once: Once, order_id: UUID, refund_id: UUID) -> Response:
    return json_answer(await retry_refund(desk, identity, order_id, refund_id, once=once))


@router.post(
    PATH + "/transfer",
    operation_id="send_refund",
    summary="Say that a refund that failed was transferred by bank",
    responses={200: {"model": OrderView}, **refusals(*_OF_ONE)},
)
async def on_send_refund(
    desk: AtDesk, identity: Asking, once: Once, order_id: UUID, refund_id: UUID, command: SendRefund
) -> Response:
    return json_answer(await send_refund(desk, identity, order_id, refund_id, command, once=once))


@router.post(
    PATH + "/receipt",
    operation_id="receive_refund",
    summary="Say whether a refund that was transferred has arrived; a no gives its reason",
    responses={200: {"model": OrderView}, **refusals(*_OF_ONE, ReasonWanted)},
)
async def on_receive_refund(
    desk: AtDesk, identity: Asking, once: Once, order_id: UUID, refund_id: UUID, command: AnswerCancellation
) -> Response:
    return json_answer(await receive_refund(desk, identity, order_id, refund_id, command, once=once))
