"""The account that a supplier is paid to when it is paid by card or wallet."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.domain.payee_refusals import PayeeDiffers, PayeeNotReady, PayeeTooOften, PayeeUnknown
from services.order.domain.refusals import CardsNotOffered, CardsUnavailable, NoSuchSupplier
from services.order.usecases.commands import PutPayeeAccount
from services.order.usecases.payees import get_payee_account, put_payee_account
from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.problems import refusals

router = APIRouter(tags=["payments"])


class WaitingPayeeView(BaseModel):
    """An account that was put and is not paid yet."""

    stripe_account: str | None
    put_by_name: str
    put_at: datetime
    effective_at: datetime


class PayeeView(BaseModel):
    """The account that is paid now, and the one that will be."""

    supplier_id: UUID
    stripe_account: str | None
    waits: WaitingPayeeView | None


@router.put(
    "/suppliers/{supplier_id}/payee-accounts/{payee_id}",
    operation_id="put_payee_account",
    summary="Say to which account the card vendor passes a supplier's money on",
    description=(
        "It is paid three days later, and all people of the supplier are told at once; the account that is paid now, "
        "or none, counts at once and undoes what waits."
    ),
    responses={
        200: {"model": PayeeView},
        **refusals(
            NotSignedIn,
            NotAllowed,
            NoSuchSupplier,
            PayeeUnknown,
            PayeeNotReady,
            PayeeDiffers,
            PayeeTooOften,
            CardsNotOffered,
            CardsUnavailable,
        ),
    },
)
async def on_put_payee_account(
    desk: AtDesk, identity: Asking, supplier_id: UUID, payee_id: UUID, command: PutPayeeAccount
) -> Response:
    return json_answer(await put_payee_account(desk, identity, supplier_id, payee_id, command))


@router.get(
    "/suppliers/{supplier_id}/payee-account",
    operation_id="get_payee_account",
    summary="Read to which account the card vendor passes a supplier's money on",
    responses={200: {"model": PayeeView}, **refusals(NotSignedIn, NotAllowed, NoSuchSupplier)},
)
async def on_get_payee_account(desk: AtDesk, identity: Asking, supplier_id: UUID) -> Response:
    return json_answer(await get_payee_account(desk, identity, supplier_id))
