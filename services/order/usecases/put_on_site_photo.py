"""A seller's photo of the scale (过秤照片) at a stall stays with the sale as we made it of what was sent.

Decision: photos are put while nobody has said yes. Why: whoever says yes to a sale has seen all that speaks for it.
Price: a phone that had no network sends its photos with the sale, or not at all.
"""

import hashlib
from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.on_site_refusals import NoSuchSale
from services.order.domain.refusals import NoSuchPhoto, PhotoDiffers, TooManyPhotos
from services.order.domain.states import ON_SITE
from services.order.store.on_site import Sale, find_sale
from services.order.store.on_site_photos import SalePhoto, add_photo, find_photo, photos_of
from services.order.usecases.desk import Desk
from services.order.usecases.on_site_view import answered_view
from services.order.usecases.put_scale_photo import PHOTOS_MAX, TAKEN
from shared.contracts.authority import Identity, Role, require
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem
from shared.files import Found
from shared.media import check_file
from shared.photos import MEDIA_TYPE
from shared.states import WrongState


async def put_on_site_photo(
    desk: Desk,
    identity: Identity,
    sale_id: UUID,
    photo_id: UUID,
    listing_id: UUID | None,
    body: bytes,
    declared: str = "",
) -> dict[str, Any]:
    """Keep a JPEG, PNG or WebP of at most 10 MiB and 40 megapixels, re-encoded, without its EXIF.

    The same bytes again change nothing. Raises NoSuchSale, PhotoDiffers, TooManyPhotos, WrongState and what
    `check_file` and the darkroom raise.
    """
    sha256 = hashlib.sha256(body).hexdigest()
    async with desk.uow.read() as tx:
        sale, _ = await _sale(tx, identity, "put_on_site_photo", sale_id)
        there = await _is_there(tx, sale, photo_id, listing_id, sha256)
    check_file(body, declared, TAKEN)
    if there:
        async with desk.uow.read() as tx:
            return await answered_view(tx, sale_id)
    developed = await desk.darkroom.develop(body)
    photo = SalePhoto(photo_id, sale_id, listing_id, sha256, developed.width, developed.height)
    await desk.files.put(photo.key, developed.full, MEDIA_TYPE)
    async with desk.uow.begin() as tx:
        sale, role = await _sale(tx, identity, "put_on_site_photo", sale_id, lock=True)
        if not await _is_there(tx, sale, photo_id, listing_id, sha256):
            await add_photo(tx, photo, sale.revision, Actor.of(identity, role))
        return await answered_view(tx, sale_id)


async def get_on_site_photo(desk: Desk, identity: Identity, sale_id: UUID, photo_id: UUID) -> Found:
    """Read a photo of a sale, as whoever may read the sale. Raises NoSuchSale, NoSuchPhoto."""
    async with desk.uow.read() as tx:
        await _sale(tx, identity, "get_on_site_photo", sale_id)
        photo = await find_photo(tx, photo_id)
    if photo is None or photo.sale_id != sale_id:
        raise NoSuchPhoto(photo_id=str(photo_id))
    return await desk.files.get(photo.key)


async def _sale(
    tx: ReadTx, identity: Identity, operation: str, sale_id: UUID, *, lock: bool = False
) -> tuple[Sale, Role | None]:
    """Read a sale for who may do this, and as whom they do. Raises NoSuchSale, NotAllowed."""
    sale = await find_sale(tx, sale_id, lock=lock)
    if sale is None:
        raise NoSuchSale(on_site_sale_id=str(sale_id))
    return sale, require(identity, operation, sale.owned)


async def _is_there(tx: ReadTx, sale: Sale, photo_id: UUID, listing_id: UUID | None, sha256: str) -> bool:
    """Tell whether this very photo is kept; else hold the sale to what allows one more."""
    kept = await find_photo(tx, photo_id)
    if kept is not None:
        if (kept.sale_id, kept.listing_id, kept.sha256) != (sale.sale_id, listing_id, sha256):
            raise PhotoDiffers(photo_id=str(photo_id))
        return True
    if not ON_SITE.allows(sale.state, "enter"):
        raise WrongState(state=sale.state.value, step="put_on_site_photo", open_steps=ON_SITE.open_steps(sale.state))
    if listing_id is not None and listing_id not in {line.listing_id for line in sale.lines}:
        raise InvalidFields(field_problem("listing", "is not among what was sold", "不在本次售出的商品中"))
    if len(await photos_of(tx, sale.sale_id)) >= PHOTOS_MAX:
        raise TooManyPhotos(photos_max=PHOTOS_MAX)
    return False
