"""What was said of papers that end is kept, so that each notice is said once.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "expiry_notices",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False, comment="which notice: days before the last one"),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "subject IN ('recognition', 'certificate', 'figure')", name=op.f("expiry_notices_subject_check")
        ),
        sa.CheckConstraint("days IN (0, 7, 30, 60)", name=op.f("expiry_notices_days_check")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("expiry_notices_supplier_id_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "supplier_id", "subject", "filing_id", "valid_to", "days", name=op.f("expiry_notices_pkey")
        ),
        comment="What was said of a paper that ends; only added to.",
    )
    op.execute(f'GRANT SELECT, INSERT ON "expiry_notices" TO "{app_role()}"')
    op.execute('GRANT SELECT ON "expiry_notices" TO zhucai_operator')


def downgrade() -> None:
    op.drop_table("expiry_notices")
