"""What a closed month left out stands as late, once, on the statement that is closed next.

Revision: 0057, after 0056. Statements of before have nothing late on them.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

CLOSING = "closing_fen = opening_fen + {}accepted_fen - returned_fen - credited_fen - paid_fen + refunded_fen"
TOLD = {
    "account_statements": "what earlier statements left out, as its lines tell",
    "account_lines": "what earlier statements left out, as its late lines tell",
}


def upgrade() -> None:
    for table, told in TOLD.items():
        op.add_column(table, sa.Column("late_fen", sa.BigInteger(), server_default="0", nullable=False, comment=told))
        op.drop_constraint(f"{table}_closing_check", table)
        check = CLOSING.format("late_fen + ")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_closing_check CHECK ({check}) NOT VALID")
    op.create_table(
        "account_late_lines",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("late_for", sa.Date(), nullable=False, comment="the first day of the month that left it out"),
        sa.Column("opening_fen", sa.BigInteger(), nullable=False),
        sa.Column("accepted_fen", sa.BigInteger(), nullable=False),
        sa.Column("returned_fen", sa.BigInteger(), nullable=False),
        sa.Column("credited_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("late_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "late_fen = opening_fen + accepted_fen - returned_fen - credited_fen - paid_fen + refunded_fen",
            name=op.f("account_late_lines_late_check"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id", "order_id"],
            ["account_lines.statement_id", "account_lines.order_id"],
            name=op.f("account_late_lines_statement_id_order_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("statement_id", "order_id", "late_for", name=op.f("account_late_lines_pkey")),
        comment="what closed months left out, on the statement that makes it good; only ever added to",
    )
    op.execute("GRANT SELECT ON account_late_lines TO zhucai_operator")
    op.execute(f'GRANT SELECT, INSERT ON account_late_lines TO "{app_role()}"')
    comment = "of these, paid earlier and left out of that month's"
    late = sa.Column("late_payments", sa.BigInteger(), server_default="0", nullable=False, comment=comment)
    op.add_column("pay_figures", late)
    op.add_column("pay_figures", sa.Column("late_paid_fen", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    for column in ("late_paid_fen", "late_payments"):
        op.drop_column("pay_figures", column)
    op.drop_table("account_late_lines")
    for table in TOLD:
        op.drop_constraint(f"{table}_closing_check", table)
        op.drop_column(table, "late_fen")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_closing_check CHECK ({CLOSING.format('')}) NOT VALID")
