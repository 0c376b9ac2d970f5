"""Changes of prices by their makers' ids, and what was repeated of what."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.catalog.domain.prices import PriceOutcome
from services.catalog.store.tables import MOMENT, metadata, one_of

price_changes = sa.Table(
    "price_changes",
    metadata,
    sa.Column("change_id", sa.Uuid, primary_key=True),
    sa.Column("listing_id", sa.Uuid, sa.ForeignKey("listings.listing_id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="the version that has this price"),
    sa.Column("seen_version", sa.Integer, nullable=False),
    sa.Column("made_ms", sa.BigInteger, nullable=False, comment="when it was made, in milliseconds since 1970"),
    sa.Column("price_fen", sa.BigInteger, nullable=False),
    sa.Column("price_tiers", JSONB, nullable=False),
    sa.Column("asked", JSONB, nullable=False, comment="as it was asked for, to tell a repeat from another"),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("changed_by", sa.Uuid, nullable=False),
    sa.Column("changed_at", MOMENT, nullable=False),
    one_of("outcome", PriceOutcome),
    sa.CheckConstraint("price_fen > 0", name="price_fen"),
    comment="Every change of a price by its seller; only added to.",
)
sa.Index("price_changes_listing_idx", price_changes.c.listing_id, price_changes.c.version)

listing_repeats = sa.Table(
    "listing_repeats",
    metadata,
    sa.Column("listing_id", sa.Uuid, sa.ForeignKey("listings.listing_id"), primary_key=True),
    sa.Column("of_listing_id", sa.Uuid, sa.ForeignKey("listings.listing_id"), nullable=False),
    sa.Column("of_version", sa.Integer, nullable=False, comment="whose terms it has"),
    sa.Column("reviewed_listing_id", sa.Uuid, comment="the version that an officer looked at last, if any did"),
    sa.Column("reviewed_version", sa.Integer),
    sa.Column("asked", JSONB, nullable=False, comment="as it was asked for, to tell a repeat from another"),
    sa.Column("repeated_by", sa.Uuid, nullable=False),
    sa.Column("repeated_at", MOMENT, nullable=False),
    sa.CheckConstraint("(reviewed_listing_id IS NULL) = (reviewed_version IS NULL)", name="reviewed"),
    comment="Listings that were made of earlier ones; only added to.",
)
