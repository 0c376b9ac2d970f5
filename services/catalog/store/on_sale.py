"""What is on sale now: one row a listing, shaped for search when it is published."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.domain.grams import RowWords
from services.catalog.store.tables import listing_versions, on_sale, suppliers
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
    sounds: list[str]
    folding: int
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


@dataclass(frozen=True, slots=True)
class Older:
    """A row of an older folding, and what its words are made of."""

    listing_id: UUID
    named: tuple[Any, ...]
    """Name, category, county of origin; the supplier's name and county; the grams of a piece."""


_OLDER = (
    sa.select(
        on_sale.c.listing_id,
        listing_versions.c.name,
        listing_versions.c.category,
        listing_versions.c.origin_county_code,
        suppliers.c.name.label("supplier_name"),
        suppliers.c.county_code,
        listing_versions.c.piece_grams,
    )
    .join(
        listing_versions,
        (listing_versions.c.listing_id == on_sale.c.listing_id) & (listing_versions.c.version == on_sale.c.version),
    )
    .join(suppliers, suppliers.c.supplier_id == on_sale.c.supplier_id)
    .where(on_sale.c.folding < sa.bindparam("than"))
    .order_by(on_sale.c.folding, on_sale.c.listing_id)
    .limit(sa.bindparam("rows_max"))
    .with_for_update(of=on_sale, skip_locked=True)
)
_SET_WORDS = (
    sa.update(on_sale)
    .where(on_sale.c.listing_id == sa.bindparam("of_id"))
    .values(
        grams=sa.bindparam("new_grams", type_=on_sale.c.grams.type),
        sounds=sa.bindparam("new_sounds", type_=on_sale.c.sounds.type),
        folding=sa.bindparam("new_folding"),
    )
)


async def lock_older(tx: Tx, folding: int, rows_max: int) -> list[Older]:
    """Give some rows of an older folding and keep them; what somebody is publishing meanwhile is passed over."""
    rows = await tx.rows(_OLDER, {"than": folding, "rows_max": rows_max})
    return [Older(row.listing_id, tuple(row)[1:]) for row in rows]


async def set_words(tx: Tx, folding: int, words: Iterable[tuple[UUID, RowWords]]) -> None:
    """Write the words of rows that are kept."""
    given = [
        {"of_id": one, "new_grams": made.grams, "new_sounds": made.sounds, "new_folding": folding}
        for one, made in words
    ]
    if given:
        await tx.execute(_SET_WORDS, given)
