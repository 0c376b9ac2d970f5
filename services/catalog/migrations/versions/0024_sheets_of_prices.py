"""Sellers bring many prices by one sheet, whose rows are checked, and done once somebody accepts them.

Revision: 0024, after 0023.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = ("listing_imports", "listing_import_rows")


def upgrade() -> None:
    op.create_table(
        "listing_imports",
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
        sa.Column("accepted_as", sa.Text(), comment="in whose place whoever accepted it acts"),
        sa.Column("accepted_name", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("listing_imports_pkey")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("listing_imports_supplier_id_fkey")
        ),
        sa.CheckConstraint(
            "state IN ('checking', 'checked', 'accepting', 'accepted', 'unreadable', 'replaced')",
            name=op.f("listing_imports_state_check"),
        ),
        sa.CheckConstraint(
            "accepted_as IN ('own', 'helper', 'officer')", name=op.f("listing_imports_accepted_as_check")
        ),
        sa.CheckConstraint(
            "(accepted_by IS NULL) = (accepted_as IS NULL) AND (accepted_by IS NULL) = (accepted_name IS NULL)",
            name=op.f("listing_imports_accepted_whole_check"),
        ),
        comment="A sheet of new prices, from its checking until all its rows are done.",
    )
    working = sa.text("state IN ('checking', 'accepting')")
    op.create_index("listing_imports_working_idx", "listing_imports", ["put_at"], postgresql_where=working)
    op.create_index("listing_imports_supplier_idx", "listing_imports", ["supplier_id", "state"])
    _rows()
    role = app_role()
    for table in TABLES:
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON {table} TO "{role}"')


def _rows() -> None:
    op.create_table(
        "listing_import_rows",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False, comment="its number in the sheet; the header is 1"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("given", postgresql.JSONB(), comment="the cells as they were read, the listing and its prices"),
        sa.Column("errors", postgresql.JSONB(), nullable=False),
        sa.Column("notes", postgresql.JSONB(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), comment="NULL where the row names none of the supplier's"),
        sa.Column("change_id", sa.Uuid(), nullable=False, comment="the change of the price that the row becomes"),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("listing_import_rows_pkey")),
        sa.ForeignKeyConstraint(["import_id"], ["listing_imports.id"], name=op.f("listing_import_rows_import_id_fkey")),
        sa.CheckConstraint(
            "state IN ('bad', 'good', 'unchanged', 'published', 'submitted', 'refused')",
            name=op.f("listing_import_rows_state_check"),
        ),
        comment="One row of a sheet of new prices: what it says, what is wrong with it, and what became of it.",
    )
    op.create_index("listing_import_rows_state_idx", "listing_import_rows", ["import_id", "state", "row"])
    op.create_index("listing_import_rows_listing_idx", "listing_import_rows", ["import_id", "listing_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
