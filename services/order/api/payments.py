"""Payments: a bank transfer with its voucher, confirmed by the supplier, or a card."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.models import OrderView
from services.order.api.payment_models import PaymentView
from services.order.domain.payee_refusals import PayeeNotReady, PayeeUnknown
from services.order.domain.refusals import (
    CardAlreadyRegistered,
    CardBusy,
    CardDeclined,
    CardsNotOffered,
    CardsUnavailable,
    CardTooLate,
    MoreThanOwed,
    NoSuchOrder,
    NoSuchPayment,
    NotAVoucher,
    NothingToPay,
    NoVoucher,
    PaidTogether,
    PaymentByCard,
    PaymentDiffers,
    VoucherTooLarge,
    WalletNotOffered,
)
from services.order.domain.transfer_refusals import PaymentEnded, TooManyPayments, TransferDiffers
from services.order.usecases.account_commands import ConfirmTransfer, DenyTransfer, WithdrawTransfer
from services.order.usecases.commands import PutPayment
from services.order.usecases.confirm_payment import confirm_payment
from services.order.usecases.deny_payment import deny_payment
from services.order.usecases.get_voucher import get_voucher
from services.order.usecases.put_payment import put_payment
from services.order.usecases.put_voucher import TAKEN, put_voucher
from services.order.usecases.withdraw_payment import withdraw_payment
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.documents import NOT_WHOLE
from shared.errors import NotSignedIn
from shared.http.answers import bytes_of, json_answer
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["payments"])
_VOUCHER = bytes_of(TAKEN)
_OF_A_TRANSFER = (
    NotSignedIn,
    NotAllowed,
    NoSuchOrder,
    NoSuchPayment,
    PaymentByCard,
    PaidTogether,
    WrongState,
    KeyReused,
)


@router.put(
    "/orders/{order_id}/payments/{payment_id}",
    operation_id="put_payment",
    summary="Register a payment",
    description=(
        "A bank transfer or a wallet (alipay, wechat_pay) after acceptance, of at most what is owed; or, before the "
        "supplier confirms, a card for the whole order, by the vendor's name of it. For a wallet `next_action` says "
        "where its payer goes, or what to scan; it is paid within an hour or let go, and the same request answers it "
        "again. A card for goods that come in the place of returned ones is registered until they are packed, and held "
        "at once."
    ),
    responses={
        200: {"model": PaymentView},
        **refusals(
            NotSignedIn,
            NotAllowed,
            NoSuchOrder,
            NothingToPay,
            MoreThanOwed,
            PaymentDiffers,
            PaymentEnded,
            TooManyPayments,
            PaidTogether,
            CardsNotOffered,
            CardTooLate,
            CardAlreadyRegistered,
            CardDeclined,
            PayeeNotReady,
            PayeeUnknown,
            WalletNotOffered,
            CardBusy,
            CardsUnavailable,
        ),
    },
)
async def on_put_payment(
    desk: AtDesk, identity: Asking, order_id: UUID, payment_id: UUID, command: PutPayment
) -> Response:
    return json_answer(await put_payment(desk, identity, order_id, payment_id, command))


@router.put(
    "/orders/{order_id}/payments/{payment_id}/voucher",
    operation_id="put_voucher",
    summary="Put the voucher of a bank transfer (PDF, JPEG or PNG, up to 10 MiB)",
    openapi_extra={"requestBody": {"required": True, "content": _VOUCHER}},
    responses={
        200: {"model": PaymentView},
        **refusals(
            NotSignedIn,
            NotAllowed,
            NoSuchOrder,
            NoSuchPayment,
            PaymentByCard,
            PaidTogether,
            WrongState,
            VoucherTooLarge,
            NotAVoucher,
            *NOT_WHOLE,
        ),
    },
)
async def on_put_voucher(
    desk: AtDesk, identity: Asking, order_id: UUID, payment_id: UUID, request: Request
) -> Response:
    return json_answer(await put_voucher(desk, identity, order_id, payment_id, await request.body()))


@router.get(
    "/orders/{order_id}/payments/{payment_id}/voucher",
    operation_id="get_voucher",
    summary="Read the voucher of a bank transfer",
    response_class=Response,
    responses={
        200: {"content": _VOUCHER, "description": "The file as it was put."},
        **refusals(NotSignedIn, NotAllowed, NoSuchOrder, NoSuchPayment, NoVoucher),
    },
)
async def on_get_voucher(desk: AtDesk, identity: Asking, order_id: UUID, payment_id: UUID) -> Response:
    found = await get_voucher(desk, identity, order_id, payment_id)
    headers = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox", "cache-control": "private"}
    return Response(found.body, media_type=found.media_type, headers=headers)


@router.post(
    "/orders/{order_id}/payments/{payment_id}/confirmation",
    operation_id="confirm_payment",
    summary="Confirm that a bank transfer has arrived",
    description="With an amount, only while that is what is registered: it may be mended until there is a voucher.",
    responses={200: {"model": OrderView}, **refusals(*_OF_A_TRANSFER, TransferDiffers)},
)
async def on_confirm_payment(
    desk: AtDesk,
    identity: Asking,
    once: Once,
    order_id: UUID,
    payment_id: UUID,
    command: Annotated[ConfirmTransfer | None, Body()] = None,
) -> Response:
    return json_answer(await confirm_payment(desk, identity, order_id, payment_id, command, once=once))


@router.post(
    "/orders/{order_id}/payments/{payment_id}/denial",
    operation_id="deny_payment",
    summary="Say that a bank transfer has not arrived, with its voucher or without",
    description="What it was for is owed again and can be paid under another id; the voucher stays to be read.",
    responses={200: {"model": OrderView}, **refusals(*_OF_A_TRANSFER)},
)
async def on_deny_payment(
    desk: AtDesk, identity: Asking, once: Once, order_id: UUID, payment_id: UUID, command: DenyTransfer
) -> Response:
    return json_answer(await deny_payment(desk, identity, order_id, payment_id, command, once=once))


@router.post(
    "/orders/{order_id}/payments/{payment_id}/withdrawal",
    operation_id="withdraw_payment",
    summary="Take back a bank transfer that was registered by mistake and has no voucher yet",
    description="What it was for is owed again and can be paid under another id. With a voucher, the supplier answers.",
    responses={200: {"model": OrderView}, **refusals(*_OF_A_TRANSFER)},
)
async def on_withdraw_payment(
    desk: AtDesk, identity: Asking, once: Once, order_id: UUID, payment_id: UUID, command: WithdrawTransfer
) -> Response:
    return json_answer(await withdraw_payment(desk, identity, order_id, payment_id, command, once=once))
