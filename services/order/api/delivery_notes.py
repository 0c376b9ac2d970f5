"""The delivery note (送货单) of an order: what was packed for whom, as JSON or on paper."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.models import Party, ShipmentView, WantedView
from services.order.domain.delivery_note import NothingToDeliver
from services.order.domain.refusals import NoSuchOrder
from services.order.usecases.read_delivery_note import NoteFormat, print_delivery_note, read_delivery_note
from shared.contracts.authority import NotAllowed
from shared.contracts.words import Measure, OrderChannel, OrderState
from shared.errors import NotSignedIn
from shared.http.answers import bytes_of, file_answer, json_answer
from shared.http.problems import language_of, refusals
from shared.press import PRINTING

router = APIRouter(tags=["orders"])
PDF = "application/pdf"


class DeliveryLine(BaseModel):
    """Goods in the boxes; quantities are grams for goods by weight, else pieces."""

    line_id: UUID
    listing_id: UUID
    """The seller's item: goods here have no GTIN (商品条码)."""
    listing_version: int
    name: str
    category: str
    origin_county_code: str
    origin: str
    measure: Measure
    unit_name: str
    unit_quantity: int
    piece_grams: int | None
    ordered_quantity: int
    confirmed_quantity: int | None
    """What the seller confirmed; null is as it was ordered."""
    packed_quantity: int
    packed_grams: int
    """What that weighs; 0 for pieces of an unknown weight."""
    lot_number: str
    replaces_line_id: UUID | None
    """The line in whose place it is delivered (替代商品)."""
    accepted_quantity: int | None
    """What was accepted of it; null while it is on its way."""
    refused_quantity: int


class SignatureSide(StrEnum):
    """Who signs (签字)."""

    SENDER = "sender"  # 发货人
    CARRIER = "carrier"  # 送货人
    RECEIVER = "receiver"  # 收货人
    SECOND_RECEIVER = "second_receiver"  # 第二收货人


class SignatureView(BaseModel):
    """A place to sign; the name where the order knows it."""

    side: SignatureSide
    name: str | None
    at: datetime | None


class DeliveryNote(WantedView):
    """What is delivered with an order, without prices: those stand in the order and on the invoice."""

    order_id: UUID
    number: str
    """The short form of the order's id by which people name it."""
    check_code: str
    """Changes whenever goods, quantities or lots do: a paper with another code is not the newest."""
    url: str
    """Where people read the order."""
    state: OrderState
    channel: OrderChannel
    sold_on: date | None
    supplier: Party
    canteen: Party
    unit: Party
    packed_at: datetime | None
    """Null for what was handed over at a fair."""
    shipment: ShipmentView | None
    lines: list[DeliveryLine]
    packed_grams: int
    """Of all goods by weight."""
    packed_pieces: int
    """Of all goods by the piece."""
    signatures: list[SignatureView]


@router.get(
    "/orders/{order_id}/delivery-note",
    operation_id="get_delivery_note",
    summary="Read what was packed for whom, or print it: the delivery note 送货单",
    description="From packing on; packed anew it says so, under another check code. No price stands on it.",
    response_model=DeliveryNote,
    responses={
        200: {"content": bytes_of((PDF,))},
        **refusals(NotSignedIn, NotAllowed, NoSuchOrder, NothingToDeliver, *PRINTING),
    },
)
async def on_get_delivery_note(
    request: Request,
    desk: AtDesk,
    identity: Asking,
    order_id: UUID,
    as_format: Annotated[NoteFormat, Query(alias="format", description="what it is given as")] = NoteFormat.JSON,
    lang: Annotated[
        Literal["zh", "en"] | None, Query(description="the language of the paper; by Accept-Language when left out")
    ] = None,
) -> Response:
    note = await read_delivery_note(desk, identity, order_id)
    if as_format is NoteFormat.JSON:
        return json_answer(note)
    body = await print_delivery_note(desk, note, lang or language_of(request.headers))
    return file_answer(body, PDF, f"delivery-note-{note['number']}.pdf")
