"""What each canteen may order from a fund in a month, each version as it was put, and what was held against it."""

import sqlalchemy as sa

from services.order.domain.budgets import BudgetStop
from services.order.store.columns import ZERO, a_moment, a_text, a_whole, acted_as, an_id, metadata, words
from services.order.store.tables import requisitions
from shared.contracts.authority import Role
from shared.contracts.words import Fund

budget_gates = sa.Table(
    "budget_gates",
    metadata,
    an_id("canteen_id", primary_key=True),
    sa.Column("fund", sa.Text, primary_key=True),
    a_whole("version", server_default=ZERO, comment="raised with each budget that is put"),
    a_whole("passed_fen", server_default=ZERO, comment="the most that was placed since then"),
    words("fund", Fund),
    sa.CheckConstraint("passed_fen >= 0", name="passed_fen"),
    comment="one row for each canteen and fund that ever had a budget, which whatever is placed passes",
    postgresql_with={"fillfactor": "50"},
)

budgets = sa.Table(
    "budgets",
    metadata,
    an_id("budget_id", primary_key=True),
    an_id("canteen_id"),
    a_text("fund"),
    sa.Column("month", sa.Date, nullable=False, comment="its first day"),
    sa.Column(
        "every_month",
        sa.Boolean,
        nullable=False,
        comment="whether it rules each month from then on that has none of its own",
    ),
    a_whole("version"),
    a_whole("amount_fen"),
    a_text("stop"),
    a_text("reason", server_default=""),
    an_id("put_by"),
    a_text("put_by_name"),
    a_moment("put_at"),
    words("fund", Fund),
    words("stop", BudgetStop),
    sa.CheckConstraint("amount_fen >= 0", name="amount_fen"),
    sa.CheckConstraint("extract(day FROM month) = 1", name="month"),
    sa.UniqueConstraint("canteen_id", "fund", "month", "every_month", name="budgets_of_a_month_key"),
    sa.ForeignKeyConstraint(["canteen_id", "fund"], ["budget_gates.canteen_id", "budget_gates.fund"]),
    comment="what may be ordered for a canteen from a fund in a month: the newest version of each budget",
)

budget_versions = sa.Table(
    "budget_versions",
    metadata,
    an_id("budget_id", primary_key=True),
    a_whole("version", primary_key=True),
    a_whole("amount_fen"),
    a_text("stop"),
    a_text("reason", server_default=""),
    an_id("put_by"),
    a_text("put_by_name"),
    acted_as(),
    a_moment("put_at"),
    words("stop", BudgetStop),
    words("acted_as", Role),
    sa.ForeignKeyConstraint(["budget_id"], ["budgets.budget_id"]),
    comment="each version of a budget as it was put; only ever added to",
)

budget_checks = sa.Table(
    "budget_checks",
    metadata,
    an_id("requisition_id", primary_key=True),
    sa.Column("step", sa.Text, primary_key=True, comment="asked: it came to wait; placed: its orders were placed"),
    an_id("budget_id"),
    a_whole("budget_version"),
    sa.Column("month", sa.Date, nullable=False, comment="of the day it is wanted on"),
    a_whole("most_fen", comment="what it may come to by its tolerances"),
    a_whole("over_fen", server_default=ZERO, comment="by how much it went beyond the budget"),
    a_moment("at"),
    sa.CheckConstraint("step IN ('asked', 'placed')", name="step"),
    sa.CheckConstraint("over_fen >= 0 AND most_fen >= 0", name="over_fen"),
    sa.ForeignKeyConstraint(["requisition_id"], [requisitions.c.requisition_id]),
    sa.ForeignKeyConstraint(["budget_id", "budget_version"], ["budget_versions.budget_id", "budget_versions.version"]),
    comment="which version of which budget a requisition was held against; only ever added to",
)
sa.Index("budget_checks_budget_idx", budget_checks.c.budget_id, budget_checks.c.budget_version)

APPEND_ONLY = ("budget_versions", "budget_checks")
