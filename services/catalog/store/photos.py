"""The records of listings' photos; their bytes lie in S3."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from services.catalog.store.rows import value_of
from services.catalog.store.tables import listing_photos
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo as kept."""

    listing_id: UUID
    photo_id: UUID
    position: int
    sha256: str
    width_pixels: int
    height_pixels: int
    full_key: str
    thumb_key: str
    put_by: UUID
    put_at: datetime


_OF_LISTING = (
    sa.select(listing_photos)
    .where(listing_photos.c.listing_id == sa.bindparam("of_id"))
    .order_by(listing_photos.c.position)
)
_INSERT = sa.insert(listing_photos)


async def of_listing(tx: ReadTx, listing_id: UUID) -> list[Photo]:
    """Give a listing's photos in their order."""
    return [value_of(Photo, row, {}) for row in await tx.rows(_OF_LISTING, {"of_id": listing_id})]


async def insert(tx: Tx, photo: Photo) -> None:
    """Keep a photo's record; the listing is locked."""
    await tx.execute(_INSERT, asdict(photo))


async def find(tx: ReadTx, listing_id: UUID, photo_id: UUID) -> Photo | None:
    """Give one photo, or None."""
    table = listing_photos.c
    row = await tx.first(sa.select(listing_photos).where(table.listing_id == listing_id, table.photo_id == photo_id))
    return None if row is None else value_of(Photo, row, {})
