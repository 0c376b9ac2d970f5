"""What was weighed on arrival: the photos of the scale, and the yes or no of whom a weight waits for."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.models import OrderView
from services.order.domain.refusals import (
    NoSuchOrder,
    NoSuchPhoto,
    NoSuchWeighing,
    PhotoDiffers,
    ReasonWanted,
    SameTwice,
    TooManyPhotos,
)
from services.order.usecases.answer_weighing import agree_weight, second_weight
from services.order.usecases.commands import AnswerWeighing
from services.order.usecases.put_scale_photo import TAKEN, get_scale_photo, put_scale_photo
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.darkroom import DarkroomFull
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.files import Found
from shared.http.answers import bytes_of, json_answer
from shared.http.once import Once
from shared.http.problems import refusals
from shared.media import FileEmpty, FileKindUnknown, FileNotAsDeclared, FileTooLarge
from shared.photos import MEDIA_TYPE, PhotoTooManyPixels, PhotoUnreadable
from shared.states import WrongState

router = APIRouter(tags=["orders"])
NO_PHOTO = (
    *(FileEmpty, FileTooLarge, FileKindUnknown, FileNotAsDeclared),
    *(PhotoUnreadable, PhotoTooManyPixels, DarkroomFull),
)
"""How a file is refused that is no photo that we keep."""
_ANSWER = (NotSignedIn, NotAllowed, NoSuchOrder, NoSuchWeighing, ReasonWanted, WrongState, KeyReused)


@router.post(
    "/orders/{order_id}/weighing/agreement",
    operation_id="agree_weight",
    summary="Agree, as the seller, to a weight that is off the tolerance, or object to it",
    description="Silence for three days lets it stand as it was weighed. An objection has it weighed again.",
    responses={200: {"model": OrderView}, **refusals(*_ANSWER)},
)
async def on_agree_weight(
    desk: AtDesk, identity: Asking, once: Once, order_id: UUID, command: AnswerWeighing
) -> Response:
    return json_answer(await agree_weight(desk, identity, order_id, command, once=once))


@router.post(
    "/orders/{order_id}/weighing/second",
    operation_id="second_weight",
    summary="Stand by a weight as the buyer's second person, or object to it",
    description="Wanted where a canteen's day with a supplier comes to more than one person may accept.",
    responses={200: {"model": OrderView}, **refusals(*_ANSWER, OwnRequest, SameTwice)},
)
async def on_second_weight(
    desk: AtDesk, identity: Asking, once: Once, order_id: UUID, command: AnswerWeighing
) -> Response:
    return json_answer(await second_weight(desk, identity, order_id, command, once=once))


@router.put(
    "/orders/{order_id}/scale-photos/{photo_id}",
    operation_id="put_scale_photo",
    summary="Put a photo of the scale (JPEG, PNG or WebP, up to 10 MiB)",
    description="Of one line, or of the whole delivery. It is re-encoded: where it was taken is not kept.",
    openapi_extra={"requestBody": {"required": True, "content": bytes_of(TAKEN)}},
    responses={
        200: {"model": OrderView},
        **refusals(
            *(NotSignedIn, NotAllowed, NoSuchOrder, WrongState, PhotoDiffers, TooManyPhotos),
            *NO_PHOTO,
        ),
    },
)
async def on_put_scale_photo(
    desk: AtDesk,
    identity: Asking,
    order_id: UUID,
    photo_id: UUID,
    request: Request,
    line: Annotated[UUID | None, Query(description="the line on the scale")] = None,
) -> Response:
    declared = request.headers.get("content-type", "")
    body = await request.body()
    return json_answer(await put_scale_photo(desk, identity, order_id, photo_id, line, body, declared))


@router.get(
    "/orders/{order_id}/scale-photos/{photo_id}",
    operation_id="get_scale_photo",
    summary="Read a photo of the scale",
    response_class=Response,
    responses={
        200: {"content": bytes_of((MEDIA_TYPE,)), "description": "The photo, as JPEG."},
        **refusals(NotSignedIn, NotAllowed, NoSuchOrder, NoSuchPhoto),
    },
)
async def on_get_scale_photo(desk: AtDesk, identity: Asking, order_id: UUID, photo_id: UUID) -> Response:
    return photo_answer(await get_scale_photo(desk, identity, order_id, photo_id))


def photo_answer(found: Found) -> Response:
    """Answer a photo, which no browser takes for anything else."""
    headers = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox", "cache-control": "private"}
    return Response(found.body, media_type=MEDIA_TYPE, headers=headers)
