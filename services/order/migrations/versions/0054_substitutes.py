"""A seller offers goods in a line's place, which are a line of the order once its buyer accepts them.

Revision: 0054, after 0053.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    comment = "the line in whose place it was accepted; null: ordered as it is"
    op.add_column("order_lines", sa.Column("replaces_line_id", sa.Uuid(), comment=comment))
    op.create_table(
        "substitutes",
        sa.Column("substitute_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("listing_version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("unit_name", sa.Text(), nullable=False),
        sa.Column("unit_quantity", sa.BigInteger(), nullable=False),
        sa.Column("piece_grams", sa.BigInteger()),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("origin_county_code", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("tolerance_bp", sa.Integer(), nullable=False, comment="as of the line that it replaces"),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("answered_by", sa.Uuid(), comment="null: the system itself, in silence or as the order ended"),
        sa.Column("answered_by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False, comment="of the answer"),
        sa.CheckConstraint("measure IN ('weight', 'piece')", name=op.f("substitutes_measure_check")),
        sa.CheckConstraint(
            "state IN ('offered', 'accepted', 'refused', 'lapsed', 'ended')", name=op.f("substitutes_state_check")
        ),
        sa.CheckConstraint("(state = 'offered') = (answered_at IS NULL)", name=op.f("substitutes_answered_check")),
        sa.CheckConstraint(
            "quantity > 0 AND price_fen >= 0 AND unit_quantity > 0", name=op.f("substitutes_quantity_check")
        ),
        sa.CheckConstraint("tolerance_bp BETWEEN 0 AND 3000", name=op.f("substitutes_tolerance_bp_check")),
        sa.ForeignKeyConstraint(
            ["order_id", "line_id"],
            ["order_lines.order_id", "order_lines.line_id"],
            name="substitutes_order_id_line_id_fkey",
        ),
        sa.PrimaryKeyConstraint("substitute_id", name="substitutes_pkey"),
        sa.UniqueConstraint("order_id", "line_id", name="substitutes_order_id_line_id_key"),
        comment="goods offered in a line's place; while it is offered its quantity is promised, accepted it is a line",
    )
    offered = sa.text("state = 'offered'")
    op.create_index("substitutes_due_idx", "substitutes", ["due_at"], postgresql_where=offered)
    op.create_index("substitutes_listing_idx", "substitutes", ["listing_id"], postgresql_where=offered)
    op.execute("GRANT SELECT ON substitutes TO zhucai_operator")
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON substitutes TO "{app_role()}"')


def downgrade() -> None:
    op.drop_table("substitutes")
    op.drop_column("order_lines", "replaces_line_id")
