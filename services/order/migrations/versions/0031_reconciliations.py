"""Each day is reconciled with the card vendor, and what was found is kept.

Revision: 0031, after 0030.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

OF_DAY = "whose payments were looked at: those that moved last on it"
SUMS = ("paid_fen", "captured_fen", "refunded_fen", "vendor_refunded_fen", "differing")


def upgrade() -> None:
    op.create_table(
        "reconciliations",
        sa.Column("day", sa.Date(), nullable=False, comment=OF_DAY),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payments", sa.BigInteger(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False, comment="false: there were more than are looked at"),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in SUMS),
        sa.Column("differences", postgresql.JSONB(), nullable=False, comment="the first of them"),
        sa.CheckConstraint(
            "payments >= 0 AND differing >= jsonb_array_length(differences)", name=op.f("reconciliations_counts_check")
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("reconciliations_pkey")),
        comment="what the card vendor says against what we say; only ever added to",
    )
    op.execute(f'GRANT SELECT, INSERT ON reconciliations TO "{app_role()}"')
    op.execute("GRANT SELECT ON reconciliations TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("reconciliations")
