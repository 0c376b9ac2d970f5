"""Each person chooses of which kinds they are told, and what is unread is counted by an index of its own.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KINDS = (
    "'requisition_waits', 'requisition_escalated', 'requisition_decided', 'requisition_expired', 'budget_soft',"
    " 'order_placed', 'order_changed_by_supplier', 'substitute_offered', 'order_lapsed', 'order_shipped',"
    " 'delivery_overdue', 'weight_to_agree', 'second_person_wanted', 'return_asked', 'return_answered', 'case_moved',"
    " 'case_due', 'statement_issued', 'payment_submitted', 'payment_denied', 'payment_overdue', 'hold_failed',"
    " 'reconciliation_differs', 'invoice_differs', 'paper_expires'"
)


def upgrade() -> None:
    op.create_index(
        "notices_unread_idx", "notices", ["account_id"], unique=False, postgresql_where=sa.text("read_at IS NULL")
    )
    op.create_index("notices_at_idx", "notices", ["at"])
    op.create_table(
        "notice_settings",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("inbox", sa.Boolean(), nullable=False, comment="whether it is kept to be read here"),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("notice_settings_kind_check")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("notice_settings_account_id_fkey")),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f("notice_settings_pkey")),
        comment="What people chose of how they are told; a kind without a row is told in every way.",
    )
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON notice_settings TO "{app_role()}"')
    op.execute("GRANT SELECT ON notice_settings TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("notice_settings")
    op.drop_index("notices_at_idx", "notices")
    op.drop_index("notices_unread_idx", "notices")
