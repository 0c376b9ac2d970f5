"""Flags on suppliers' goods are heard, and a rule says whether it holds the credit of what they name.

Revision: 0027, after 0026. The index on the ledger is built from one scan of it.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "rule",
        sa.Column(
            "holds_flagged", sa.Boolean(), nullable=False, server_default=sa.false(), comment="holds flagged goods"
        ),
    )
    op.create_table(
        "flag",
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("flag_id", name=op.f("flag_pkey")),
        sa.CheckConstraint("kind IN ('capacity', 'price')", name=op.f("flag_kind_check")),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'cleared', 'upheld', 'appealed', 'final')", name=op.f("flag_state_check")
        ),
        comment="What does not fit about a supplier's goods (疑点), the newest version that was heard.",
    )
    op.create_index("flag_supplier_id_idx", "flag", ["supplier_id"])
    op.create_table(
        "flagged_lot",
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("acceptance_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("flag_id", "acceptance_id", "line_id", name=op.f("flagged_lot_pkey")),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.flag_id"], name=op.f("flagged_lot_flag_id_fkey")),
        comment="The lots that a flag names; they may not be booked yet.",
    )
    op.create_index("flagged_lot_acceptance_id_idx", "flagged_lot", ["acceptance_id"])
    op.create_index("entry_flagged_idx", "entry", ["canteen_id", "year"], postgresql_where=sa.text("facts ? 'flags'"))
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON flag TO "{app_role()}"')
    op.execute(f'GRANT SELECT, INSERT, DELETE ON flagged_lot TO "{app_role()}"')
    op.execute("GRANT SELECT ON flag, flagged_lot TO zhucai_operator")


def downgrade() -> None:
    op.drop_index("entry_flagged_idx", "entry")
    op.drop_table("flagged_lot")
    op.drop_table("flag")
    op.drop_column("rule", "holds_flagged")
