"""What is on sale is told to search engines part by part, each one walk along an index.

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
        "on_sale_bucket_idx",
        "on_sale",
        [
            sa.text("(get_byte(uuid_send(listing_id), 14) * 256 + get_byte(uuid_send(listing_id), 15))"),
            "listing_id",
        ],
        postgresql_include=["published_us"],
    )


def downgrade() -> None:
    op.drop_index("on_sale_bucket_idx", "on_sale")
