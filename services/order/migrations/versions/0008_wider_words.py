"""Orders, requisitions, returns, payments and refunds may stand in the further states that their machines have.

Revision: 0008, after 0007. That every row of before stands in one is proven in 0009, which keeps nobody from writing.
Going back leaves what stands in a further state as it is; the program of before cannot write to it.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEPT = "'accepted', 'closed', 'partly_accepted'"
WIDER = {
    ("requisitions", "state"): (
        "state IN ('awaiting', 'placed', 'refused')",
        "state IN ('awaiting', 'placed', 'refused', 'withdrawn', 'expired')",
    ),
    ("orders", "state"): (
        "state IN ('placed', 'confirmed', 'declined', 'cancelled', 'packed', 'shipped', 'accepted', 'refused',"
        " 'settled')",
        "state IN ('placed', 'confirmed', 'declined', 'cancelled', 'packed', 'shipped', 'weighed', 'accepted',"
        " 'partly_accepted', 'refused', 'settled', 'closed')",
    ),
    ("orders", "shipped"): (
        "state NOT IN ('shipped', 'accepted', 'settled') OR shipped_at IS NOT NULL",
        f"state NOT IN ({KEPT}, 'refused', 'settled', 'shipped', 'weighed') OR shipped_at IS NOT NULL",
    ),
    ("orders", "accepted"): (
        "(state IN ('accepted', 'settled', 'refused')) = (acceptance_id IS NOT NULL)"
        " AND (acceptance_id IS NULL) = (accepted_on IS NULL)",
        f"(state IN ({KEPT}, 'refused', 'settled')) = (acceptance_id IS NOT NULL)"
        " AND (acceptance_id IS NULL) = (accepted_on IS NULL)",
    ),
    ("orders", "settled"): (
        "state <> 'settled' OR paid_fen >= kept_fen",
        "state NOT IN ('closed', 'settled') OR paid_fen >= kept_fen",
    ),
    ("returns", "state"): (
        "state IN ('proposed', 'agreed')",
        "state IN ('proposed', 'agreed', 'refused', 'escalated', 'dismissed', 'withdrawn')",
    ),
    ("payments", "method"): (
        "method IN ('bank_transfer', 'card')",
        "method IN ('bank_transfer', 'card', 'alipay', 'wechat_pay')",
    ),
    ("payments", "state"): (
        "state IN ('registered', 'submitted', 'paid', 'authorising', 'authorised', 'capturing', 'voiding', 'voided',"
        " 'failed')",
        "state IN ('registered', 'submitted', 'denied', 'paid', 'authorising', 'authorised', 'capturing', 'voiding',"
        " 'voided', 'failed')",
    ),
    ("refunds", "state"): ("state IN ('due', 'done')", "state IN ('due', 'sent', 'done')"),
}
VENDORS = "'authorised', 'authorising', 'capturing', 'failed', 'paid', 'registered', 'voided', 'voiding'"
STATES_OF_METHOD = " OR ".join(
    f"method = '{method}' AND state IN ({states})"
    for method, states in (
        ("bank_transfer", "'denied', 'paid', 'registered', 'submitted'"),
        ("card", VENDORS),
        ("alipay", VENDORS),
        ("wechat_pay", VENDORS),
    )
)


def upgrade() -> None:
    for (table, name), (_, wider) in WIDER.items():
        _check(table, name, wider)
    op.drop_constraint("payments_bank_check", "payments", type_="check")
    named = op.f("payments_method_state_check")
    op.create_check_constraint(named, "payments", STATES_OF_METHOD, postgresql_not_valid=True)


def downgrade() -> None:
    op.drop_constraint("payments_method_state_check", "payments", type_="check")
    bank = "method = 'card' OR state IN ('registered', 'submitted', 'paid')"
    op.create_check_constraint(op.f("payments_bank_check"), "payments", bank, postgresql_not_valid=True)
    for (table, name), (narrower, _) in reversed(WIDER.items()):
        _check(table, name, narrower)


def _check(table: str, name: str, condition: str) -> None:
    op.drop_constraint(f"{table}_{name}_check", table, type_="check")
    op.create_check_constraint(op.f(f"{table}_{name}_check"), table, condition, postgresql_not_valid=True)
