"""A return that was agreed may have an order of its own by which the same goods come again.

Revision: 0059, after 0058.
"""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "the order by which the same goods come again; null: none"
    op.add_column("returns", sa.Column("replacement_order_id", sa.Uuid(), comment=comment))
    op.create_index(
        "returns_replacement_idx",
        "returns",
        ["replacement_order_id"],
        unique=True,
        postgresql_where=sa.text("replacement_order_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("returns_replacement_idx", "returns")
    op.drop_column("returns", "replacement_order_id")
