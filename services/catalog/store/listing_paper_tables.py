"""The papers of listings: what their prices and origins are proven with."""

import sqlalchemy as sa

from services.catalog.domain.origin import PaperPurpose
from services.catalog.store.tables import metadata, one_of
from shared.papers.columns import paper_columns

listing_papers = sa.Table(
    "listing_papers",
    metadata,
    sa.Column("listing_id", sa.Uuid, sa.ForeignKey("listings.listing_id"), primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False),
    *paper_columns(),
    one_of("purpose", PaperPurpose),
    comment="What proves a listing's price or origin; no buyer sees it. Only added to.",
)
