"""Sales at a fair: told by the seller, confirmed by the buyer, and then orders of their own channel."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.on_site_models import OnSiteSalePage, OnSiteSaleView
from services.order.api.weighings import NO_PHOTO, photo_answer
from services.order.domain.budget_refusals import BudgetSpent
from services.order.domain.on_site_refusals import BothSides, NoSuchSale, SaleDiffers, SaleFiguresDiffer, TooManySales
from services.order.domain.refusals import (
    AmountTooLarge,
    CanteenClosed,
    ListingChanged,
    NoSuchCanteen,
    NoSuchFair,
    NoSuchPhoto,
    NoSuchSupplier,
    PhotoDiffers,
    RequisitionDiffers,
    StockShort,
    SupplierNotSelling,
    TooManyPhotos,
)
from services.order.domain.states import OnSiteState
from services.order.usecases.answer_on_site_sale import confirm_on_site_sale, deny_on_site_sale, withdraw_on_site_sale
from services.order.usecases.on_site_commands import (
    ConfirmOnSiteSale,
    DenyOnSiteSale,
    PutOnSiteSale,
    WithdrawOnSiteSale,
)
from services.order.usecases.on_site_view import get_on_site_sale, list_on_site_sales
from services.order.usecases.put_on_site_photo import get_on_site_photo, put_on_site_photo
from services.order.usecases.put_on_site_sale import put_on_site_sale
from services.order.usecases.put_scale_photo import TAKEN
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import bytes_of, json_answer
from shared.http.once import Once
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import refusals
from shared.photos import MEDIA_TYPE
from shared.states import WrongState

router = APIRouter(tags=["sales at fairs"])
_SALE = "/on-site-sales/{on_site_sale_id}"
_ANSWER = (NotSignedIn, NotAllowed, NoSuchSale, WrongState, KeyReused)


@router.put(
    _SALE,
    operation_id="put_on_site_sale",
    summary="Tell what was sold to a canteen at a fair, for its buyer to confirm",
    description="From the fair's first day until `ORDER_ON_SITE_ENTRY_DAYS` after its last. The same again is one; "
    "other content replaces it while nobody has said yes. What nobody answers in `ORDER_ON_SITE_ANSWER_DAYS` ends.",
    responses={
        200: {"model": OnSiteSaleView},
        **refusals(
            *(NotSignedIn, NotAllowed, NoSuchCanteen, CanteenClosed, SupplierNotSelling, ListingChanged),
            *(AmountTooLarge, SaleDiffers, TooManySales),
        ),
    },
)
async def on_put_on_site_sale(
    desk: AtDesk, identity: Asking, on_site_sale_id: UUID, command: PutOnSiteSale
) -> Response:
    return json_answer(await put_on_site_sale(desk, identity, on_site_sale_id, command))


@router.get(
    _SALE,
    operation_id="get_on_site_sale",
    summary="Read a sale at a fair with its steps",
    responses={200: {"model": OnSiteSaleView}, **refusals(NotSignedIn, NotAllowed, NoSuchSale)},
)
async def on_get_on_site_sale(desk: AtDesk, identity: Asking, on_site_sale_id: UUID) -> Response:
    return json_answer(await get_on_site_sale(desk, identity, on_site_sale_id))


@router.get(
    "/on-site-sales",
    operation_id="list_on_site_sales",
    summary="List sales at fairs, newest first",
    responses={
        200: {"model": OnSiteSalePage},
        **refusals(NotSignedIn, NotAllowed, NoSuchCanteen, NoSuchSupplier, NoSuchFair),
    },
)
async def on_list_on_site_sales(
    desk: AtDesk,
    identity: Asking,
    fair: UUID | None = None,
    canteen: UUID | None = None,
    supplier: UUID | None = None,
    state: OnSiteState | None = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    found = await list_on_site_sales(
        desk, identity, fair=fair, canteen=canteen, supplier=supplier, state=state, limit=limit, cursor=cursor
    )
    return json_answer(found)


@router.put(
    f"{_SALE}/scale-photos/{{photo_id}}",
    operation_id="put_on_site_photo",
    summary="Put, as the seller, a photo of the scale at the stall (JPEG, PNG or WebP, up to 10 MiB)",
    description="Of one of the goods, or of the whole sale, while nobody has said yes. It is re-encoded: where it was "
    "taken is not kept.",
    openapi_extra={"requestBody": {"required": True, "content": bytes_of(TAKEN)}},
    responses={
        200: {"model": OnSiteSaleView},
        **refusals(NotSignedIn, NotAllowed, NoSuchSale, WrongState, PhotoDiffers, TooManyPhotos, *NO_PHOTO),
    },
)
async def on_put_on_site_photo(
    desk: AtDesk,
    identity: Asking,
    on_site_sale_id: UUID,
    photo_id: UUID,
    request: Request,
    listing: Annotated[UUID | None, Query(description="the goods on the scale")] = None,
) -> Response:
    declared = request.headers.get("content-type", "")
    body = await request.body()
    return json_answer(await put_on_site_photo(desk, identity, on_site_sale_id, photo_id, listing, body, declared))


@router.get(
    f"{_SALE}/scale-photos/{{photo_id}}",
    operation_id="get_on_site_photo",
    summary="Read a photo of the scale at the stall",
    response_class=Response,
    responses={
        200: {"content": bytes_of((MEDIA_TYPE,)), "description": "The photo, as JPEG."},
        **refusals(NotSignedIn, NotAllowed, NoSuchSale, NoSuchPhoto),
    },
)
async def on_get_on_site_photo(desk: AtDesk, identity: Asking, on_site_sale_id: UUID, photo_id: UUID) -> Response:
    return photo_answer(await get_on_site_photo(desk, identity, on_site_sale_id, photo_id))


@router.post(
    f"{_SALE}/confirmation",
    operation_id="confirm_on_site_sale",
    summary="Confirm, as the canteen's buyer, what was received and what it comes to",
    description="It is an order then, accepted on the day of the sale. Where all that the canteen confirmed of the day "
    "is above the unit's limit, it waits for approval; above what one person may accept, for a second person.",
    responses={
        200: {"model": OnSiteSaleView},
        **refusals(
            *_ANSWER,
            *(BothSides, SaleFiguresDiffer, CanteenClosed, SupplierNotSelling, StockShort, RequisitionDiffers),
            BudgetSpent,
        ),
    },
)
async def on_confirm_on_site_sale(
    desk: AtDesk, identity: Asking, once: Once, on_site_sale_id: UUID, command: ConfirmOnSiteSale
) -> Response:
    return json_answer(await confirm_on_site_sale(desk, identity, on_site_sale_id, command, once=once))


@router.post(
    f"{_SALE}/denial",
    operation_id="deny_on_site_sale",
    summary="Say, as the canteen's buyer, that it was not so; the seller may tell it anew",
    responses={200: {"model": OnSiteSaleView}, **refusals(*_ANSWER, BothSides)},
)
async def on_deny_on_site_sale(
    desk: AtDesk, identity: Asking, once: Once, on_site_sale_id: UUID, command: DenyOnSiteSale
) -> Response:
    return json_answer(await deny_on_site_sale(desk, identity, on_site_sale_id, command, once=once))


@router.post(
    f"{_SALE}/withdrawal",
    operation_id="withdraw_on_site_sale",
    summary="Take back, as the seller, what nobody has confirmed",
    responses={200: {"model": OnSiteSaleView}, **refusals(*_ANSWER)},
)
async def on_withdraw_on_site_sale(
    desk: AtDesk, identity: Asking, once: Once, on_site_sale_id: UUID, command: WithdrawOnSiteSale
) -> Response:
    return json_answer(await withdraw_on_site_sale(desk, identity, on_site_sale_id, command, once=once))
