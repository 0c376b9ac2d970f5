"""What a seller offers in a line's place, and what came of it."""

import sqlalchemy as sa

from services.order.domain.states import SUBSTITUTE
from services.order.domain.weights import TOLERANCE_BP_MAX
from services.order.store.columns import a_moment, a_text, a_whole, an_id, metadata, words
from shared.contracts.words import Measure

substitutes = sa.Table(
    "substitutes",
    metadata,
    an_id("substitute_id", primary_key=True),
    an_id("order_id"),
    an_id("line_id"),
    a_text("state"),
    an_id("listing_id"),
    a_whole("listing_version"),
    a_text("name"),
    a_text("category"),
    a_text("measure"),
    a_text("unit_name"),
    a_whole("unit_quantity"),
    sa.Column("piece_grams", sa.BigInteger),
    a_whole("price_fen"),
    a_text("origin_county_code"),
    a_whole("quantity"),
    sa.Column("tolerance_bp", sa.Integer, nullable=False, comment="as of the line that it replaces"),
    a_moment("offered_at"),
    a_moment("due_at"),
    sa.Column("answered_at", sa.DateTime(timezone=True)),
    sa.Column("answered_by", sa.Uuid, comment="null: the system itself, in silence or as the order ended"),
    a_text("answered_by_name", server_default=""),
    a_text("reason", server_default="", comment="of the answer"),
    sa.ForeignKeyConstraint(["order_id", "line_id"], ["order_lines.order_id", "order_lines.line_id"]),
    sa.UniqueConstraint("order_id", "line_id"),
    words("measure", Measure),
    sa.CheckConstraint(SUBSTITUTE.sql_check("state"), name="state"),
    sa.CheckConstraint("(state = 'offered') = (answered_at IS NULL)", name="answered"),
    sa.CheckConstraint("quantity > 0 AND price_fen >= 0 AND unit_quantity > 0", name="quantity"),
    sa.CheckConstraint(f"tolerance_bp BETWEEN 0 AND {TOLERANCE_BP_MAX}", name="tolerance_bp"),
    comment="goods offered in a line's place; while it is offered its quantity is promised, accepted it is a line",
)
sa.Index("substitutes_due_idx", substitutes.c.due_at, postgresql_where=sa.text("state = 'offered'"))
sa.Index("substitutes_listing_idx", substitutes.c.listing_id, postgresql_where=sa.text("state = 'offered'"))
