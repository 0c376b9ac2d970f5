"""Every tolerance that was agreed is one, of the rows of before too.

Revision: 0012, after 0011. Whoever writes goes on while the rows are read. Going back leaves it proven.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE baskets VALIDATE CONSTRAINT baskets_tolerances_check")
    op.execute("ALTER TABLE order_lines VALIDATE CONSTRAINT order_lines_tolerance_bp_check")


def downgrade() -> None:
    pass
