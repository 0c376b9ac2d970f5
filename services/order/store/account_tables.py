"""What is owed on account is kept month by month: statements that never change, what was said to them, and terms."""

import sqlalchemy as sa

from services.order.domain.accounts import TERM_DAYS_MAX
from services.order.domain.states import ACCOUNT, STATES_OF_METHOD
from services.order.store.columns import ZERO, a_moment, a_text, a_whole, an_id, metadata, words
from shared.contracts.words import Fund, PaymentMethod
from shared.states import sql_words

payment_terms = sa.Table(
    "payment_terms",
    metadata,
    an_id("terms_id", primary_key=True),
    an_id("unit_id"),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    an_id("put_by"),
    a_text("put_by_name"),
    a_moment("put_at"),
    sa.CheckConstraint(f"days BETWEEN 1 AND {TERM_DAYS_MAX}", name="days"),
    comment="within how many days a unit pays what is ordered from a day on; only ever added to",
)
sa.Index("payment_terms_unit_idx", payment_terms.c.unit_id, payment_terms.c.valid_from, unique=True)

account_months = sa.Table(
    "account_months",
    metadata,
    sa.Column("month", sa.Date, primary_key=True, comment="its first day"),
    sa.Column("upto_canteen_id", sa.Uuid, comment="the last canteen whose accounts were closed; null: none yet"),
    a_whole("statements"),
    sa.Column("done", sa.Boolean, nullable=False),
    comment="how far the accounts of a month are closed",
)

account_statements = sa.Table(
    "account_statements",
    metadata,
    an_id("statement_id", primary_key=True),
    a_text("number", unique=True),
    an_id("canteen_id"),
    an_id("unit_id"),
    an_id("supplier_id"),
    a_text("supplier_name"),
    a_text("fund"),
    sa.Column("month", sa.Date, nullable=False),
    a_moment("issued_at"),
    a_whole("opening_fen"),
    a_whole("accepted_fen"),
    a_whole("returned_fen"),
    a_whole("credited_fen"),
    a_whole("paid_fen"),
    a_whole("refunded_fen"),
    a_whole("closing_fen"),
    sa.Column("due_on", sa.Date, comment="by when all that is owed on it is due; null: nothing is owed"),
    a_text("state"),
    sa.Column("supplier_confirmed_at", sa.DateTime(timezone=True)),
    sa.Column("supplier_confirmed_by", sa.Uuid),
    sa.Column("canteen_confirmed_at", sa.DateTime(timezone=True)),
    sa.Column("canteen_confirmed_by", sa.Uuid),
    a_whole("late_fen", server_default=ZERO, comment="what earlier statements left out, as its lines tell"),
    words("fund", Fund),
    sa.CheckConstraint(ACCOUNT.sql_check("state"), name="state"),
    sa.CheckConstraint(
        "closing_fen = opening_fen + late_fen + accepted_fen - returned_fen - credited_fen - paid_fen + refunded_fen",
        name="closing",
    ),
    sa.CheckConstraint(
        "(state = 'confirmed') = (supplier_confirmed_at IS NOT NULL AND canteen_confirmed_at IS NOT NULL)",
        name="confirmed",
    ),
    comment="what a canteen owes a supplier of one fund at the end of a month (对账单); its figures never change",
)
sa.Index(
    "account_statements_month_idx",
    account_statements.c.canteen_id,
    account_statements.c.month.desc(),
    account_statements.c.supplier_id,
    account_statements.c.unit_id,
    account_statements.c.fund,
    unique=True,
)
sa.Index("account_statements_supplier_idx", account_statements.c.supplier_id, account_statements.c.month.desc())

account_lines = sa.Table(
    "account_lines",
    metadata,
    an_id("statement_id", primary_key=True),
    an_id("order_id", primary_key=True),
    sa.Column("accepted_on", sa.Date, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    a_whole("opening_fen"),
    a_whole("accepted_fen"),
    a_whole("returned_fen"),
    a_whole("credited_fen"),
    a_whole("paid_fen"),
    a_whole("refunded_fen"),
    a_whole("closing_fen"),
    a_whole("late_fen", server_default=ZERO, comment="what earlier statements left out, as its late lines tell"),
    sa.ForeignKeyConstraint(["statement_id"], ["account_statements.statement_id"]),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    sa.CheckConstraint(
        "closing_fen = opening_fen + late_fen + accepted_fen - returned_fen - credited_fen - paid_fen + refunded_fen",
        name="closing",
    ),
    comment="of which orders a statement is made; only ever added to",
)
sa.Index(None, account_lines.c.order_id)

account_late_lines = sa.Table(
    "account_late_lines",
    metadata,
    an_id("statement_id", primary_key=True),
    an_id("order_id", primary_key=True),
    sa.Column("late_for", sa.Date, primary_key=True, comment="the first day of the month that left it out"),
    a_whole("opening_fen"),
    a_whole("accepted_fen"),
    a_whole("returned_fen"),
    a_whole("credited_fen"),
    a_whole("paid_fen"),
    a_whole("refunded_fen"),
    a_whole("late_fen"),
    sa.ForeignKeyConstraint(["statement_id", "order_id"], ["account_lines.statement_id", "account_lines.order_id"]),
    sa.CheckConstraint(
        "late_fen = opening_fen + accepted_fen - returned_fen - credited_fen - paid_fen + refunded_fen",
        name="late",
    ),
    comment="what closed months left out, on the statement that makes it good; only ever added to",
)

account_objections = sa.Table(
    "account_objections",
    metadata,
    an_id("objection_id", primary_key=True),
    an_id("statement_id"),
    sa.Column("order_id", sa.Uuid, comment="the line that it is about; null: the whole statement"),
    a_text("side"),
    a_text("reason"),
    an_id("raised_by"),
    a_text("raised_by_name"),
    a_moment("raised_at"),
    a_text("note", server_default=""),
    sa.Column("closed_by", sa.Uuid),
    sa.Column("closed_at", sa.DateTime(timezone=True)),
    sa.ForeignKeyConstraint(["statement_id"], ["account_statements.statement_id"]),
    sa.CheckConstraint("side IN ('canteen', 'supplier')", name="side"),
    sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed"),
    comment="what either side holds against a statement, until that side says that it is settled",
)
sa.Index(None, account_objections.c.statement_id)

pay_figures = sa.Table(
    "pay_figures",
    metadata,
    sa.Column("month", sa.Date, primary_key=True),
    an_id("canteen_id", primary_key=True),
    a_whole("payments"),
    a_whole("paid_fen"),
    a_whole("fen_days"),
    sa.Column("median_days", sa.Integer),
    a_whole("owed_fen"),
    a_whole("overdue_fen"),
    sa.Column("overdue_days", sa.Integer, nullable=False),
    sa.Column("unit_id", sa.Uuid, comment="whose the canteen was; null: closed before this was kept"),
    a_whole("late_payments", server_default=ZERO, comment="of these, paid earlier and left out of that month's"),
    a_whole("late_paid_fen", server_default=ZERO),
    sa.CheckConstraint("(payments = 0) = (median_days IS NULL)", name="median"),
    comment="how long a canteen took to pay, of a month that is over; only ever added to",
)

overdue_told = sa.Table(
    "overdue_told",
    metadata,
    an_id("order_id", primary_key=True),
    a_moment("told_at"),
    sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"]),
    comment="of which orders it was told that they are paid late; only ever added to",
)

account_payments = sa.Table(
    "account_payments",
    metadata,
    an_id("payment_id", primary_key=True),
    an_id("statement_id"),
    a_text("state"),
    a_whole("amount_fen"),
    an_id("registered_by"),
    a_moment("registered_at"),
    sa.Column("paid_on", sa.Date),
    a_text("reason", server_default=""),
    sa.Column("voucher_sha256", sa.Text),
    sa.Column("voucher_media_type", sa.Text),
    sa.Column("voucher_bytes", sa.BigInteger),
    sa.Column("voucher_at", sa.DateTime(timezone=True)),
    sa.ForeignKeyConstraint(["statement_id"], ["account_statements.statement_id"]),
    sa.CheckConstraint(f"state IN ({sql_words(STATES_OF_METHOD[PaymentMethod.BANK_TRANSFER])})", name="state"),
    sa.CheckConstraint("amount_fen > 0", name="amount_fen"),
    sa.CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name="paid"),
    comment="one bank transfer over the orders of a statement",
)
sa.Index(None, account_payments.c.statement_id)

account_payment_parts = sa.Table(
    "account_payment_parts",
    metadata,
    an_id("part_id", primary_key=True),
    an_id("payment_id"),
    an_id("order_id"),
    a_whole("amount_fen"),
    sa.ForeignKeyConstraint(["part_id"], ["payments.payment_id"]),
    sa.ForeignKeyConstraint(["payment_id"], ["account_payments.payment_id"]),
    sa.CheckConstraint("amount_fen > 0", name="amount_fen"),
    comment="which payment of which order is a part of it; only ever added to",
)
sa.Index(None, account_payment_parts.c.payment_id)

APPEND_ONLY = (
    "payment_terms",
    "account_lines",
    "account_late_lines",
    "pay_figures",
    "overdue_told",
    "account_payment_parts",
)
