"""Every order, requisition, return, payment and refund stands in a state of its machine, those of before too.

Revision: 0009, after 0008. Whoever writes goes on while the rows are read. Going back leaves it proven.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PROVEN = {
    "requisitions": ("state",),
    "orders": ("state", "shipped", "accepted", "settled"),
    "returns": ("state",),
    "payments": ("method", "state", "method_state"),
    "refunds": ("state",),
}


def upgrade() -> None:
    for table, names in PROVEN.items():
        for name in names:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {table}_{name}_check")


def downgrade() -> None:
    pass
