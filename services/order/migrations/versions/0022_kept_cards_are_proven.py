"""A card is kept whole or not at all, and only a card's hold is supplemented, of payments of before too.

Revision: 0022, after 0021. Whoever writes goes on while the rows are read. Going back leaves it proven.
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE payments VALIDATE CONSTRAINT payments_kept_check")
    op.execute("ALTER TABLE payments VALIDATE CONSTRAINT payments_supplements_check")


def downgrade() -> None:
    pass
