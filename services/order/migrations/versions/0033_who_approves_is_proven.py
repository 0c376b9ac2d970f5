"""Of every step it is proven that nobody stood in for themselves.

Revision: 0033, after 0032. Whoever writes goes on while the rows are read. Going back leaves it proven.
"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE requisition_steps VALIDATE CONSTRAINT requisition_steps_for_account_id_check")


def downgrade() -> None:
    pass
