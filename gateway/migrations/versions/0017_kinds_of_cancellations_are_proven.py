"""What was told before is of a kind that is known, cancellations too.

Revision: 0017, after 0016.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("notices", "notice_settings"):
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {table}_kind_check")


def downgrade() -> None:
    pass
