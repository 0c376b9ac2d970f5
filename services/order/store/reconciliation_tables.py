"""Each day's reconciliation with the card vendor (对账) is kept as it was found, and never changed."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.order.store.columns import a_moment, a_whole, metadata

reconciliations = sa.Table(
    "reconciliations",
    metadata,
    sa.Column("day", sa.Date, primary_key=True, comment="whose payments were looked at: those that moved last on it"),
    a_moment("made_at"),
    a_whole("payments"),
    sa.Column("complete", sa.Boolean, nullable=False, comment="false: there were more than are looked at"),
    a_whole("paid_fen"),
    a_whole("captured_fen"),
    a_whole("refunded_fen"),
    a_whole("vendor_refunded_fen"),
    a_whole("differing"),
    sa.Column("differences", JSONB, nullable=False, comment="the first of them"),
    sa.CheckConstraint("payments >= 0 AND differing >= jsonb_array_length(differences)", name="counts"),
    comment="what the card vendor says against what we say; only ever added to",
)
