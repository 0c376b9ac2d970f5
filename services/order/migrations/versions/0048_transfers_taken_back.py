"""A bank transfer may be taken back, of one order or over a statement of account.

Revision: 0048, after 0047. That every row of before stands in a state that is known is proven in 0049, which keeps
nobody from writing. Going back leaves what was taken back as it is; the program of before cannot write to it.
"""

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

VENDORS = "'authorised', 'authorising', 'capturing', 'failed', 'paid', 'registered', 'voided', 'voiding'"
BEFORE = "'denied', 'paid', 'registered', 'submitted'"
NOW = BEFORE + ", 'withdrawn'"
STATES = (
    "state IN ('registered', 'submitted', 'denied'{}, 'paid', 'authorising', 'authorised', 'capturing', 'voiding',"
    " 'voided', 'failed')"
)


def upgrade() -> None:
    _states(STATES.format(", 'withdrawn'"), NOW)


def downgrade() -> None:
    _states(STATES.format(""), BEFORE)


def _states(states: str, of_a_transfer: str) -> None:
    by_method = " OR ".join(
        f"method = '{method}' AND state IN ({of})"
        for method, of in (
            ("bank_transfer", of_a_transfer),
            ("card", VENDORS),
            ("alipay", VENDORS),
            ("wechat_pay", VENDORS),
        )
    )
    for table, name, condition in (
        ("payments", "state", states),
        ("payments", "method_state", by_method),
        ("account_payments", "state", f"state IN ({of_a_transfer})"),
    ):
        op.drop_constraint(f"{table}_{name}_check", table, type_="check")
        op.create_check_constraint(op.f(f"{table}_{name}_check"), table, condition, postgresql_not_valid=True)
