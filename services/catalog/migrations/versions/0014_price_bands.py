"""Reference prices come by file, and bands are made of them and of what canteens accepted.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ACCEPTED = sa.text("step_id = acceptance_id")


def upgrade() -> None:
    _imports()
    op.create_table(
        "reference_prices",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("priced_on", sa.Date(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False, comment="fen per kilogram, as are the others"),
        sa.Column("median", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("reference_prices_pkey")),
        sa.ForeignKeyConstraint(["import_id"], ["price_imports.id"], name=op.f("reference_prices_import_id_fkey")),
        sa.CheckConstraint("low > 0 AND low <= median AND median <= high", name=op.f("reference_prices_prices_check")),
        comment="Reference prices that two officers stand for; only added to.",
    )
    op.create_index("reference_prices_item_idx", "reference_prices", ["item_code", "demo", "priced_on", "accepted_at"])
    op.create_index("sales_item_idx", "sales", ["item_code", "accepted_on"], postgresql_where=ACCEPTED)
    role = app_role()
    for table in ("price_imports", "price_import_rows", "reference_prices"):
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")
        op.execute(f'GRANT SELECT, INSERT ON {table} TO "{role}"')
    for table in ("price_imports", "price_import_rows"):
        op.execute(f'GRANT UPDATE ON {table} TO "{role}"')


def _imports() -> None:
    op.create_table(
        "price_imports",
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
        sa.Column("unit_path", sa.Text(), nullable=False, comment="of the unit whose officers brought it"),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False, comment="shown, and never asks anything of anybody"),
        sa.PrimaryKeyConstraint("id", name=op.f("price_imports_pkey")),
        sa.CheckConstraint(
            "state IN ('checking', 'checked', 'accepting', 'accepted', 'unreadable')",
            name=op.f("price_imports_state_check"),
        ),
        sa.CheckConstraint(
            "accepted_by IS NULL OR accepted_by <> put_by", name=op.f("price_imports_accepted_by_another_check")
        ),
        comment="A file of reference prices, from its checking to its acceptance by another.",
    )
    op.create_index(
        "price_imports_working_idx",
        "price_imports",
        ["put_at"],
        postgresql_where=sa.text("state IN ('checking', 'accepting')"),
    )
    op.create_index("price_imports_unit_idx", "price_imports", ["unit_path", "state"])
    op.create_table(
        "price_import_rows",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False, comment="its number in the sheet; the header is 1"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("given", postgresql.JSONB(), comment="the reference price; NULL where the row is bad"),
        sa.Column("errors", postgresql.JSONB(), nullable=False),
        sa.Column("notes", postgresql.JSONB(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="item and day; empty where the row is bad"),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("price_import_rows_pkey")),
        sa.ForeignKeyConstraint(["import_id"], ["price_imports.id"], name=op.f("price_import_rows_import_id_fkey")),
        sa.CheckConstraint("state IN ('bad', 'good', 'done', 'refused')", name=op.f("price_import_rows_state_check")),
        comment="One row of a file of reference prices: what it says, and what is wrong with it.",
    )
    op.create_index("price_import_rows_state_idx", "price_import_rows", ["import_id", "state", "row"])
    op.create_index("price_import_rows_key_idx", "price_import_rows", ["import_id", "key"])


def downgrade() -> None:
    op.drop_index("sales_item_idx", "sales")
    for table in ("reference_prices", "price_import_rows", "price_imports"):
        op.drop_table(table)
