"""What banks take back by disputes that are lost is booked, move by move.

Revision: 0062, after 0061. What the checks say of rows of before is proven in 0063; disputes lost before have no move.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    disputed = "what banks took back of it by disputes that were lost"
    op.add_column(
        "payments", sa.Column("disputed_fen", sa.BigInteger(), server_default="0", nullable=False, comment=disputed)
    )
    told = "disputed_fen = 0 OR disputed_fen BETWEEN 0 AND paid_fen - refunded_fen"
    op.create_check_constraint(op.f("payments_disputed_check"), "payments", told, postgresql_not_valid=True)
    _states("'due', 'sent', 'done', 'failed', 'covered'")
    op.create_table(
        "dispute_moves",
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="which move of its dispute this is, from 0"),
        sa.Column(
            "amount_fen",
            sa.BigInteger(),
            nullable=False,
            comment="what the bank took back; negative: what it gave again",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 0 AND amount_fen <> 0", name=op.f("dispute_moves_amounts_check")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.dispute_id"], name=op.f("dispute_moves_dispute_id_fkey")),
        sa.PrimaryKeyConstraint("move_id", name=op.f("dispute_moves_pkey")),
        sa.UniqueConstraint("dispute_id", "number", name=op.f("dispute_moves_number_key")),
        comment="money that moved by disputes which were lost, or won after all; only ever added to",
    )
    op.create_index(op.f("dispute_moves_payment_id_idx"), "dispute_moves", ["payment_id"])
    op.execute("GRANT SELECT ON dispute_moves TO zhucai_operator")
    op.execute(f'GRANT SELECT, INSERT ON dispute_moves TO "{app_role()}"')


def downgrade() -> None:
    op.drop_table("dispute_moves")
    _states("'due', 'sent', 'done', 'failed'")
    op.drop_constraint("payments_disputed_check", "payments", type_="check")
    op.drop_column("payments", "disputed_fen")


def _states(states: str) -> None:
    op.drop_constraint("refunds_state_check", "refunds", type_="check")
    told = f"state IN ({states})"
    op.create_check_constraint(op.f("refunds_state_check"), "refunds", told, postgresql_not_valid=True)
