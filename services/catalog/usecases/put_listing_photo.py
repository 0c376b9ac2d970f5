"""A photo of a listing is kept as we made it from what was sent, once, and never changes."""

import asyncio
import hashlib
from typing import Any
from uuid import UUID

from services.catalog.domain.listings import PHOTOS_MAX, ListingNotFound, PhotoFixed, TooManyPhotos
from services.catalog.domain.suppliers import RevokedSupplier
from services.catalog.store import listings, photos, suppliers
from services.catalog.store.photos import Photo
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import ReadTx
from shared.media import JPEG, PNG, WEBP, check_file
from shared.photos import MEDIA_TYPE

TAKEN = (JPEG, PNG, WEBP)


async def put_listing_photo(
    desk: Desk, identity: Identity, listing_id: UUID, photo_id: UUID, body: bytes, declared: str = ""
) -> dict[str, Any]:
    """Store a JPEG, PNG or WebP of at most 10 MiB and 40 megapixels, re-encoded, with a thumbnail.

    Buyers see it once the listing has been published with it. The same bytes again change nothing; others under the
    same id are refused.
    """
    digest = hashlib.sha256(body).hexdigest()
    async with desk.uow.glance() as tx:
        listing = await listings.find(tx, listing_id)
        if listing is None:
            raise ListingNotFound(listing_id=listing_id)
        require(identity, "put_listing_photo", Owned(supplier_id=listing.supplier_id))
        check_file(body, declared, TAKEN)
        supplier = await suppliers.find(tx, listing.supplier_id)
        if supplier is None or supplier.state is SupplierState.REVOKED:
            raise RevokedSupplier(supplier_id=listing.supplier_id)
        kept, _ = await _kept(tx, listing_id, photo_id, digest)
        if kept is not None:
            return photo_view(kept)
    developed = await desk.darkroom.develop(body)
    key = f"listings/{listing_id}/photos/{photo_id}/{digest}"
    await asyncio.gather(
        desk.files.put(f"{key}-full.jpg", developed.full, MEDIA_TYPE),
        desk.files.put(f"{key}-thumb.jpg", developed.thumb, MEDIA_TYPE),
    )
    async with desk.uow.begin() as tx:
        await listings.lock(tx, listing_id)
        kept, position = await _kept(tx, listing_id, photo_id, digest)
        if kept is not None:
            return photo_view(kept)
        photo = Photo(
            listing_id=listing_id,
            photo_id=photo_id,
            position=position,
            sha256=digest,
            width_pixels=developed.width,
            height_pixels=developed.height,
            full_key=f"{key}-full.jpg",
            thumb_key=f"{key}-thumb.jpg",
            put_by=identity.account_id,
            put_at=tx.now,
        )
        await photos.insert(tx, photo)
        await log_act(tx, identity, listing.supplier_id, "put_listing_photo", photo_id)
        return photo_view(photo)


def photo_view(photo: Photo) -> dict[str, Any]:
    """Show a photo's record."""
    return {
        "listing_id": str(photo.listing_id),
        "photo_id": str(photo.photo_id),
        "position": photo.position,
        "sha256": photo.sha256,
        "width_pixels": photo.width_pixels,
        "height_pixels": photo.height_pixels,
        "put_at": photo.put_at.isoformat(),
    }


async def _kept(tx: ReadTx, listing_id: UUID, photo_id: UUID, digest: str) -> tuple[Photo | None, int]:
    """Give the photo if this very one is kept already, and the next free position.

    Raises PhotoFixed, TooManyPhotos.
    """
    known = {photo.photo_id: photo for photo in await photos.of_listing(tx, listing_id)}
    if (kept := known.get(photo_id)) is None and len(known) >= PHOTOS_MAX:
        raise TooManyPhotos(photos_max=PHOTOS_MAX)
    if kept is not None and kept.sha256 != digest:
        raise PhotoFixed(photo_id=photo_id)
    return kept, max((photo.position for photo in known.values()), default=0) + 1
