"""A canteen's fund has a budget by the month, each version of which is kept, and what was held against it.

Revision: 0044, after 0043.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

NONE_YET = sa.text("0")
ROLES = "'supplier', 'seller', 'packer', 'helper', 'buyer', 'approver', 'finance', 'officer', 'auditor'"
FUNDS = "fund IN ('canteen', 'union')"
STOPS = "stop IN ('hard', 'soft', 'none')"


def upgrade() -> None:
    op.create_index("orders_wanted_idx", "orders", ["canteen_id", "wanted_on"])
    _budgets()
    _kept()
    for table in ("budget_gates", "budgets"):
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON {table} TO "{app_role()}"')
    for table in ("budget_versions", "budget_checks"):
        op.execute(f'GRANT SELECT, INSERT ON {table} TO "{app_role()}"')
    for table in ("budget_gates", "budgets", "budget_versions", "budget_checks"):
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")


def _budgets() -> None:
    op.create_table(
        "budget_gates",
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column(
            "version",
            sa.BigInteger(),
            server_default=NONE_YET,
            nullable=False,
            comment="raised with each budget that is put",
        ),
        sa.Column(
            "passed_fen",
            sa.BigInteger(),
            server_default=NONE_YET,
            nullable=False,
            comment="the most that was placed since then",
        ),
        sa.CheckConstraint(FUNDS, name=op.f("budget_gates_fund_check")),
        sa.CheckConstraint("passed_fen >= 0", name=op.f("budget_gates_passed_fen_check")),
        sa.PrimaryKeyConstraint("canteen_id", "fund", name=op.f("budget_gates_pkey")),
        comment="one row for each canteen and fund that ever had a budget, which whatever is placed passes",
        postgresql_with={"fillfactor": "50"},
    )
    whether = "whether it rules each month from then on that has none of its own"
    op.create_table(
        "budgets",
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False, comment="its first day"),
        sa.Column("every_month", sa.Boolean(), nullable=False, comment=whether),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("stop", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_by_name", sa.Text(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(FUNDS, name=op.f("budgets_fund_check")),
        sa.CheckConstraint(STOPS, name=op.f("budgets_stop_check")),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("budgets_amount_fen_check")),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("budgets_month_check")),
        sa.ForeignKeyConstraint(
            ["canteen_id", "fund"],
            ["budget_gates.canteen_id", "budget_gates.fund"],
            name=op.f("budgets_canteen_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("budget_id", name=op.f("budgets_pkey")),
        sa.UniqueConstraint("canteen_id", "fund", "month", "every_month", name="budgets_of_a_month_key"),
        comment="what may be ordered for a canteen from a fund in a month: the newest version of each budget",
    )


def _kept() -> None:
    op.create_table(
        "budget_versions",
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("stop", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_by_name", sa.Text(), nullable=False),
        sa.Column("acted_as", sa.Text(), comment="the role that let them; null: the system itself, or not told"),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(STOPS, name=op.f("budget_versions_stop_check")),
        sa.CheckConstraint(f"acted_as IN ({ROLES})", name=op.f("budget_versions_acted_as_check")),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.budget_id"], name=op.f("budget_versions_budget_id_fkey")),
        sa.PrimaryKeyConstraint("budget_id", "version", name=op.f("budget_versions_pkey")),
        comment="each version of a budget as it was put; only ever added to",
    )
    step = "asked: it came to wait; placed: its orders were placed"
    over = "by how much it went beyond the budget"
    op.create_table(
        "budget_checks",
        sa.Column("requisition_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False, comment=step),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("budget_version", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False, comment="of the day it is wanted on"),
        sa.Column("most_fen", sa.BigInteger(), nullable=False, comment="what it may come to by its tolerances"),
        sa.Column("over_fen", sa.BigInteger(), server_default=NONE_YET, nullable=False, comment=over),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("step IN ('asked', 'placed')", name=op.f("budget_checks_step_check")),
        sa.CheckConstraint("over_fen >= 0 AND most_fen >= 0", name=op.f("budget_checks_over_fen_check")),
        sa.ForeignKeyConstraint(
            ["requisition_id"], ["requisitions.requisition_id"], name=op.f("budget_checks_requisition_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["budget_id", "budget_version"],
            ["budget_versions.budget_id", "budget_versions.version"],
            name=op.f("budget_checks_budget_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("requisition_id", "step", name=op.f("budget_checks_pkey")),
        comment="which version of which budget a requisition was held against; only ever added to",
    )
    op.create_index("budget_checks_budget_idx", "budget_checks", ["budget_id", "budget_version"])


def downgrade() -> None:
    for table in ("budget_checks", "budget_versions", "budgets", "budget_gates"):
        op.drop_table(table)
    op.drop_index("orders_wanted_idx", "orders")
