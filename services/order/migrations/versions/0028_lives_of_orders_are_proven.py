"""Every line was confirmed at most as ordered, and only what is packed is asked back, of the rows of before too.

Revision: 0028, after 0027. Whoever writes goes on while the rows are read. Going back leaves it proven.
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_cancel_asked_check")
    op.execute("ALTER TABLE order_lines VALIDATE CONSTRAINT order_lines_confirmed_check")


def downgrade() -> None:
    pass
