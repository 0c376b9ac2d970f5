"""What catalog says of each person of a supplier has its table.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supplier_members",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True, comment="as which the account is seated; none any more"),
        sa.CheckConstraint(
            "role IN ('supplier', 'seller', 'packer', 'helper')", name=op.f("supplier_members_role_check")
        ),
        sa.PrimaryKeyConstraint("supplier_id", "account_id", name=op.f("supplier_members_pkey")),
        comment="Copy of what catalog says of each person of a supplier.",
    )
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON supplier_members TO "{app_role()}"')
    op.execute("GRANT SELECT ON supplier_members TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("supplier_members")
