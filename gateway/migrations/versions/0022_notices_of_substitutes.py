"""Sellers are told what was answered to a substitute that they offered.

Revision: 0022, after 0021. That every row of before is of some kind is proven in 0023, which keeps nobody from writing.
Going back leaves notices of these kinds as they are.
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BEFORE = (
    "'requisition_waits', 'requisition_escalated', 'requisition_decided', 'requisition_expired', 'budget_soft',"
    " 'standing_drafted', 'on_site_waits', 'on_site_answered', 'order_placed', 'order_changed_by_supplier',"
    " 'substitute_offered', 'order_lapsed', 'order_shipped', 'delivery_overdue', 'weight_to_agree',"
    " 'second_person_wanted', 'return_asked', 'return_answered', 'case_moved', 'case_due', 'statement_issued',"
    " 'payment_submitted', 'payment_denied', 'payment_overdue', 'hold_failed', 'reconciliation_differs',"
    " 'invoice_differs', 'paper_expires', 'webhook_disabled', 'cancellation_asked', 'cancellation_answered',"
    " 'weigh_again', 'hold_ends', 'refund_failed', 'payment_disputed', 'payee_changed', 'payment_withdrawn'"
)
NOW = BEFORE + ", 'substitute_answered'"


def upgrade() -> None:
    _kinds(NOW)


def downgrade() -> None:
    _kinds(BEFORE)


def _kinds(kinds: str) -> None:
    for table in ("notices", "notice_settings"):
        op.drop_constraint(f"{table}_kind_check", table, type_="check")
        named = op.f(f"{table}_kind_check")
        op.create_check_constraint(named, table, f"kind IN ({kinds})", postgresql_not_valid=True)
