"""A photo of the scale (过秤照片) stays with its order as we made it from what was sent, and never changes."""

import hashlib
from typing import Any
from uuid import UUID

from services.order.domain.refusals import NoSuchPhoto, PhotoDiffers, TooManyPhotos
from services.order.domain.states import SENT
from services.order.store.orders import Order, find_lines
from services.order.store.scale_photos import ScalePhoto, add_photo, count_photos, find_photo
from services.order.usecases.desk import Desk
from services.order.usecases.steps import answer, hold_order, look_at_order
from shared.contracts.authority import Identity
from shared.db.unit_of_work import ReadTx, Tx
from shared.errors import InvalidFields, field_problem
from shared.files import Found
from shared.media import JPEG, PNG, WEBP, check_file
from shared.photos import MEDIA_TYPE
from shared.states import WrongState

TAKEN = (JPEG, PNG, WEBP)
PHOTOS_MAX = 20


async def put_scale_photo(
    desk: Desk,
    identity: Identity,
    order_id: UUID,
    photo_id: UUID,
    line_id: UUID | None,
    body: bytes,
    declared: str = "",
) -> dict[str, Any]:
    """Keep a JPEG, PNG or WebP of at most 10 MiB and 40 megapixels, re-encoded, without its EXIF.

    The same bytes again change nothing. Raises PhotoDiffers, TooManyPhotos, WrongState and what `check_file` and the
    darkroom raise.
    """
    sha256 = hashlib.sha256(body).hexdigest()
    async with desk.uow.read() as tx:
        order = await look_at_order(tx, identity, "put_scale_photo", order_id)
        there = await _is_there(tx, order, photo_id, line_id, sha256)
    check_file(body, declared, TAKEN)
    if not there:
        developed = await desk.darkroom.develop(body)
        photo = ScalePhoto(photo_id, order_id, line_id, sha256, developed.width, developed.height)
        await desk.files.put(photo.key, developed.full, MEDIA_TYPE)
    async with desk.uow.begin() as tx:
        order, by = await hold_order(tx, identity, "put_scale_photo", order_id)
        if not await _is_there(tx, order, photo_id, line_id, sha256):
            await add_photo(tx, photo, by=by.account_id, by_name=by.name)
        return await answer(tx, order_id)


async def get_scale_photo(desk: Desk, identity: Identity, order_id: UUID, photo_id: UUID) -> Found:
    """Read a photo of the scale, as whoever may read its order. Raises NoSuchPhoto."""
    async with desk.uow.read() as tx:
        await look_at_order(tx, identity, "get_scale_photo", order_id)
        photo = await find_photo(tx, photo_id)
    if photo is None or photo.order_id != order_id:
        raise NoSuchPhoto(photo_id=str(photo_id))
    return await desk.files.get(photo.key)


async def _is_there(tx: ReadTx | Tx, order: Order, photo_id: UUID, line_id: UUID | None, sha256: str) -> bool:
    """Tell whether this very photo is kept; else hold the order to what allows one more."""
    kept = await find_photo(tx, photo_id)
    if kept is not None:
        if (kept.order_id, kept.line_id, kept.sha256) != (order.order_id, line_id, sha256):
            raise PhotoDiffers(photo_id=str(photo_id))
        return True
    if order.state not in SENT:
        raise WrongState(state=order.state.value, step="put_scale_photo")
    if line_id is not None and line_id not in {line.line_id for line in await find_lines(tx, order.order_id)}:
        raise InvalidFields(field_problem("line_id", "is no line of this order", "不是这张订单的行"))
    if await count_photos(tx, order.order_id) >= PHOTOS_MAX:
        raise TooManyPhotos(photos_max=PHOTOS_MAX)
    return False
