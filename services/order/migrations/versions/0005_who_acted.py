"""Every step and every count of stock tells in which role it was done, and a helper's last day is known here.

Of steps of before the role was not told; of helpers of before nothing is known here until their next change is heard.

Revision: 0005, after 0004. That every role is one is proven in 0007, which keeps nobody from writing.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TOLD = "the role that let them; null: the system itself, or not told"
ROLES = "'supplier', 'seller', 'packer', 'helper', 'buyer', 'approver', 'finance', 'officer', 'auditor'"


def upgrade() -> None:
    for table in ("order_steps", "stock_changes"):
        op.add_column(table, sa.Column("acted_as", sa.Text(), comment=TOLD))
        named = f"{table}_acted_as_check"
        op.create_check_constraint(named, table, f"acted_as IN ({ROLES})", postgresql_not_valid=True)
    op.create_table(
        "supplier_members",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), comment="null: nothing any more"),
        sa.Column("until", sa.Date(), comment="the last day, of a helper"),
        sa.PrimaryKeyConstraint("supplier_id", "account_id", name="supplier_members_pkey"),
        comment="copy: people of suppliers (supplier.member_changed)",
    )
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON supplier_members TO "{app_role()}"')
    op.execute("GRANT SELECT ON supplier_members TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("supplier_members")
    for table in ("stock_changes", "order_steps"):
        op.drop_column(table, "acted_as")
