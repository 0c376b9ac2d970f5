"""Every count of stock that came by a sheet tells of which row it is.

Revision: 0010, after 0009. Those of before are found in 0013, which keeps nobody from counting.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stock_changes", sa.Column("import_id", sa.Uuid(), comment="the sheet that it came by, if any"))
    op.add_column("stock_changes", sa.Column("import_row", sa.Integer(), comment="and the row of it"))


def downgrade() -> None:
    for column in ("import_row", "import_id"):
        op.drop_column("stock_changes", column)
