"""A payment carries what is promised back of it, which is never more than it paid, and who is asking about it.

Revision: 0014, after 0013. What was promised before is summed, and the bound proven, in 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ASKED = "until when one of us alone asks the vendor about it"


def upgrade() -> None:
    op.add_column("payments", sa.Column("refunded_fen", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("payments", sa.Column("asked_until", sa.DateTime(timezone=True), comment=ASKED))
    op.create_check_constraint(
        op.f("payments_refunded_check"),
        "payments",
        "refunded_fen BETWEEN 0 AND paid_fen",
        postgresql_not_valid=True,
    )


def downgrade() -> None:
    op.drop_column("payments", "asked_until")
    op.drop_column("payments", "refunded_fen")
