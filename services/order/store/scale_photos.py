"""Photos of the scale stay with their order, each once, and never change."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from services.order.store.weighing_tables import scale_photos
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class ScalePhoto:
    """A photo of the scale, of one line or of the whole delivery."""

    photo_id: UUID
    order_id: UUID
    line_id: UUID | None
    sha256: str
    """Of what was sent; what is kept was made of it."""
    width_pixels: int
    height_pixels: int

    @property
    def key(self) -> str:
        """Name the object: never the same for another file."""
        return f"orders/{self.order_id}/scale-photos/{self.photo_id}/{self.sha256}.jpg"


async def find_photo(tx: ReadTx, photo_id: UUID) -> ScalePhoto | None:
    """Read what is known of a photo; None for one that is not there."""
    chosen = sa.select(*(scale_photos.c[name] for name in ScalePhoto.__dataclass_fields__))
    row = await tx.first(chosen.where(scale_photos.c.photo_id == photo_id))
    return None if row is None else ScalePhoto(**row._mapping)


async def count_photos(tx: ReadTx, order_id: UUID) -> int:
    """Count the photos of an order."""
    chosen = sa.select(sa.func.count()).select_from(scale_photos).where(scale_photos.c.order_id == order_id)
    return int(await tx.value(chosen))


async def add_photo(tx: Tx, photo: ScalePhoto, *, by: UUID, by_name: str) -> None:
    """Write a photo of the scale."""
    content = {name: getattr(photo, name) for name in ScalePhoto.__dataclass_fields__}
    await tx.execute(sa.insert(scale_photos).values(content | {"put_at": tx.now, "put_by": by, "put_by_name": by_name}))
