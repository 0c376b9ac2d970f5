"""The life of an order: confirmed or declined, packed, shipped, accepted; or cancelled."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.models import OrderPage, OrderView
from services.order.domain.confirming_refusals import CardHoldsLess, SubstituteTooDear, SubstituteUnanswered
from services.order.domain.payee_refusals import PayeeNotReady, PayeeUnknown
from services.order.domain.refusals import (
    AcceptanceDiffers,
    CardBusy,
    CardDeclined,
    CardsNotOffered,
    CardsUnavailable,
    NoSuchCanteen,
    NoSuchFair,
    NoSuchOrder,
    NoSuchSupplier,
    NotAskedToCancel,
    ReasonWanted,
    StockShort,
)
from services.order.domain.season_refusals import SeasonShort
from services.order.usecases.accept_order import accept_order
from services.order.usecases.cancel_order import agree_cancel, cancel_order
from services.order.usecases.commands import (
    AcceptOrder,
    AnswerCancellation,
    CancelOrder,
    ConfirmOrder,
    DeclineOrder,
    PackOrder,
    ShipOrder,
)
from services.order.usecases.confirm_order import confirm_order
from services.order.usecases.decline_order import decline_order
from services.order.usecases.get_order import get_order
from services.order.usecases.list_orders import list_orders
from services.order.usecases.pack_order import pack_order
from services.order.usecases.ship_order import ship_order
from shared.contracts.authority import NotAllowed
from shared.contracts.words import OrderChannel, OrderState
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import bytes_answer, json_answer
from shared.http.once import Once
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["orders"])
_STEP = (NotSignedIn, NotAllowed, NoSuchOrder, WrongState, KeyReused)


@router.get(
    "/orders",
    operation_id="list_orders",
    summary="List orders, newest first",
    description="Only what the asker's seats reach: own canteen, own supplier, or the units below theirs.",
    responses={
        200: {"model": OrderPage},
        **refusals(NotSignedIn, NotAllowed, NoSuchCanteen, NoSuchSupplier, NoSuchFair),
    },
)
async def on_list_orders(
    desk: AtDesk,
    identity: Asking,
    canteen: UUID | None = None,
    supplier: UUID | None = None,
    state: OrderState | None = None,
    fair: Annotated[UUID | None, Query(description="only orders of this event of selling")] = None,
    channel: Annotated[OrderChannel | None, Query(description="only orders that came about in this way")] = None,
    wanted_since: Annotated[date | None, Query(description="only orders wanted on this day or later")] = None,
    wanted_to: Annotated[date | None, Query(description="only orders wanted on this day or earlier")] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    wanted = (wanted_since, wanted_to)
    found = await list_orders(desk, identity, canteen, supplier, state, limit, cursor, fair, channel, wanted)
    return bytes_answer(found)


@router.get(
    "/orders/{order_id}",
    operation_id="get_order",
    summary="Read an order: lines, weights, amounts, steps, payments",
    responses={200: {"model": OrderView}, **refusals(NotSignedIn, NotAllowed, NoSuchOrder)},
)
async def on_get_order(desk: AtDesk, identity: Asking, order_id: UUID) -> Response:
    return json_answer(await get_order(desk, identity, order_id))


@router.post(
    "/orders/{order_id}/confirmation",
    operation_id="confirm_order",
    summary="Confirm an order, whole or some lines at less",
    description="A line at 0 is declined; what is not confirmed is for others again. In its place goods of "
    "your own may be offered, at most up to what was approved for the line: they are promised until the buyer has "
    "answered. "
    "Where a card is registered, the most that this may come to is held first; "
    "a declined card leaves the order placed.",
    responses={
        200: {"model": OrderView},
        **refusals(
            *_STEP,
            CardDeclined,
            CardHoldsLess,
            PayeeNotReady,
            PayeeUnknown,
            SubstituteTooDear,
            SeasonShort,
            StockShort,
            CardsNotOffered,
            CardBusy,
            CardsUnavailable,
        ),
    },
)
async def on_confirm_order(
    desk: AtDesk,
    identity: Asking,
    once: Once,
    order_id: UUID,
    command: Annotated[ConfirmOrder | None, Body()] = None,
) -> Response:
    return json_answer(await confirm_order(desk, identity, order_id, command, once=once))


@router.post(
    "/orders/{order_id}/decline",
    operation_id="decline_order",
    summary="Decline an order; its stock is free again",
    description="An order waits to be confirmed; what comes in the place of returned goods is declined until it is "
    "shipped, and the credit or refund of what went back stands.",
    responses={200: {"model": OrderView}, **refusals(*_STEP)},
)
async def on_decline_order(
    desk: AtDesk, identity: Asking, once: Once, order_id: UUID, command: DeclineOrder
) -> Response:
    return json_answer(await decline_order(desk, identity, order_id, command, once=once))


@router.post(
    "/orders/{order_id}/cancellation",
    operation_id="cancel_order",
    summary="Cancel an order before it is packed; its stock is free again",
    description="Once it is packed this asks the seller, who agrees, refuses, or ships it.",
    responses={200: {"model": OrderView}, **refusals(*_STEP)},
)
async def on_cancel_order(desk: AtDesk, identity: Asking, once: Once, order_id: UUID, command: CancelOrder) -> Response:
    return json_answer(await cancel_order(desk, identity, order_id, command, once=once))


@router.post(
    "/orders/{order_id}/cancellation/agreement",
    operation_id="agree_cancel",
    summary="Agree, as the seller, that a packed order is cancelled, or refuse",
    responses={200: {"model": OrderView}, **refusals(*_STEP, NotAskedToCancel, ReasonWanted)},
)
async def on_agree_cancel(
    desk: AtDesk, identity: Asking, once: Once, order_id: UUID, command: AnswerCancellation
) -> Response:
    return json_answer(await agree_cancel(desk, identity, order_id, command, once=once))


@router.post(
    "/orders/{order_id}/packing",
    operation_id="pack_order",
    summary="Say what was packed, by weight or count",
    responses={200: {"model": OrderView}, **refusals(*_STEP, StockShort, SubstituteUnanswered)},
)
async def on_pack_order(desk: AtDesk, identity: Asking, once: Once, order_id: UUID, command: PackOrder) -> Response:
    return json_answer(await pack_order(desk, identity, order_id, command, once=once))


@router.post(
    "/orders/{order_id}/shipment",
    operation_id="ship_order",
    summary="Say that the goods have left",
    responses={200: {"model": OrderView}, **refusals(*_STEP)},
)
async def on_ship_order(
    desk: AtDesk,
    identity: Asking,
    once: Once,
    order_id: UUID,
    command: Annotated[ShipOrder | None, Body()] = None,
) -> Response:
    return json_answer(await ship_order(desk, identity, order_id, command or ShipOrder(), once=once))


@router.post(
    "/orders/{order_id}/acceptance",
    operation_id="accept_order",
    summary="Accept the goods by weight or count",
    description="All lines at zero refuses the delivery. A card is charged the accepted amount right afterwards.",
    responses={200: {"model": OrderView}, **refusals(*_STEP, AcceptanceDiffers)},
)
async def on_accept_order(desk: AtDesk, identity: Asking, once: Once, order_id: UUID, command: AcceptOrder) -> Response:
    return json_answer(await accept_order(desk, identity, order_id, command, once=once))
