"""What was weighed on arrival and waits for another's yes, who said it, the scale's photos, and what a day came to."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.order.store.columns import a_moment, a_text, a_whole, acted_as, an_id, metadata, words
from shared.contracts.authority import Role

weighings = sa.Table(
    "weighings",
    metadata,
    an_id("acceptance_id", primary_key=True),
    an_id("order_id"),
    a_moment("at"),
    an_id("account_id"),
    a_text("account_name"),
    acted_as(),
    sa.Column("accepted_on", sa.Date, nullable=False),
    sa.Column("weighed_at", sa.DateTime(timezone=True)),
    sa.Column(
        "day",
        sa.Date,
        nullable=False,
        comment="the business day on which it was weighed; it counts in that day's sum and in that of accepted_on",
    ),
    a_whole("amount_fen"),
    sa.Column("wants_seller", sa.Boolean, nullable=False, comment="a line is off the tolerance agreed"),
    sa.Column("wants_second", sa.Boolean, nullable=False, comment="the day's sum is above what one may accept"),
    a_moment("due_at"),
    sa.Column("lines", JSONB, nullable=False),
    words("acted_as", Role),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    sa.CheckConstraint("amount_fen >= 0", name="amount_fen"),
    sa.CheckConstraint("wants_seller OR wants_second", name="wants"),
    comment="an acceptance that waits for another's yes, as it was weighed; only ever added to",
)
sa.Index(None, weighings.c.order_id)

weighing_answers = sa.Table(
    "weighing_answers",
    metadata,
    an_id("acceptance_id", primary_key=True),
    sa.Column("side", sa.Text, primary_key=True),
    a_moment("at"),
    sa.Column("account_id", sa.Uuid, comment="null: the clock's, after the seller's silence"),
    a_text("account_name"),
    acted_as(),
    a_text("outcome"),
    a_text("reason"),
    words("acted_as", Role),
    sa.ForeignKeyConstraint(["acceptance_id"], ["weighings.acceptance_id"]),
    sa.CheckConstraint("side IN ('seller', 'second')", name="side"),
    sa.CheckConstraint("outcome IN ('agree', 'object')", name="outcome"),
    comment="what the seller, or the buyer's second person, said to a weighing; only ever added to",
)

acceptance_days = sa.Table(
    "acceptance_days",
    metadata,
    an_id("canteen_id", primary_key=True),
    an_id("supplier_id", primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    a_whole("amount_fen"),
    sa.CheckConstraint("amount_fen >= 0", name="amount_fen"),
    comment="what a canteen took from a supplier on a business day, weighings that wait included",
    postgresql_with={"fillfactor": "70"},
)

scale_photos = sa.Table(
    "scale_photos",
    metadata,
    an_id("photo_id", primary_key=True),
    an_id("order_id"),
    sa.Column("line_id", sa.Uuid, comment="the line on the scale; null: the delivery"),
    a_text("sha256"),
    sa.Column("width_pixels", sa.Integer, nullable=False),
    sa.Column("height_pixels", sa.Integer, nullable=False),
    a_moment("put_at"),
    an_id("put_by"),
    a_text("put_by_name"),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    comment="photos of the scale, as we made them of what was sent; only ever added to",
)
sa.Index(None, scale_photos.c.order_id)

APPEND_ONLY = ("weighings", "weighing_answers", "scale_photos")
