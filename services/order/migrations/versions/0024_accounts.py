"""What is owed on account is told month by month, with the terms by which it is due and how long it took to be paid.

Revision: 0024, after 0023.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

APPEND_ONLY = ("payment_terms", "account_lines", "pay_figures", "overdue_told")
CHANGED = ("account_months", "account_statements", "account_objections")


def upgrade() -> None:
    op.create_table(
        "payment_terms",
        sa.Column("terms_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_by_name", sa.Text(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days BETWEEN 1 AND 60", name=op.f("payment_terms_days_check")),
        sa.PrimaryKeyConstraint("terms_id", name=op.f("payment_terms_pkey")),
        comment="within how many days a unit pays what is ordered from a day on; only ever added to",
    )
    op.create_index("payment_terms_unit_idx", "payment_terms", ["unit_id", "valid_from"], unique=True)
    op.create_table(
        "account_months",
        sa.Column("month", sa.Date(), nullable=False, comment="its first day"),
        sa.Column(
            "upto_canteen_id",
            sa.Uuid(),
            nullable=True,
            comment="the last canteen whose accounts were closed; null: none yet",
        ),
        sa.Column("statements", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("account_months_pkey")),
        comment="how far the accounts of a month are closed",
    )
    op.create_table(
        "account_statements",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_name", sa.Text(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opening_fen", sa.BigInteger(), nullable=False),
        sa.Column("accepted_fen", sa.BigInteger(), nullable=False),
        sa.Column("returned_fen", sa.BigInteger(), nullable=False),
        sa.Column("credited_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("closing_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "due_on", sa.Date(), nullable=True, comment="by when all that is owed on it is due; null: nothing is owed"
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("supplier_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supplier_confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("canteen_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("canteen_confirmed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'confirmed') = (supplier_confirmed_at IS NOT NULL AND canteen_confirmed_at IS NOT NULL)",
            name=op.f("account_statements_confirmed_check"),
        ),
        sa.CheckConstraint("fund IN ('canteen', 'union')", name=op.f("account_statements_fund_check")),
        sa.CheckConstraint("state IN ('issued', 'disputed', 'confirmed')", name=op.f("account_statements_state_check")),
        sa.CheckConstraint(
            "closing_fen = opening_fen + accepted_fen - returned_fen - credited_fen - paid_fen + refunded_fen",
            name=op.f("account_statements_closing_check"),
        ),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("account_statements_pkey")),
        sa.UniqueConstraint("number", name=op.f("account_statements_number_key")),
        comment="what a canteen owes a supplier of one fund at the end of a month (对账单); its figures never change",
    )
    op.create_index(
        "account_statements_month_idx",
        "account_statements",
        ["canteen_id", sa.literal_column("month DESC"), "supplier_id", "unit_id", "fund"],
        unique=True,
    )
    op.create_index(
        "account_statements_supplier_idx",
        "account_statements",
        ["supplier_id", sa.literal_column("month DESC")],
        unique=False,
    )
    op.create_table(
        "account_lines",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opening_fen", sa.BigInteger(), nullable=False),
        sa.Column("accepted_fen", sa.BigInteger(), nullable=False),
        sa.Column("returned_fen", sa.BigInteger(), nullable=False),
        sa.Column("credited_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("closing_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "closing_fen = opening_fen + accepted_fen - returned_fen - credited_fen - paid_fen + refunded_fen",
            name=op.f("account_lines_closing_check"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name=op.f("account_lines_order_id_fkey")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["account_statements.statement_id"], name=op.f("account_lines_statement_id_fkey")
        ),
        sa.PrimaryKeyConstraint("statement_id", "order_id", name=op.f("account_lines_pkey")),
        comment="of which orders a statement is made; only ever added to",
    )
    op.create_index(op.f("account_lines_order_id_idx"), "account_lines", ["order_id"], unique=False)
    op.create_table(
        "account_objections",
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True, comment="the line that it is about; null: the whole statement"),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_by_name", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("side IN ('canteen', 'supplier')", name=op.f("account_objections_side_check")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("account_objections_closed_check")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["account_statements.statement_id"], name=op.f("account_objections_statement_id_fkey")
        ),
        sa.PrimaryKeyConstraint("objection_id", name=op.f("account_objections_pkey")),
        comment="what either side holds against a statement, until that side says that it is settled",
    )
    op.create_index(op.f("account_objections_statement_id_idx"), "account_objections", ["statement_id"], unique=False)
    op.create_table(
        "pay_figures",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("payments", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("fen_days", sa.BigInteger(), nullable=False),
        sa.Column("median_days", sa.Integer(), nullable=True),
        sa.Column("owed_fen", sa.BigInteger(), nullable=False),
        sa.Column("overdue_fen", sa.BigInteger(), nullable=False),
        sa.Column("overdue_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("(payments = 0) = (median_days IS NULL)", name=op.f("pay_figures_median_check")),
        sa.PrimaryKeyConstraint("month", "canteen_id", name=op.f("pay_figures_pkey")),
        comment="how long a canteen took to pay, of a month that is over; only ever added to",
    )
    op.create_table(
        "overdue_told",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name=op.f("overdue_told_order_id_fkey")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("overdue_told_pkey")),
        comment="of which orders it was told that they are paid late; only ever added to",
    )
    owing = sa.text("paid_fen < kept_fen")
    op.create_index("orders_owing_idx", "orders", ["accepted_on", "order_id"], postgresql_where=owing)
    role = app_role()
    for table in (*APPEND_ONLY, *CHANGED):
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
        op.execute(f'GRANT SELECT, INSERT ON {table} TO "{role}"')
    for table in CHANGED:
        op.execute(f'GRANT UPDATE ON {table} TO "{role}"')


def downgrade() -> None:
    op.drop_index("orders_owing_idx", table_name="orders")
    for table in ("overdue_told", "pay_figures", "account_objections", "account_lines", "account_statements"):
        op.drop_table(table)
    for table in ("account_months", "payment_terms"):
        op.drop_table(table)
