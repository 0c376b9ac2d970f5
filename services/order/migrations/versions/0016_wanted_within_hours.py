"""Goods may be wanted within hours of their day; those of before are wanted at any.

Revision: 0016, after 0015. That no row of before says otherwise is proven in 0017, which keeps nobody from writing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = ("requisitions", "orders")
TOLD = "(wanted_from IS NULL) = (wanted_until IS NULL) AND wanted_from < wanted_until"


def upgrade() -> None:
    for table in TABLES:
        for name in ("wanted_from", "wanted_until"):
            op.add_column(table, sa.Column(name, sa.Time()))
        named = op.f(f"{table}_wanted_hours_check")
        op.create_check_constraint(named, table, TOLD, postgresql_not_valid=True)


def downgrade() -> None:
    for table in reversed(TABLES):
        for name in ("wanted_until", "wanted_from"):
            op.drop_column(table, name)
