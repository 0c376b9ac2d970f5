"""Every return wants one of the remedies that there are, or was not told which.

Revision: 0026, after 0025. Whoever writes goes on while the rows are read. Going back leaves it proven.
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE returns VALIDATE CONSTRAINT returns_remedy_check")


def downgrade() -> None:
    pass
