"""What is on sale always tells its origin; of mixed or unproven origin it is empty, never null.

Revision: 0023, after 0022.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE on_sale SET origin_county_code = '' WHERE origin_county_code IS NULL")
    op.alter_column(
        "on_sale",
        "origin_county_code",
        nullable=False,
        existing_type=sa.Text(),
        comment="empty where goods are of mixed or unproven origin",
    )


def downgrade() -> None:
    op.alter_column(
        "on_sale",
        "origin_county_code",
        nullable=True,
        existing_type=sa.Text(),
        comment="null where goods are of mixed or unproven origin",
    )
