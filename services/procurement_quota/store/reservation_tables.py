"""What a canteen reserves for a year, and what the level above said of it, is kept version by version."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.procurement_quota.store.tables import metadata

reservation = sa.Table(
    "reservation",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("expected_base_fen", sa.BigInteger, nullable=False),
    sa.Column("reserved", JSONB, nullable=False, comment="by rule, in fen"),
    sa.Column("filed_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("draft", sa.Boolean, nullable=False, server_default=sa.false(), comment="written and not submitted yet"),
    sa.Column("reason", sa.Text, nullable=False, server_default="", comment="of an amendment"),
    sa.Column("explanation", sa.Text, nullable=False, server_default="", comment="why it is lower than last year"),
    sa.UniqueConstraint("canteen_id", "year", "version"),
    comment="What a canteen reserves for a year (预留), version by version.",
)

reservation_review = sa.Table(
    "reservation_review",
    metadata,
    sa.Column("reservation_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("reviewed_by", sa.Uuid, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(["reservation_id", "version"], ["reservation.id", "reservation.version"]),
    sa.CheckConstraint("outcome IN ('accept', 'return')", name="outcome"),
    sa.CheckConstraint("outcome <> 'return' OR reason <> ''", name="reason"),
    comment="What the level above said of a version: accepted, or returned with a reason.",
)
