"""A figure of how long a canteen took to pay says whose the canteen was.

Revision: 0053, after 0052. Figures of before say nothing, and are read with whose it is now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    told = "whose the canteen was; null: closed before this was kept"
    op.add_column("pay_figures", sa.Column("unit_id", sa.Uuid(), comment=told))


def downgrade() -> None:
    op.drop_column("pay_figures", "unit_id")
