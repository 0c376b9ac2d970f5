"""Suppliers bring much counted stock by one sheet, whose rows are checked, and done once somebody accepts them.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = ("stock_imports", "stock_import_rows")
ROLES = "'supplier', 'seller', 'packer', 'helper', 'buyer', 'approver', 'finance', 'officer', 'auditor'"


def upgrade() -> None:
    op.create_index("stock_supplier_idx", "stock", ["supplier_id"])
    op.create_table(
        "stock_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
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
        sa.Column("put_at", MOMENT, nullable=False),
        sa.Column("accepted_by", sa.Uuid()),
        sa.Column("accepted_at", MOMENT),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("accepted_as", sa.Text(), comment="the role that let whoever accepted it"),
        sa.Column("accepted_name", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="stock_imports_pkey"),
        sa.CheckConstraint(
            "state IN ('checking', 'checked', 'accepting', 'accepted', 'unreadable', 'replaced')",
            name=op.f("stock_imports_state_check"),
        ),
        sa.CheckConstraint(f"accepted_as IN ({ROLES})", name=op.f("stock_imports_accepted_as_check")),
        sa.CheckConstraint(
            "(accepted_by IS NULL) = (accepted_as IS NULL) AND (accepted_by IS NULL) = (accepted_name IS NULL)",
            name=op.f("stock_imports_accepted_whole_check"),
        ),
        comment="A sheet of counted stock, from its checking until all its rows are done.",
    )
    working = sa.text("state IN ('checking', 'accepting')")
    op.create_index("stock_imports_working_idx", "stock_imports", ["put_at"], postgresql_where=working)
    op.create_index("stock_imports_supplier_idx", "stock_imports", ["supplier_id", "state"])
    _rows()
    role = app_role()
    for table in TABLES:
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON {table} TO "{role}"')


def _rows() -> None:
    op.create_table(
        "stock_import_rows",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False, comment="its number in the sheet; the header is 1"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("given", postgresql.JSONB(), comment="the cells as they were read, and what was counted"),
        sa.Column("errors", postgresql.JSONB(), nullable=False),
        sa.Column("notes", postgresql.JSONB(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), comment="NULL where the row names none of the supplier's"),
        sa.PrimaryKeyConstraint("import_id", "row", name="stock_import_rows_pkey"),
        sa.ForeignKeyConstraint(["import_id"], ["stock_imports.id"], name="stock_import_rows_import_id_fkey"),
        sa.CheckConstraint(
            "state IN ('bad', 'good', 'unchanged', 'done', 'refused')", name=op.f("stock_import_rows_state_check")
        ),
        comment="One row of a sheet of counted stock: what it says, what is wrong with it, and what became of it.",
    )
    op.create_index("stock_import_rows_state_idx", "stock_import_rows", ["import_id", "state", "row"])
    op.create_index("stock_import_rows_listing_idx", "stock_import_rows", ["import_id", "listing_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index("stock_supplier_idx", table_name="stock")
