"""What was told before is of a kind that is known.

Revision: 0023, after 0022.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("notices", "notice_settings"):
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {table}_kind_check")


def downgrade() -> None:
    pass
