"""A requisition that waits tells for whom, until when and what it may come to; what is done to it is written down.

Revision: 0018, after 0017. Those that wait already are given their time by the round that looks after all that wait.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOST = "what it may come to by its tolerances; null: placed at once, or not told"
WAITS_FOR = "the unit that it waits for, or waited for last"
DUE_AT = "until when it waits there; null: not told yet"
ROLES = "'supplier', 'seller', 'packer', 'helper', 'buyer', 'approver', 'finance', 'officer', 'auditor'"


def upgrade() -> None:
    op.add_column("requisitions", sa.Column("most_fen", sa.BigInteger(), comment=MOST))
    op.add_column("requisitions", sa.Column("waits_for", sa.Uuid(), comment=WAITS_FOR))
    op.add_column("requisitions", sa.Column("waits_path", sa.Text(), comment="that unit's path"))
    op.add_column("requisitions", sa.Column("due_at", sa.DateTime(timezone=True), comment=DUE_AT))
    awaiting = sa.text("state = 'awaiting'")
    op.create_index("requisitions_due_idx", "requisitions", ["due_at"], postgresql_where=awaiting)
    op.create_table(
        "requisition_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("requisition_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), comment="null: the clock"),
        sa.Column("account_name", sa.Text(), server_default="", nullable=False),
        sa.Column("acted_as", sa.Text(), comment="the role that let them; null: the system itself, or not told"),
        sa.Column("unit_id", sa.Uuid(), comment="the unit in which they decided, or that it was handed up to"),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(f"acted_as IN ({ROLES})", name="requisition_steps_acted_as_check"),
        sa.ForeignKeyConstraint(
            ["requisition_id"], ["requisitions.requisition_id"], name="requisition_steps_requisition_id_fkey"
        ),
        sa.PrimaryKeyConstraint("id", name="requisition_steps_pkey"),
        comment="what happened to a requisition after it was asked for; only ever added to",
    )
    op.create_index("requisition_steps_requisition_id_idx", "requisition_steps", ["requisition_id"])
    op.execute(f'GRANT SELECT, INSERT ON requisition_steps TO "{app_role()}"')
    op.execute("GRANT SELECT ON requisition_steps TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("requisition_steps")
    op.drop_index("requisitions_due_idx", "requisitions")
    for name in ("due_at", "waits_path", "waits_for", "most_fen"):
        op.drop_column("requisitions", name)
