"""A return says what is wanted for it and until when it is answered; its steps and its papers are kept.

Revision: 0025, after 0024. That no row of before wants something else is proven in 0026, which keeps nobody from
writing.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROLES = "'supplier', 'seller', 'packer', 'helper', 'buyer', 'approver', 'finance', 'officer', 'auditor'"
REMEDY = "remedy IN ('refund', 'credit', 'replacement')"
TABLES = ("return_steps", "papers")


def upgrade() -> None:
    op.add_column("returns", sa.Column("remedy", sa.Text(), comment="what is wanted for it; null: not told"))
    due = "silence until then goes to the unit above"
    op.add_column("returns", sa.Column("reply_due_at", MOMENT, comment=due))
    op.create_check_constraint(op.f("returns_remedy_check"), "returns", REMEDY, postgresql_not_valid=True)
    waiting = sa.text("state = 'proposed' AND reply_due_at IS NOT NULL")
    op.create_index("returns_reply_due_idx", "returns", ["reply_due_at"], postgresql_where=waiting)
    op.create_table(
        "return_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), comment="null: the system itself"),
        sa.Column("account_name", sa.Text(), server_default="", nullable=False),
        sa.Column("acted_as", sa.Text(), comment="the role that let them; null: the system itself, or not told"),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(f"acted_as IN ({ROLES})", name=op.f("return_steps_acted_as_check")),
        sa.ForeignKeyConstraint(["return_id"], ["returns.return_id"], name="return_steps_return_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="return_steps_pkey"),
        comment="what happened to a return, step by step; only ever added to",
    )
    op.create_index("return_steps_return_id_idx", "return_steps", ["return_id"])
    op.create_table(
        "papers",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("of_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('return', 'case')", name=op.f("papers_kind_check")),
        sa.CheckConstraint("size_bytes BETWEEN 1 AND 10485760", name=op.f("papers_size_bytes_check")),
        sa.PrimaryKeyConstraint("document_id", name="papers_pkey"),
        comment="photos and papers of returns and cases, by their digest; only ever added to",
    )
    op.create_index("papers_kind_of_id_idx", "papers", ["kind", "of_id"])
    for table in TABLES:
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
        op.execute(f'GRANT SELECT, INSERT ON {table} TO "{app_role()}"')


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index("returns_reply_due_idx", table_name="returns")
    for name in ("reply_due_at", "remedy"):
        op.drop_column("returns", name)
