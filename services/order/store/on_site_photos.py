"""Photos of the scale stay with the sale at a fair that they were taken of, each once, and never change."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.order.domain.actors import Actor
from services.order.store.on_site_tables import on_site_photos
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class SalePhoto:
    """A photo of the scale at a stall, of one of the goods or of the whole sale."""

    photo_id: UUID
    sale_id: UUID
    listing_id: UUID | None
    sha256: str
    """Of what was sent; what is kept was made of it."""
    width_pixels: int
    height_pixels: int

    @property
    def key(self) -> str:
        """Name the object: never the same for another file."""
        return f"on-site-sales/{self.sale_id}/scale-photos/{self.photo_id}/{self.sha256}.jpg"


_OWN = tuple(SalePhoto.__dataclass_fields__)
_SHOWN = ("photo_id", "listing_id", "width_pixels", "height_pixels", "revision", "put_at", "put_by", "put_by_name")


async def find_photo(tx: ReadTx, photo_id: UUID) -> SalePhoto | None:
    """Read what is known of a photo; None for one that is not there."""
    chosen = sa.select(*(on_site_photos.c[name] for name in _OWN)).where(on_site_photos.c.photo_id == photo_id)
    row = await tx.first(chosen)
    return None if row is None else SalePhoto(**row._mapping)


async def photos_of(tx: ReadTx, sale_id: UUID) -> list[dict[str, Any]]:
    """Read what is told of the photos of a sale, in the order in which they were put."""
    chosen = sa.select(*(on_site_photos.c[name] for name in _SHOWN)).where(on_site_photos.c.sale_id == sale_id)
    rows = await tx.rows(chosen.order_by(on_site_photos.c.put_at, on_site_photos.c.photo_id))
    ids = ("photo_id", "listing_id", "put_by")
    told = [dict(row._mapping) for row in rows]
    return [one | {name: str(one[name]) for name in ids if one[name] is not None} for one in told]


async def add_photo(tx: Tx, photo: SalePhoto, revision: int, by: Actor) -> None:
    """Write a photo of a sale as it is told now, by `revision`."""
    content = {name: getattr(photo, name) for name in _OWN}
    put = {"revision": revision, "put_at": tx.now, "put_by": by.account_id, "put_by_name": by.name}
    await tx.execute(sa.insert(on_site_photos).values(content | put))
