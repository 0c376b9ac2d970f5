"""What is ordered and not yet accepted has its table; `zhucai replay` tells of the orders placed before.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ordered",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=True, comment="NULL, as what follows, while only its end is known"),
        sa.Column("year", sa.Integer(), nullable=True, comment="in which it is wanted"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True, comment="as agreed when it was placed"),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_at", sa.DateTime(timezone=True), nullable=True, comment="accepted, refused, declined or cancelled"
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("ordered_pkey")),
        comment="Orders as the order service told of them; what is accepted of them is in the ledger.",
    )
    op.create_index("ordered_open_idx", "ordered", ["canteen_id", "year"], postgresql_where=sa.text("ended_at IS NULL"))
    op.create_index("ordered_canteen_id_idx", "ordered", ["canteen_id", "year", "placed_at"])
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON "ordered" TO "{app_role()}"')
    op.execute('GRANT SELECT ON "ordered" TO zhucai_operator')


def downgrade() -> None:
    op.drop_table("ordered")
