"""Off-platform purchases are entered, read and verified."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.purchase_models import PurchaseAnswer, PurchasePage
from services.procurement_quota.domain.counting import CanteenUnknown
from services.procurement_quota.domain.invoices import (
    InvoiceExceeded,
    InvoiceTwice,
    OrderNumberTwice,
    ReceiptsAboveCap,
    ReceiptTwice,
)
from services.procurement_quota.domain.words import PurchaseState
from services.procurement_quota.usecases import put_off_platform_purchase as entering
from services.procurement_quota.usecases import read_off_platform_purchases as reading
from services.procurement_quota.usecases import verify_off_platform_purchase as verifying
from services.procurement_quota.usecases.purchase_view import PurchaseUnknown
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals

router = APIRouter(tags=["off-platform purchases"])


@router.put(
    "/off-platform-purchases/{purchase_id}",
    operation_id="put_off_platform_purchase",
    summary="Enter a purchase made elsewhere",
    response_model=PurchaseAnswer,
    responses={
        201: {"model": PurchaseAnswer, "description": "Entered"},
        **refusals(
            NotSignedIn,
            NotAllowed,
            CanteenUnknown,
            entering.PurchaseDiffers,
            entering.CoveredByOpening,
            InvoiceTwice,
            InvoiceExceeded,
            ReceiptTwice,
            ReceiptsAboveCap,
            OrderNumberTwice,
        ),
    },
)
async def put_off_platform_purchase(
    desk: AtDesk, identity: SignedIn, purchase_id: UUID, command: entering.PutOffPlatformPurchase
) -> Response:
    """Enter a purchase; it is in the base at once, and a claimed origin waits for verification."""
    answer, new = await entering.put_off_platform_purchase(desk, identity, purchase_id, command)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/off-platform-purchases/{purchase_id}",
    operation_id="get_off_platform_purchase",
    summary="Read a purchase made elsewhere",
    response_model=PurchaseAnswer,
    responses=refusals(NotSignedIn, NotAllowed, PurchaseUnknown),
)
async def get_off_platform_purchase(desk: AtDesk, identity: SignedIn, purchase_id: UUID) -> Response:
    """Read one purchase and what was found about its origin."""
    return json_answer(await reading.get_off_platform_purchase(desk, identity, purchase_id))


@router.get(
    "/off-platform-purchases",
    operation_id="list_off_platform_purchases",
    summary="List purchases made elsewhere",
    response_model=PurchasePage,
    responses=refusals(NotSignedIn, NotAllowed),
)
async def list_off_platform_purchases(
    desk: AtDesk,
    identity: SignedIn,
    canteen: Annotated[UUID | None, Query()] = None,
    state: Annotated[PurchaseState | None, Query(description="`claimed` waits for verification")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """List, newest first, what the asker's seats reach."""
    found = await reading.list_off_platform_purchases(
        desk, identity, canteen=canteen, state=state, limit=limit, cursor=cursor
    )
    return json_answer(found)


@router.post(
    "/off-platform-purchases/{purchase_id}/verification",
    operation_id="verify_off_platform_purchase",
    summary="Accept or reject a claimed origin",
    response_model=PurchaseAnswer,
    responses=refusals(NotSignedIn, NotAllowed, OwnRequest, PurchaseUnknown, verifying.NothingToVerify, KeyReused),
)
async def verify_off_platform_purchase(
    desk: AtDesk, identity: SignedIn, purchase_id: UUID, command: verifying.VerifyPurchase, once: Once
) -> Response:
    """Decide as finance of a unit above; the change is an entry of amount 0 that points at the purchase."""
    return json_answer(await verifying.verify_off_platform_purchase(desk, identity, purchase_id, command, once=once))
