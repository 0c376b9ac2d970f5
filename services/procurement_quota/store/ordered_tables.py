"""What is ordered and not yet accepted has a row an order."""

import sqlalchemy as sa

from services.procurement_quota.store.tables import metadata

SOON_DAYS = 40
"""After so many days most orders have been accepted, or ended, and are known to be."""
_SOON = (
    "coalesce({0} <= CAST(placed_at AT TIME ZONE 'UTC' AS date) + {2} AND {1} AT TIME ZONE 'UTC' "
    "<= (placed_at AT TIME ZONE 'UTC') + interval '{2} days', false)"
)
_ENDED_ON = "CAST(ended_at AT TIME ZONE 'UTC' AS date)"
LATE = (
    "(accepted_on IS NOT NULL OR ended_at IS NOT NULL) "
    f"AND NOT {_SOON.format('accepted_on', 'accepted_recorded_at', SOON_DAYS)} "
    f"AND NOT {_SOON.format(_ENDED_ON, 'ended_recorded_at', SOON_DAYS)}"
)
"""Says of an order that it was accepted, or ended, or became known to be, only after that."""

ordered = sa.Table(
    "ordered",
    metadata,
    sa.Column("order_id", sa.Uuid, primary_key=True),
    sa.Column("canteen_id", sa.Uuid, nullable=False),
    sa.Column("fund", sa.Text, comment="NULL, as what follows, while only its end is known"),
    sa.Column("year", sa.Integer, comment="in which it is wanted"),
    sa.Column("amount_fen", sa.BigInteger, comment="as agreed when it was placed"),
    sa.Column("placed_at", sa.DateTime(timezone=True)),
    sa.Column("ended_at", sa.DateTime(timezone=True), comment="refused, declined or cancelled"),
    sa.Column("recorded_at", sa.DateTime(timezone=True), comment="when its placing was heard of"),
    sa.Column("accepted_on", sa.Date, comment="from when it is in the ledger"),
    sa.Column("accepted_recorded_at", sa.DateTime(timezone=True)),
    sa.Column("ended_recorded_at", sa.DateTime(timezone=True), comment="when its end was heard of"),
    comment="Orders as the order service told of them; what is accepted of them is in the ledger.",
)
sa.Index(
    "ordered_open_idx",
    ordered.c.canteen_id,
    ordered.c.year,
    postgresql_where=sa.text("ended_at IS NULL AND accepted_on IS NULL"),
)
sa.Index("ordered_late_idx", ordered.c.canteen_id, ordered.c.year, postgresql_where=sa.text(LATE))
sa.Index("ordered_placed_at_idx", ordered.c.placed_at, postgresql_using="brin")
sa.Index("ordered_canteen_id_idx", ordered.c.canteen_id, ordered.c.year, ordered.c.placed_at)

ordered_amount = sa.Table(
    "ordered_amount",
    metadata,
    sa.Column("order_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True, comment="of the order, from which on it comes to this"),
    sa.Column("amount_fen", sa.BigInteger, nullable=False, comment="what the whole order comes to from then on"),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when that was agreed"),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when that was heard of"),
    sa.CheckConstraint("amount_fen >= 0", name="amount_fen"),
    comment="What orders came to after they were placed, as the order service told; a row is never changed.",
)
