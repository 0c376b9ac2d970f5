"""A seat in a supplier is its owner's, or a seller's, a packer's or a helper's.

Going back takes the seats of those roles, which nothing of before knows.

Revision: 0002, after 0001.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BEFORE = "role IN ('supplier', 'buyer', 'approver', 'finance', 'officer', 'auditor')"
SINCE = "role IN ('supplier', 'seller', 'packer', 'helper', 'buyer', 'approver', 'finance', 'officer', 'auditor')"


def upgrade() -> None:
    op.drop_constraint(op.f("seats_role_check"), "seats")
    op.create_check_constraint(op.f("seats_role_check"), "seats", SINCE)


def downgrade() -> None:
    op.execute("DELETE FROM seats WHERE role IN ('seller', 'packer', 'helper')")
    op.drop_constraint(op.f("seats_role_check"), "seats")
    op.create_check_constraint(op.f("seats_role_check"), "seats", BEFORE)
