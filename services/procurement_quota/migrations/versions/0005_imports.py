"""Files of purchases made elsewhere are imported row by row.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "purchase_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("canteen_id", sa.Uuid(), comment="NULL imports for the whole unit"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("separator", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False, comment="as the file says, until they are counted"),
        sa.Column("read", sa.Integer(), nullable=False, comment="rows of the sheet that were read, blank ones too"),
        sa.Column("problems", postgresql.JSONB(), nullable=False, comment="of the whole file"),
        sa.Column("notes", postgresql.JSONB(), nullable=False),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_by", sa.Uuid()),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("undone_by", sa.Uuid()),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.Column("undone_because", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('checking', 'checked', 'accepting', 'accepted', 'undoing', 'undone', 'unreadable')",
            name=op.f("purchase_import_state_check"),
        ),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("purchase_import_canteen_id_fkey")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("purchase_import_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("purchase_import_pkey")),
        comment="A file of purchases made elsewhere, from its checking to its undoing.",
    )
    op.create_index(
        "purchase_import_working_idx",
        "purchase_import",
        ["put_at"],
        postgresql_where=sa.text("state IN ('checking', 'accepting', 'undoing')"),
    )
    op.create_index("purchase_import_unit_id_idx", "purchase_import", ["unit_id", "state"])
    op.create_table(
        "import_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False, comment="its number in the sheet; the header is 1"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("purchase_id", sa.Uuid(), nullable=False, comment="what it becomes, chosen when it is read"),
        sa.Column("given", postgresql.JSONB(), comment="the purchase; NULL where the row is bad"),
        sa.Column(
            "papers", postgresql.ARRAY(sa.Text()), nullable=False, comment="invoice, payee and order that it names"
        ),
        sa.Column("errors", postgresql.JSONB(), nullable=False),
        sa.Column("notes", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "state IN ('bad', 'good', 'posted', 'refused', 'undone')", name=op.f("import_row_state_check")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["purchase_import.id"], name=op.f("import_row_import_id_fkey")),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("import_row_pkey")),
        sa.UniqueConstraint("purchase_id", name=op.f("import_row_purchase_id_key")),
        comment="One row of an import: what it says, what is wrong with it, and what became of it.",
    )
    op.create_index("import_row_import_id_state_row_idx", "import_row", ["import_id", "state", "row"])
    for table in ("purchase_import", "import_row"):
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON "{table}" TO "{app_role()}"')
        op.execute(f'GRANT SELECT ON "{table}" TO zhucai_operator')


def downgrade() -> None:
    op.drop_table("import_row")
    op.drop_table("purchase_import")
