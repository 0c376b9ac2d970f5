"""What has a page that anyone may read, by the bucket that its id falls into."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.catalog.domain.sitemap import URLS_MAX, Kind
from services.catalog.store.sitemap_tables import BUCKET_OF
from services.catalog.store.tables import on_sale, suppliers
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import ReadTx

_ADMITTED = suppliers.c.state == SupplierState.ADMITTED.value
_COUNTS = {
    Kind.LISTINGS: sa.select(sa.func.count()).select_from(on_sale),
    Kind.SUPPLIERS: sa.select(sa.func.count()).select_from(suppliers).where(_ADMITTED),
}


def _pages(identity: sa.Column[Any], changed_us: sa.ColumnElement[int]) -> sa.Select[Any]:
    bucket = sa.literal_column(f"({BUCKET_OF.format(identity.name)})", sa.Integer)
    return (
        sa.select(identity.label("id"), changed_us.label("changed_us"))
        .where(bucket.between(sa.bindparam("first"), sa.bindparam("last")))
        .order_by(bucket, identity)
        .limit(URLS_MAX)
    )


_CHANGED_US = (sa.extract("epoch", suppliers.c.changed_at) * 1_000_000).cast(sa.BigInteger)
_PAGES = {
    Kind.LISTINGS: _pages(on_sale.c.listing_id, on_sale.c.published_us),
    Kind.SUPPLIERS: _pages(suppliers.c.supplier_id, _CHANGED_US).where(_ADMITTED),
}


async def count(tx: ReadTx, kind: Kind) -> int:
    """Count the pages of a kind."""
    return int(await tx.value(_COUNTS[kind]))


async def pages(tx: ReadTx, kind: Kind, buckets: tuple[int, int]) -> Sequence[sa.Row[Any]]:
    """Give (id, changed_us) of the pages in these buckets, from the first bucket to the last."""
    return await tx.rows(_PAGES[kind], {"first": buckets[0], "last": buckets[1]})
