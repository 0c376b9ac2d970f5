"""Every file of reference prices is in one of the states, and says by whom and why where it was refused.

Revision: 0029, after 0028. Whoever writes goes on while the rows are read. Going back leaves it proven.
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("state", "refused"):
        op.execute(f"ALTER TABLE price_imports VALIDATE CONSTRAINT price_imports_{name}_check")


def downgrade() -> None:
    pass
