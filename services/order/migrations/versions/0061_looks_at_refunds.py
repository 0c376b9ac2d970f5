"""A refund knows how often the vendor was asked whether it failed after it was booked.

Revision: 0061, after 0060. Refunds of before are looked at once more, or as often as those of today.
"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "refunds",
        sa.Column(
            "looks",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="how often the vendor was asked whether a done one failed since",
        ),
    )
    op.create_index(
        "refunds_looks_idx",
        "refunds",
        ["done_at"],
        postgresql_where=sa.text("state = 'done' AND sent_at IS NULL AND looks < 7"),
    )


def downgrade() -> None:
    op.drop_index("refunds_looks_idx", table_name="refunds")
    op.drop_column("refunds", "looks")
