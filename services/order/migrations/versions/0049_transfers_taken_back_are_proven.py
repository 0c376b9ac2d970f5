"""Every payment of before stands in a state that is known, those that may be taken back too.

Revision: 0049, after 0048. Whoever writes goes on while the rows are read. Going back leaves it proven.
"""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, name in (("payments", "state"), ("payments", "method_state"), ("account_payments", "state")):
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {table}_{name}_check")


def downgrade() -> None:
    pass
