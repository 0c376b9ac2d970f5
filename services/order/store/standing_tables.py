"""Standing orders as buyers put them, and the one draft of each day that was made of them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.order.domain.standing import LEAD_DAYS_MAX, WEEK_DAYS
from services.order.store.columns import a_moment, a_text, a_whole, an_id, metadata, wanted_hours, words
from shared.contracts.words import Fund

standing_orders = sa.Table(
    "standing_orders",
    metadata,
    an_id("standing_order_id", primary_key=True),
    an_id("canteen_id"),
    a_text("name"),
    a_text("fund"),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("weekdays", ARRAY(sa.Integer), nullable=False, comment="1 is Monday"),
    sa.Column("lead_days", sa.Integer, nullable=False, comment="how long before its day a basket is drafted"),
    sa.Column("until", sa.Date, nullable=False, comment="the last day that goods are wanted on"),
    *wanted_hours(),
    sa.Column("lines", JSONB, nullable=False, comment="listing, version seen, quantity, tolerance, name, measure"),
    a_whole("version"),
    an_id("put_by"),
    a_text("put_by_name"),
    a_moment("put_at"),
    sa.Column("draft_on", sa.Date, comment="when the next basket is drafted; null: never again"),
    words("fund", Fund),
    sa.CheckConstraint(
        f"cardinality(weekdays) BETWEEN 1 AND {WEEK_DAYS} AND 1 <= ALL (weekdays) AND {WEEK_DAYS} >= ALL (weekdays)",
        name="weekdays",
    ),
    sa.CheckConstraint(f"lead_days BETWEEN 0 AND {LEAD_DAYS_MAX}", name="lead_days"),
    sa.CheckConstraint("active OR draft_on IS NULL", name="active"),
    sa.CheckConstraint("jsonb_array_length(lines) BETWEEN 1 AND 100", name="lines"),
    comment="what a canteen wants again and again; overwritten whole, and never an order by itself",
)
sa.Index("standing_orders_canteen_idx", standing_orders.c.canteen_id, standing_orders.c.standing_order_id.desc())
sa.Index("standing_orders_due_idx", standing_orders.c.draft_on, postgresql_where=sa.text("draft_on IS NOT NULL"))

standing_drafts = sa.Table(
    "standing_drafts",
    metadata,
    an_id("standing_order_id", primary_key=True),
    sa.Column("wanted_on", sa.Date, primary_key=True),
    a_moment("drafted_at"),
    sa.Column("basket_id", sa.Uuid, unique=True, comment="null: nothing of it was on sale"),
    sa.Column("told", JSONB, nullable=False, comment="what was otherwise than in the standing order"),
    sa.ForeignKeyConstraint(["standing_order_id"], ["standing_orders.standing_order_id"]),
    comment="the one draft of a standing order for a day; only ever added to",
)
