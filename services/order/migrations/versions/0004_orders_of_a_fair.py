"""Orders of one event of selling are found by it, and its name, which nothing here reads, is not kept.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "orders_fair_idx",
        "orders",
        ["fair_id", sa.literal_column("placed_at DESC"), sa.literal_column("order_id DESC")],
        postgresql_where=sa.text("fair_id IS NOT NULL"),
    )
    op.drop_column("fairs", "name")


def downgrade() -> None:
    op.add_column("fairs", sa.Column("name", sa.Text(), nullable=False, server_default=""))
    op.alter_column("fairs", "name", server_default=None)
    op.drop_index("orders_fair_idx", table_name="orders")
