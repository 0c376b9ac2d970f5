"""An order keeps whether its supplier was recognised when it was placed, and at which fair.

Of orders of before nothing of it was told: their suppliers count as recognised, as their kind says.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "suppliers",
        sa.Column("recognised", postgresql.ARRAY(sa.Date()), comment="pairs (first day, last day); null: not told"),
    )
    op.create_check_constraint(
        "suppliers_recognised_check", "suppliers", "recognised = '{}' OR array_length(recognised, 2) = 2"
    )
    op.create_table(
        "fairs",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("supplier_ids", postgresql.ARRAY(sa.Uuid()), nullable=False, comment="whom it admitted"),
        sa.CheckConstraint(
            "state IN ('draft', 'announced', 'open', 'closed', 'reported', 'cancelled')",
            name="fairs_state_check",
        ),
        sa.PrimaryKeyConstraint("fair_id", name="fairs_pkey"),
        comment="copy: events of selling (fair.changed)",
    )
    op.add_column("baskets", sa.Column("fair_id", sa.Uuid(), comment="the event of selling that it is filled at"))
    op.add_column("requisitions", sa.Column("fair_id", sa.Uuid()))
    op.add_column(
        "orders",
        sa.Column(
            "recognised",
            sa.Boolean(),
            server_default=sa.true(),
            nullable=False,
            comment="whether its supplier's recognition held on the day it was placed",
        ),
    )
    op.add_column("orders", sa.Column("fair_id", sa.Uuid(), comment="the event of selling that it was ordered at"))
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON fairs TO "{app_role()}"')
    op.execute("GRANT SELECT ON fairs TO zhucai_operator")


def downgrade() -> None:
    op.drop_column("orders", "fair_id")
    op.drop_column("orders", "recognised")
    op.drop_column("requisitions", "fair_id")
    op.drop_column("baskets", "fair_id")
    op.drop_table("fairs")
    op.drop_constraint("suppliers_recognised_check", "suppliers", type_="check")
    op.drop_column("suppliers", "recognised")
