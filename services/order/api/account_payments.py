"""One bank transfer over the orders of a statement: registered, with its voucher, confirmed, denied or taken back."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.order.api.account_models import AccountPaymentView
from services.order.api.asking import Asking, AtDesk
from services.order.domain.refusals import (
    MoreThanOwed,
    NoSuchPayment,
    NoSuchStatement,
    NotAVoucher,
    NothingToPay,
    NoVoucher,
    PaymentDiffers,
    VoucherTooLarge,
)
from services.order.domain.transfer_refusals import PaymentEnded, TooManyPayments
from services.order.usecases.account_commands import DenyTransfer, PutAccountPayment, WithdrawTransfer
from services.order.usecases.pay_account import (
    confirm_account_payment,
    deny_account_payment,
    get_account_voucher,
    put_account_payment,
    put_account_voucher,
    withdraw_account_payment,
)
from services.order.usecases.put_voucher import TAKEN
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.documents import NOT_WHOLE
from shared.errors import NotSignedIn
from shared.http.answers import bytes_of, json_answer
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["accounts"])
_VOUCHER = bytes_of(TAKEN)
_OF_ONE = (NotSignedIn, NotAllowed, NoSuchStatement, NoSuchPayment)
PATH = "/account-statements/{statement_id}/payments/{payment_id}"


@router.put(
    PATH,
    operation_id="put_account_payment",
    summary="Register one bank transfer for the orders of a statement, the oldest first",
    description="Of at most what is owed on it now; each order gets a payment of its own, which goes with this one.",
    responses={
        200: {"model": AccountPaymentView},
        **refusals(
            NotSignedIn,
            NotAllowed,
            NoSuchStatement,
            NothingToPay,
            MoreThanOwed,
            PaymentDiffers,
            PaymentEnded,
            TooManyPayments,
        ),
    },
)
async def on_put_account_payment(
    desk: AtDesk, identity: Asking, statement_id: UUID, payment_id: UUID, command: PutAccountPayment
) -> Response:
    return json_answer(await put_account_payment(desk, identity, statement_id, payment_id, command))


@router.put(
    PATH + "/voucher",
    operation_id="put_account_voucher",
    summary="Put the voucher of a transfer over several orders (PDF, JPEG or PNG, up to 10 MiB)",
    openapi_extra={"requestBody": {"required": True, "content": _VOUCHER}},
    responses={
        200: {"model": AccountPaymentView},
        **refusals(*_OF_ONE, WrongState, VoucherTooLarge, NotAVoucher, *NOT_WHOLE),
    },
)
async def on_put_account_voucher(
    desk: AtDesk, identity: Asking, statement_id: UUID, payment_id: UUID, request: Request
) -> Response:
    return json_answer(await put_account_voucher(desk, identity, statement_id, payment_id, await request.body()))


@router.get(
    PATH + "/voucher",
    operation_id="get_account_voucher",
    summary="Read the voucher of a transfer over several orders",
    response_class=Response,
    responses={
        200: {"content": _VOUCHER, "description": "The file as it was put."},
        **refusals(*_OF_ONE, NoVoucher),
    },
)
async def on_get_account_voucher(desk: AtDesk, identity: Asking, statement_id: UUID, payment_id: UUID) -> Response:
    found = await get_account_voucher(desk, identity, statement_id, payment_id)
    headers = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox", "cache-control": "private"}
    return Response(found.body, media_type=found.media_type, headers=headers)


@router.post(
    PATH + "/confirmation",
    operation_id="confirm_account_payment",
    summary="Confirm that a transfer over several orders has arrived",
    responses={200: {"model": AccountPaymentView}, **refusals(*_OF_ONE, WrongState, KeyReused)},
)
async def on_confirm_account_payment(
    desk: AtDesk, identity: Asking, once: Once, statement_id: UUID, payment_id: UUID
) -> Response:
    return json_answer(await confirm_account_payment(desk, identity, statement_id, payment_id, once=once))


@router.post(
    PATH + "/denial",
    operation_id="deny_account_payment",
    summary="Say that a transfer over several orders has not arrived, with its voucher or without",
    responses={200: {"model": AccountPaymentView}, **refusals(*_OF_ONE, WrongState, KeyReused)},
)
async def on_deny_account_payment(
    desk: AtDesk, identity: Asking, once: Once, statement_id: UUID, payment_id: UUID, command: DenyTransfer
) -> Response:
    return json_answer(await deny_account_payment(desk, identity, statement_id, payment_id, command, once=once))


@router.post(
    PATH + "/withdrawal",
    operation_id="withdraw_account_payment",
    summary="Take back a transfer over several orders that was registered by mistake and has no voucher yet",
    responses={200: {"model": AccountPaymentView}, **refusals(*_OF_ONE, WrongState, KeyReused)},
)
async def on_withdraw_account_payment(
    desk: AtDesk, identity: Asking, once: Once, statement_id: UUID, payment_id: UUID, command: WithdrawTransfer
) -> Response:
    return json_answer(await withdraw_account_payment(desk, identity, statement_id, payment_id, command, once=once))
