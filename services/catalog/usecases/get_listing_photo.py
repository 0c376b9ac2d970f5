"""A buyer sees the photos that any version was on sale with, for an order names that version; its people see all."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.catalog.domain.listings import PhotoNotFound
from services.catalog.store import listings, photos, suppliers
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import may_see_all
from services.catalog.usecases.taken_down import was_taken_down
from shared.contracts.authority import Identity
from shared.files import Found


class PhotoSize(StrEnum):
    """Which of the two sizes that are kept."""

    FULL = "full"
    THUMB = "thumb"


@dataclass(frozen=True, slots=True)
class PhotoToShow:
    """Where a photo lies, and what may be said of it to caches."""

    key: str
    etag: str
    is_public: bool


async def find_listing_photo(
    desk: Desk, identity: Identity | None, listing_id: UUID, photo_id: UUID, size: PhotoSize
) -> PhotoToShow:
    """Find a photo that this asker may see, without its bytes. Raises PhotoNotFound."""
    async with desk.uow.glance() as tx:
        listing = await listings.find(tx, listing_id)
        photo = await photos.find(tx, listing_id, photo_id)
        if listing is None or photo is None:
            raise PhotoNotFound(photo_id=photo_id)
        is_public = await listings.was_on_sale_with(tx, listing_id, photo_id)
        is_public = is_public and not await was_taken_down(tx, [listing_id])
        if not is_public:
            supplier = await suppliers.find(tx, listing.supplier_id)
            if supplier is None or not await may_see_all(tx, identity, supplier):
                raise PhotoNotFound(photo_id=photo_id)
    key = photo.full_key if size is PhotoSize.FULL else photo.thumb_key
    return PhotoToShow(key, f'"{photo.sha256[:32]}-{size.value}"', is_public)


async def get_listing_photo(desk: Desk, found: PhotoToShow) -> Found:
    """Read a photo that was found. Raises FilesUnavailable."""
    return await desk.files.get(found.key)
