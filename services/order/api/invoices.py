"""Invoices (发票): entered by the supplier, held against order and acceptance, differences resolved by finance."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.models import Party
from services.order.domain.invoice_refusals import (
    InvoiceDiffers,
    InvoiceExceeded,
    InvoiceTwice,
    NoFile,
    NoSuchDifference,
    NoSuchInvoice,
    ResolutionDiffers,
)
from services.order.domain.invoices import DifferenceKind, InvoiceKind
from services.order.domain.refusals import NoSuchCanteen, NoSuchOrder, NoSuchSupplier, NotAVoucher, VoucherTooLarge
from services.order.usecases.invoice_commands import PutInvoice, ResolveDifference
from services.order.usecases.invoices import (
    get_invoice,
    get_invoice_file,
    list_invoice_differences,
    list_invoices,
    put_invoice,
    put_invoice_file,
    resolve_invoice_difference,
)
from services.order.usecases.put_voucher import TAKEN
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.documents import NOT_WHOLE
from shared.errors import NotSignedIn
from shared.http.answers import bytes_of, json_answer
from shared.http.once import Once
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import refusals

router = APIRouter(tags=["invoices"])
_FILE = bytes_of(TAKEN)
_ONE = (NotSignedIn, NotAllowed, NoSuchInvoice)
_LIST = (NotSignedIn, NotAllowed, NoSuchCanteen, NoSuchSupplier)
Cursor = Annotated[str | None, Query(max_length=400)]


class InvoiceFileView(BaseModel):
    sha256: str
    media_type: str
    size_bytes: int


class InvoiceLineView(BaseModel):
    order_id: UUID
    line_id: UUID
    gross_fen: int


class InvoiceView(BaseModel):
    """An invoice as it was entered; every amount of a red-letter one is negative."""

    invoice_id: UUID
    number: str
    code: str
    kind: InvoiceKind
    net_fen: int
    tax_fen: int
    gross_fen: int
    tax_rate_bp: int
    issued_on: date
    reverses_id: UUID | None
    put_by_name: str
    put_at: datetime
    canteen: Party
    supplier: Party
    file: InvoiceFileView | None
    lines: list[InvoiceLineView]


class InvoicePage(BaseModel):
    items: list[InvoiceView]
    next: str | None


class DifferenceView(BaseModel):
    """By how much what is invoiced of a line differs from what is kept of it; nobody has resolved it yet."""

    order_id: UUID
    line_id: UUID
    name: str
    kind: DifferenceKind
    fen: int
    ordered_fen: int
    kept_fen: int
    invoiced_fen: int
    unit_id: UUID
    """The canteen's unit, whose finance says what becomes of it."""
    canteen: Party
    supplier: Party


class DifferencePage(BaseModel):
    items: list[DifferenceView]
    next: str | None


class ResolutionView(BaseModel):
    resolution_id: UUID
    order_id: UUID
    note: str


@router.put(
    "/invoices/{invoice_id}",
    operation_id="put_invoice",
    summary="Enter an invoice for lines of one's orders, or a red-letter one 录入发票",
    responses={
        200: {"model": InvoiceView},
        **refusals(*_ONE, NoSuchOrder, InvoiceDiffers, InvoiceTwice, InvoiceExceeded),
    },
)
async def on_put_invoice(desk: AtDesk, identity: Asking, invoice_id: UUID, command: PutInvoice) -> Response:
    return json_answer(await put_invoice(desk, identity, invoice_id, command))


@router.get(
    "/invoices/{invoice_id}",
    operation_id="get_invoice",
    summary="Read an invoice",
    responses={200: {"model": InvoiceView}, **refusals(*_ONE)},
)
async def on_get_invoice(desk: AtDesk, identity: Asking, invoice_id: UUID) -> Response:
    return json_answer(await get_invoice(desk, identity, invoice_id))


@router.get(
    "/invoices",
    operation_id="list_invoices",
    summary="List invoices, the newest first",
    responses={200: {"model": InvoicePage}, **refusals(*_LIST)},
)
async def on_list_invoices(
    desk: AtDesk,
    identity: Asking,
    canteen: UUID | None = None,
    supplier: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    found = await list_invoices(desk, identity, canteen=canteen, supplier=supplier, limit=limit, cursor=cursor)
    return json_answer(found)


@router.put(
    "/invoices/{invoice_id}/file",
    operation_id="put_invoice_file",
    summary="Put the invoice as a file (PDF, JPEG or PNG, up to 10 MiB)",
    openapi_extra={"requestBody": {"required": True, "content": _FILE}},
    responses={200: {"model": InvoiceView}, **refusals(*_ONE, VoucherTooLarge, NotAVoucher, *NOT_WHOLE)},
)
async def on_put_invoice_file(desk: AtDesk, identity: Asking, invoice_id: UUID, request: Request) -> Response:
    return json_answer(await put_invoice_file(desk, identity, invoice_id, await request.body()))


@router.get(
    "/invoices/{invoice_id}/file",
    operation_id="get_invoice_file",
    summary="Read the invoice as a file",
    response_class=Response,
    responses={200: {"content": _FILE, "description": "The file as it was put."}, **refusals(*_ONE, NoFile)},
)
async def on_get_invoice_file(desk: AtDesk, identity: Asking, invoice_id: UUID) -> Response:
    found = await get_invoice_file(desk, identity, invoice_id)
    headers = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox", "cache-control": "private"}
    return Response(found.body, media_type=found.media_type, headers=headers)


@router.get(
    "/invoice-differences",
    operation_id="list_invoice_differences",
    summary="List where invoices differ from order and acceptance, and nobody has resolved it 三单匹配差异",
    responses={200: {"model": DifferencePage}, **refusals(*_LIST)},
)
async def on_list_invoice_differences(
    desk: AtDesk,
    identity: Asking,
    canteen: UUID | None = None,
    supplier: UUID | None = None,
    cursor: Cursor = None,
) -> Response:
    found = await list_invoice_differences(desk, identity, canteen=canteen, supplier=supplier, cursor=cursor)
    return json_answer(found)


@router.post(
    "/orders/{order_id}/invoice-resolutions",
    operation_id="resolve_invoice_difference",
    summary="Say what becomes of a difference, as it now stands",
    responses={
        200: {"model": ResolutionView},
        **refusals(NotSignedIn, NotAllowed, NoSuchOrder, NoSuchDifference, ResolutionDiffers, KeyReused),
    },
)
async def on_resolve_invoice_difference(
    desk: AtDesk, identity: Asking, once: Once, order_id: UUID, command: ResolveDifference
) -> Response:
    return json_answer(await resolve_invoice_difference(desk, identity, order_id, command, once=once))
