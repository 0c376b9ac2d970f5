"""What is on sale now: one row a listing, shaped for search when it is published.

Decision: a row's words and its line lie beside it (TOAST), and it keeps its tags and keys alone, some 350 bytes.
PostgreSQL puts aside only from rows wider than 2 kB, so `filler` makes each so wide; it is squeezed to 30 bytes.
Why: with all in one row each was a page of its own, and to gather five thousand read 40 MB: at a million listings what
search reads is 340 MB now, and was 3 GB.
Price: where words are asked for row by row they cost a look each (ways.py reckons with it).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.domain.grams import FOLDING
from services.catalog.store import listings, suppliers, word_stairs
from services.catalog.store.listings import Version
from services.catalog.store.suppliers import Supplier
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
    sounds: list[str]
    tags: list[str]
    folding: int
    item: str
    recognised_to: date | None = None
    anew_on: date | None = None


_INSERT = insert_or_not(on_sale)
_REPLACE = _INSERT.on_conflict_do_update(
    index_elements=[on_sale.c.listing_id],
    set_={
        name: _INSERT.excluded[name]
        for name in (*(one.name for one in fields(SaleRow)), "filler")
        if name != "listing_id"
    },
)


async def replace(tx: Tx, row: SaleRow) -> None:
    """Put a listing on sale, in place of its version before."""
    await tx.execute(_REPLACE, asdict(row))
    word_stairs.note(tx, [row])


async def remove(tx: Tx, listing_id: UUID) -> None:
    """Take a listing off sale."""
    await tx.execute(sa.delete(on_sale).where(on_sale.c.listing_id == listing_id))


async def remove_all(tx: Tx, supplier_id: UUID) -> None:
    """Take all of a supplier's listings off sale; they are locked."""
    await tx.execute(sa.delete(on_sale).where(on_sale.c.supplier_id == supplier_id))


@dataclass(frozen=True, slots=True)
class Older:
    """What a row of an older folding is made of."""

    version: Version
    supplier: Supplier
    available: bool


_OLDER = (
    sa.select(on_sale.c.listing_id, on_sale.c.version, on_sale.c.supplier_id, on_sale.c.available)
    .where(on_sale.c.folding < sa.bindparam("than"))
    .order_by(on_sale.c.folding, on_sale.c.listing_id)
    .limit(sa.bindparam("rows_max"))
    .with_for_update(skip_locked=True)
)


async def lock_older(tx: Tx, folding: int, rows_max: int) -> list[Older]:
    """Give some rows of an older folding and keep them; what somebody is publishing meanwhile is passed over."""
    rows = await tx.rows(_OLDER, {"than": folding, "rows_max": rows_max})
    versions = await listings.find_versions(tx, [(row.listing_id, row.version) for row in rows])
    sellers = await suppliers.find_all(tx, {row.supplier_id for row in rows})
    return [Older(versions[row.listing_id, row.version], sellers[row.supplier_id], row.available) for row in rows]


async def replace_all(tx: Tx, rows: Sequence[SaleRow]) -> None:
    """Write rows that are kept anew."""
    if rows:
        await tx.execute(_REPLACE, [asdict(row) for row in rows])
        word_stairs.note(tx, rows)


async def make_anew(tx: Tx, supplier_id: UUID) -> None:
    """Have every row of a supplier made again in the background, as for an older folding.

    A row that is of one will be, and keeps its mark, which tells what it has not yet.
    """
    current = (on_sale.c.supplier_id == supplier_id, on_sale.c.folding >= FOLDING)
    await tx.execute(sa.update(on_sale).where(*current).values(folding=0))


async def mark_due(tx: Tx, today: date, rows_max: int) -> int:
    """Have some of the rows made again whose day has come; tells how many."""
    due = (
        sa.select(on_sale.c.listing_id)
        .where(on_sale.c.anew_on <= today, on_sale.c.folding >= FOLDING)
        .order_by(on_sale.c.listing_id)
        .limit(rows_max)
        .with_for_update(skip_locked=True)
    )
    marked = sa.update(on_sale).where(on_sale.c.listing_id.in_(due)).values(folding=0).returning(on_sale.c.listing_id)
    return len(await tx.rows(marked))
