"""A supplier's account is known to which the card vendor passes its money on, and each payment's own is fixed.

Revision: 0050, after 0049.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    passed = "whose account the vendor passes it on to; null: stays with ours"
    op.add_column("payments", sa.Column("destination", sa.Text(), comment=passed))
    told = "accounts that are paid, each from effective_at on, unless another was put meanwhile; only ever added to"
    op.create_table(
        "payee_accounts",
        sa.Column("payee_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("stripe_account", sa.Text(), comment="the vendor's name of it; null: none any more"),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_by_name", sa.Text(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("effective_at >= put_at", name=op.f("payee_accounts_effective_check")),
        sa.PrimaryKeyConstraint("payee_id", name=op.f("payee_accounts_pkey")),
        comment=told,
    )
    op.create_index(op.f("payee_accounts_supplier_id_put_at_idx"), "payee_accounts", ["supplier_id", "put_at"])
    op.execute("GRANT SELECT ON payee_accounts TO zhucai_operator")
    op.execute(f'GRANT SELECT, INSERT ON payee_accounts TO "{app_role()}"')


def downgrade() -> None:
    op.drop_table("payee_accounts")
    op.drop_column("payments", "destination")
