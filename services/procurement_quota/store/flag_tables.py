"""Flags on suppliers' goods as catalog says that they stand, and which lots each names."""

import sqlalchemy as sa

from services.procurement_quota.store.tables import entry, metadata
from shared.contracts.words import FlagKind, FlagState

flag = sa.Table(
    "flag",
    metadata,
    sa.Column("flag_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("supplier_id", sa.Uuid, nullable=False),
    sa.Column("item_code", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint(f"kind IN ({', '.join(repr(one.value) for one in FlagKind)})", name="kind"),
    sa.CheckConstraint(f"state IN ({', '.join(repr(one.value) for one in FlagState)})", name="state"),
    comment="What does not fit about a supplier's goods (疑点), the newest version that was heard.",
)
sa.Index("flag_supplier_id_idx", flag.c.supplier_id)

flagged_lot = sa.Table(
    "flagged_lot",
    metadata,
    sa.Column("flag_id", sa.Uuid, sa.ForeignKey("flag.flag_id"), primary_key=True),
    sa.Column("acceptance_id", sa.Uuid, primary_key=True),
    sa.Column("line_id", sa.Uuid, primary_key=True),
    comment="The lots that a flag names; they may not be booked yet.",
)
sa.Index("flagged_lot_acceptance_id_idx", flagged_lot.c.acceptance_id)

sa.Index("entry_flagged_idx", entry.c.canteen_id, entry.c.year, postgresql_where=entry.c.facts.has_key("flags"))
