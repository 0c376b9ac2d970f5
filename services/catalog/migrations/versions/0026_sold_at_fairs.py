"""What was sold at an event of selling is found without reading all sales.

Revision: 0026, after 0025.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("sales_fair_idx", "sales", ["fair_id"], postgresql_where=sa.text("fair_id IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("sales_fair_idx", table_name="sales")
