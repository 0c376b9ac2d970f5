"""Sellers have their days for orders that stand unanswered now, and every hold is looked after, those of before too.

Revision: 0039, after 0038. Whoever writes goes on meanwhile. Going back leaves it told.

Orders placed long before silence ended anything would else all lapse in the first minute after the upgrade; and holds
that were made before holds were renewed would never be looked at again.
"""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE orders SET answer_from = now()"
        " WHERE (state = 'placed' OR cancel_asked IS NOT NULL) AND answer_from IS NULL"
    )
    op.execute("UPDATE payments SET renew_at = now() WHERE state = 'authorised' AND renew_at IS NULL")


def downgrade() -> None:
    pass
