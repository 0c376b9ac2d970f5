"""What was found of an origin later is looked up by canteen and year, to be told by the month of its purchase.

Revision: 0022, after 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "entry_corrections_idx", "entry", ["canteen_id", "year"], postgresql_where=sa.text("kind = 'correction'")
    )


def downgrade() -> None:
    op.drop_index("entry_corrections_idx", "entry")
