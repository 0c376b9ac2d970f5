"""A refund that fails is owed again, and what a card's holder disputes is known.

Revision: 0045, after 0044. What the checks say of rows of before is proven in 0046.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

SENT = "CASE state WHEN 'sent' THEN sent_at IS NOT NULL WHEN 'done' THEN true ELSE sent_at IS NULL END"


def upgrade() -> None:
    attempt = "which try of paying it back this is, from 0"
    op.add_column("refunds", sa.Column("attempt", sa.BigInteger(), server_default="0", nullable=False, comment=attempt))
    sent = "when it was transferred instead; null: by the vendor"
    op.add_column("refunds", sa.Column("sent_at", sa.DateTime(timezone=True), comment=sent))
    note = "what the supplier said of its transfer"
    op.add_column("refunds", sa.Column("sent_note", sa.Text(), server_default="", nullable=False, comment=note))
    _states("'due', 'sent', 'done', 'failed'")
    op.create_check_constraint(op.f("refunds_sent_check"), "refunds", SENT, postgresql_not_valid=True)
    op.create_table(
        "refund_failures",
        sa.Column("refund_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), comment="when it was booked as done; null: it never was"),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("attempt >= 0 AND amount_fen > 0", name=op.f("refund_failures_amounts_check")),
        sa.CheckConstraint("done_at <= failed_at", name=op.f("refund_failures_order_check")),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.refund_id"], name=op.f("refund_failures_refund_id_fkey")),
        sa.PrimaryKeyConstraint("refund_id", "attempt", name=op.f("refund_failures_pkey")),
        comment="tries of paying back that came to nothing, some after they were booked; only ever added to",
    )
    op.create_index(op.f("refund_failures_payment_id_idx"), "refund_failures", ["payment_id"])
    op.create_table(
        "disputes",
        sa.Column("dispute_id", sa.Text(), nullable=False, comment="the vendor's name of it"),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence_due_at", sa.DateTime(timezone=True), comment="until when the vendor takes evidence"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('open', 'won', 'lost')", name=op.f("disputes_state_check")),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f("disputes_closed_check")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.payment_id"], name=op.f("disputes_payment_id_fkey")),
        sa.PrimaryKeyConstraint("dispute_id", name=op.f("disputes_pkey")),
        comment="payments that a card's holder wants back by the bank, as the vendor tells them",
    )
    op.create_index(op.f("disputes_payment_id_idx"), "disputes", ["payment_id"])
    role = app_role()
    for table in ("refund_failures", "disputes"):
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
        op.execute(f'GRANT SELECT, INSERT ON {table} TO "{role}"')
    op.execute(f'GRANT UPDATE ON disputes TO "{role}"')


def downgrade() -> None:
    op.drop_table("disputes")
    op.drop_table("refund_failures")
    op.drop_constraint("refunds_sent_check", "refunds", type_="check")
    _states("'due', 'sent', 'done'")
    for name in ("sent_note", "sent_at", "attempt"):
        op.drop_column("refunds", name)


def _states(states: str) -> None:
    op.drop_constraint("refunds_state_check", "refunds", type_="check")
    told = f"state IN ({states})"
    op.create_check_constraint(op.f("refunds_state_check"), "refunds", told, postgresql_not_valid=True)
