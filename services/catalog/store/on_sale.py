"""What is on sale now: one row a listing, shaped for search when it is published."""

from dataclasses import asdict, dataclass, fields
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.store.tables import on_sale
from shared.db.unit_of_work import Tx


@dataclass(frozen=True, slots=True)
class SaleRow:
    """One listing as search finds and shows it."""

    listing_id: UUID
    supplier_id: UUID
    supplier_kind: str
    version: int
    category: str
    origin_county_code: str
    price_rank: int
    published_us: int
    available: bool
    grams: list[str]
    item: str


_INSERT = insert_or_not(on_sale)
_REPLACE = _INSERT.on_conflict_do_update(
    index_elements=[on_sale.c.listing_id],
    set_={one.name: _INSERT.excluded[one.name] for one in fields(SaleRow) if one.name != "listing_id"},
)


async def replace(tx: Tx, row: SaleRow) -> None:
    """Put a listing on sale, in place of its version before."""
    await tx.execute(_REPLACE, asdict(row))


async def remove(tx: Tx, listing_id: UUID) -> None:
    """Take a listing off sale."""
    await tx.execute(sa.delete(on_sale).where(on_sale.c.listing_id == listing_id))


async def remove_all(tx: Tx, supplier_id: UUID) -> None:
    """Take all of a supplier's listings off sale; they are locked."""
    await tx.execute(sa.delete(on_sale).where(on_sale.c.supplier_id == supplier_id))
