"""What a canteen wants each week stands in one order, of which one basket is drafted for each of its days.

Revision: 0023, after 0022.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "standing_orders",
        sa.Column("standing_order_id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("weekdays", postgresql.ARRAY(sa.Integer()), nullable=False, comment="1 is Monday"),
        sa.Column("lead_days", sa.Integer(), nullable=False, comment="how long before its day a basket is drafted"),
        sa.Column("until", sa.Date(), nullable=False, comment="the last day that goods are wanted on"),
        sa.Column("wanted_from", sa.Time()),
        sa.Column("wanted_until", sa.Time()),
        sa.Column(
            "lines",
            postgresql.JSONB(),
            nullable=False,
            comment="listing, version seen, quantity, tolerance, name, measure",
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_by_name", sa.Text(), nullable=False),
        sa.Column("put_at", MOMENT, nullable=False),
        sa.Column("draft_on", sa.Date(), comment="when the next basket is drafted; null: never again"),
        sa.PrimaryKeyConstraint("standing_order_id", name="standing_orders_pkey"),
        sa.CheckConstraint("fund IN ('canteen', 'union')", name=op.f("standing_orders_fund_check")),
        sa.CheckConstraint(
            "cardinality(weekdays) BETWEEN 1 AND 7 AND 1 <= ALL (weekdays) AND 7 >= ALL (weekdays)",
            name=op.f("standing_orders_weekdays_check"),
        ),
        sa.CheckConstraint("lead_days BETWEEN 0 AND 14", name=op.f("standing_orders_lead_days_check")),
        sa.CheckConstraint("active OR draft_on IS NULL", name=op.f("standing_orders_active_check")),
        sa.CheckConstraint("jsonb_array_length(lines) BETWEEN 1 AND 100", name=op.f("standing_orders_lines_check")),
        sa.CheckConstraint(
            "(wanted_from IS NULL) = (wanted_until IS NULL) AND wanted_from < wanted_until",
            name=op.f("standing_orders_wanted_hours_check"),
        ),
        comment="what a canteen wants again and again; overwritten whole, and never an order by itself",
    )
    op.create_index("standing_orders_canteen_idx", "standing_orders", ["canteen_id", sa.text("standing_order_id DESC")])
    due = sa.text("draft_on IS NOT NULL")
    op.create_index("standing_orders_due_idx", "standing_orders", ["draft_on"], postgresql_where=due)
    op.create_table(
        "standing_drafts",
        sa.Column("standing_order_id", sa.Uuid(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("drafted_at", MOMENT, nullable=False),
        sa.Column("basket_id", sa.Uuid(), comment="null: nothing of it was on sale"),
        sa.Column("told", postgresql.JSONB(), nullable=False, comment="what was otherwise than in the standing order"),
        sa.PrimaryKeyConstraint("standing_order_id", "wanted_on", name="standing_drafts_pkey"),
        sa.UniqueConstraint("basket_id", name="standing_drafts_basket_id_key"),
        sa.ForeignKeyConstraint(
            ["standing_order_id"],
            ["standing_orders.standing_order_id"],
            name="standing_drafts_standing_order_id_fkey",
        ),
        comment="the one draft of a standing order for a day; only ever added to",
    )
    role = app_role()
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON standing_orders TO "{role}"')
    op.execute(f'GRANT SELECT, INSERT ON standing_drafts TO "{role}"')
    for table in ("standing_orders", "standing_drafts"):
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("standing_drafts")
    op.drop_table("standing_orders")
