"""Every change of what a statement is read from is counted, by triggers of the tables themselves."""

import sqlalchemy as sa

from services.procurement_quota.store.tables import metadata

figure_change = sa.Table(
    "figure_change",
    metadata,
    sa.Column("canteen_id", sa.Uuid, nullable=False, comment="the nil id for what concerns every canteen"),
    sa.Column("year", sa.Integer, nullable=False, comment="0 is every year; -1 is who is listed, and no figure"),
    sa.Column("n", sa.Integer, nullable=False),
    sa.CheckConstraint("n > 0", name="n"),
    comment="Changes of what statements are read from; the sum of n that a snapshot sees is a revision.",
)
sa.Index("figure_change_canteen_id_idx", figure_change.c.canteen_id)

READ_FROM = (
    "total",
    "order_balance",
    "attestation",
    "closing",
    "reservation",
    "reservation_review",
    "canteen",
    "canteen_form",
    "canteen_share",
    "unit",
    "jurisdiction",
    "rule",
    "rule_in_force",
    "designation_list",
    "designation",
)
"""What a row of a statement for now is read from; each has triggers that count (migration 0016)."""
EVENTS = ("insert", "update", "delete", "truncate")
