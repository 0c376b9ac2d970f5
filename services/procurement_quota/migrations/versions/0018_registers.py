"""The registers have their tables.

Revision: 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

APPEND_ONLY = ("register_version", "register_paper")


def upgrade() -> None:
    op.create_table(
        "register_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False, comment="whose matter it is"),
        sa.Column("by_unit_id", sa.Uuid(), nullable=False, comment="for which unit it was written"),
        sa.Column("canteen_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True, comment="of the person whom it is about"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False, comment="of a correction"),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "register IN ('referral', 'visit', 'conflict')", name=op.f("register_version_register_check")
        ),
        sa.CheckConstraint("version > 0", name=op.f("register_version_version_check")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("register_version_unit_id_fkey")),
        sa.ForeignKeyConstraint(["by_unit_id"], ["unit.id"], name=op.f("register_version_by_unit_id_fkey")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("register_version_canteen_id_fkey")),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("register_version_pkey")),
        comment="One version of a record: a referral (移交), an unannounced visit (四不两直), a conflict of interest.",
    )
    op.create_index("register_version_unit_id_register_idx", "register_version", ["unit_id", "register"])
    op.create_index(
        "register_version_account_id_idx",
        "register_version",
        ["account_id"],
        postgresql_where=sa.text("account_id IS NOT NULL"),
    )
    op.create_table(
        "register_paper",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size_bytes BETWEEN 1 AND 10485760", name=op.f("register_paper_size_bytes_check")),
        sa.PrimaryKeyConstraint("record_id", "document_id", name=op.f("register_paper_pkey")),
        comment="The papers of a record; their bytes lie in S3.",
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
        )
        op.execute(f'GRANT SELECT, INSERT ON "{table}" TO "{app_role()}"')
        op.execute(f'GRANT SELECT ON "{table}" TO zhucai_operator')


def downgrade() -> None:
    for table in reversed(APPEND_ONLY):
        op.drop_table(table)
