"""Every notice is of a kind that is known, of before too.

Revision: 0013, after 0012. Whoever writes goes on while the rows are read. Going back leaves it proven.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("notices", "notice_settings"):
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {table}_kind_check")


def downgrade() -> None:
    pass
