"""Prices that were changed by their sellers alone and that no officer has seen since, and who saw which."""

import sqlalchemy as sa

from services.catalog.store.tables import MOMENT, metadata

prices_to_see = sa.Table(
    "prices_to_see",
    metadata,
    sa.Column("change_id", sa.Uuid, sa.ForeignKey("price_changes.change_id"), primary_key=True),
    sa.Column("listing_id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="the version that came on sale by the change"),
    sa.Column("changed_at", MOMENT, nullable=False),
    sa.Index("prices_to_see_queue_idx", "changed_at", "change_id"),
    sa.Index("prices_to_see_listing_idx", "listing_id", "version"),
    comment="Changes of prices that held at once and wait to be seen; what was seen is taken out.",
)

price_looks = sa.Table(
    "price_looks",
    metadata,
    sa.Column("listing_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("seen_by", sa.Uuid, nullable=False),
    sa.Column("seer_name", sa.Text, nullable=False),
    sa.Column("seen_at", MOMENT, nullable=False),
    sa.ForeignKeyConstraint(["listing_id", "version"], ["listing_versions.listing_id", "listing_versions.version"]),
    comment="Which version an officer saw after it came on sale by itself; only added to.",
)
