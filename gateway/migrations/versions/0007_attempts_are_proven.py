"""Every attempt that is counted is of one of the kinds, those of before too.

Revision: 0007, after 0006. Whoever writes goes on while the rows are read. Going back leaves it proven.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE sign_in_attempts VALIDATE CONSTRAINT sign_in_attempts_kind_check")


def downgrade() -> None:
    pass
