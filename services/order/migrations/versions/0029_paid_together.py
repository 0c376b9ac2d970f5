"""One bank transfer pays the orders of a statement of account, each its part.

Revision: 0029, after 0028.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_payments",
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("voucher_sha256", sa.Text(), nullable=True),
        sa.Column("voucher_media_type", sa.Text(), nullable=True),
        sa.Column("voucher_bytes", sa.BigInteger(), nullable=True),
        sa.Column("voucher_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name=op.f("account_payments_paid_check")),
        sa.CheckConstraint(
            "state IN ('denied', 'paid', 'registered', 'submitted')", name=op.f("account_payments_state_check")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("account_payments_amount_fen_check")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["account_statements.statement_id"], name=op.f("account_payments_statement_id_fkey")
        ),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("account_payments_pkey")),
        comment="one bank transfer over the orders of a statement",
    )
    op.create_index(op.f("account_payments_statement_id_idx"), "account_payments", ["statement_id"], unique=False)
    op.create_table(
        "account_payment_parts",
        sa.Column("part_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("account_payment_parts_amount_fen_check")),
        sa.ForeignKeyConstraint(["part_id"], ["payments.payment_id"], name=op.f("account_payment_parts_part_id_fkey")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["account_payments.payment_id"], name=op.f("account_payment_parts_payment_id_fkey")
        ),
        sa.PrimaryKeyConstraint("part_id", name=op.f("account_payment_parts_pkey")),
        comment="which payment of which order is a part of it; only ever added to",
    )
    op.create_index(op.f("account_payment_parts_payment_id_idx"), "account_payment_parts", ["payment_id"], unique=False)
    role = app_role()
    for table in ("account_payments", "account_payment_parts"):
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
        op.execute(f'GRANT SELECT, INSERT ON {table} TO "{role}"')
    op.execute(f'GRANT UPDATE ON account_payments TO "{role}"')


def downgrade() -> None:
    op.drop_table("account_payment_parts")
    op.drop_table("account_payments")
