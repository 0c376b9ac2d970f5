"""Listings' photos by HTTP: sent as bytes, shown as JPEG that caches may keep."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.answers import PhotoAnswer
from services.catalog.api.parse import desk_of, raw_body
from services.catalog.domain.listings import ListingNotFound, PhotoFixed, PhotoNotFound, TooManyPhotos
from services.catalog.domain.members import HelpEnded
from services.catalog.domain.suppliers import RevokedSupplier
from services.catalog.usecases.get_listing_photo import PhotoSize, find_listing_photo, get_listing_photo
from services.catalog.usecases.put_listing_photo import TAKEN, put_listing_photo
from shared.contracts.authority import NotAllowed
from shared.darkroom import DarkroomFull
from shared.errors import NotSignedIn
from shared.files.object_store import FilesUnavailable
from shared.http.answers import bytes_of, json_answer
from shared.http.identity import Asker, SignedIn
from shared.http.problems import refusals
from shared.media import FileEmpty, FileKindUnknown, FileNotAsDeclared, FileTooLarge
from shared.photos import MEDIA_TYPE, PhotoTooManyPixels, PhotoUnreadable

router = APIRouter(tags=["listings"])
PUBLIC_CACHE = "public, max-age=31536000, immutable"
PRIVATE_CACHE = "private, no-cache"


@router.put(
    "/listings/{listing_id}/photos/{photo_id}",
    operation_id="put_listing_photo",
    summary="Store a photo: a JPEG, PNG or WebP of at most 10 MiB and 40 megapixels",
    responses={
        200: {"model": PhotoAnswer},
        **refusals(
            NotSignedIn,
            NotAllowed,
            HelpEnded,
            ListingNotFound,
            PhotoFixed,
            TooManyPhotos,
            RevokedSupplier,
            FileEmpty,
            FileKindUnknown,
            FileNotAsDeclared,
            FileTooLarge,
            PhotoUnreadable,
            PhotoTooManyPixels,
            DarkroomFull,
            FilesUnavailable,
        ),
    },
    openapi_extra=raw_body(*TAKEN),
)
async def put(request: Request, listing_id: UUID, photo_id: UUID, identity: SignedIn) -> Response:
    declared = request.headers.get("content-type", "")
    body = await request.body()
    return json_answer(await put_listing_photo(desk_of(request), identity, listing_id, photo_id, body, declared))


@router.get(
    "/listings/{listing_id}/photos/{photo_id}",
    operation_id="get_listing_photo",
    summary="A photo, whole (1600 pixels) or as a thumbnail (400)",
    response_class=Response,
    responses={
        200: {"content": bytes_of([MEDIA_TYPE])},
        304: {"description": "The photo that you have is this one"},
        **refusals(NotSignedIn, PhotoNotFound, FilesUnavailable),
    },
)
async def get(
    request: Request, listing_id: UUID, photo_id: UUID, identity: Asker, size: PhotoSize = PhotoSize.FULL
) -> Response:
    desk = desk_of(request)
    found = await find_listing_photo(desk, identity, listing_id, photo_id, size)
    headers = {
        "etag": found.etag,
        "cache-control": PUBLIC_CACHE if found.is_public else PRIVATE_CACHE,
        "x-content-type-options": "nosniff",
    }
    if found.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    photo = await get_listing_photo(desk, found)
    return Response(photo.body, media_type=MEDIA_TYPE, headers=headers)
