"""What was told before is of a kind that is known, transfers taken back too.

Revision: 0021, after 0020.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("notices", "notice_settings"):
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {table}_kind_check")


def downgrade() -> None:
    pass
