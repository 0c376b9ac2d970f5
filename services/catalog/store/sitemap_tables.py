"""The index by which the pages of what is on sale are told part by part."""

import sqlalchemy as sa

from services.catalog.store.tables import on_sale

BUCKET_OF = "get_byte(uuid_send({0}), 14) * 256 + get_byte(uuid_send({0}), 15)"
"""The bucket of an id: see domain/sitemap.py."""

sa.Index(
    "on_sale_bucket_idx",
    sa.text(f"({BUCKET_OF.format('listing_id')})"),
    on_sale.c.listing_id,
    postgresql_include=["published_us"],
)
