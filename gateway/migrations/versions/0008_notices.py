"""Each person keeps what they were told of orders.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
KINDS = (
    "'requisition_waits', 'requisition_escalated', 'requisition_decided', 'requisition_expired', 'budget_soft',"
    " 'order_placed', 'order_changed_by_supplier', 'substitute_offered', 'order_lapsed', 'order_shipped',"
    " 'delivery_overdue', 'weight_to_agree', 'second_person_wanted', 'return_asked', 'return_answered', 'case_moved',"
    " 'case_due', 'statement_issued', 'payment_submitted', 'payment_denied', 'payment_overdue', 'hold_failed',"
    " 'reconciliation_differs', 'invoice_differs', 'paper_expires'"
)


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False, comment="the order, requisition, return or case"),
        sa.Column("facts", postgresql.JSONB(), nullable=False, comment="by name, as text"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("notices_kind_check")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("notices_account_id_fkey")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("notices_pkey")),
        sa.UniqueConstraint("event_id", "account_id", name=op.f("notices_event_id_account_id_key")),
        comment="What people were told of orders: one row a person, from notice.raised.",
    )
    newest: list[str | sa.TextClause] = ["account_id", sa.text("at DESC"), sa.text("notice_id DESC")]
    op.create_index("notices_account_idx", "notices", newest)
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON notices TO "{app_role()}"')
    op.execute("GRANT SELECT ON notices TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("notices")
