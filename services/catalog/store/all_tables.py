"""All of catalog's tables are known to whoever asks here: the migrations, and tests that look at everything."""

from services.catalog.store import (
    appeal_tables,
    band_tables,
    contact_tables,
    expiry_tables,
    fair_tables,
    filing_tables,
    flag_tables,
    listing_import_tables,
    listing_paper_tables,
    member_tables,
    price_look_tables,
    price_tables,
    readiness_tables,
    sales_tables,
    search_tables,
    sitemap_tables,
    standing_tables,
)
from services.catalog.store.tables import metadata

__all__ = [
    "appeal_tables",
    "band_tables",
    "contact_tables",
    "expiry_tables",
    "fair_tables",
    "filing_tables",
    "flag_tables",
    "listing_import_tables",
    "listing_paper_tables",
    "member_tables",
    "metadata",
    "price_look_tables",
    "price_tables",
    "readiness_tables",
    "sales_tables",
    "search_tables",
    "sitemap_tables",
    "standing_tables",
]
