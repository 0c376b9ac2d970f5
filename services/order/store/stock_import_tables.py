"""Sheets of counted stock as suppliers bring them, and what became of each row."""

import sqlalchemy as sa

from services.order.store.columns import metadata, words
from shared.contracts.authority import Role
from shared.imports.columns import import_columns, row_columns, working_index
from shared.imports.sheets import STATES, WORKING

ROW_STATES = ("bad", "good", "unchanged", "done", "refused")

stock_imports = sa.Table(
    "stock_imports",
    metadata,
    *import_columns(STATES),
    sa.Column("supplier_id", sa.Uuid, nullable=False),
    sa.Column("accepted_as", sa.Text, comment="the role that let whoever accepted it"),
    sa.Column("accepted_name", sa.Text),
    words("accepted_as", Role),
    sa.CheckConstraint(
        "(accepted_by IS NULL) = (accepted_as IS NULL) AND (accepted_by IS NULL) = (accepted_name IS NULL)",
        name="accepted_whole",
    ),
    comment="A sheet of counted stock, from its checking until all its rows are done.",
)
working_index(stock_imports, WORKING)
sa.Index("stock_imports_supplier_idx", stock_imports.c.supplier_id, stock_imports.c.state)

stock_import_rows = sa.Table(
    "stock_import_rows",
    metadata,
    *row_columns("stock_imports", ROW_STATES, "the cells as they were read, and what was counted"),
    sa.Column("listing_id", sa.Uuid, comment="NULL where the row names none of the supplier's"),
    sa.Index("stock_import_rows_state_idx", "import_id", "state", "row"),
    sa.Index("stock_import_rows_listing_idx", "import_id", "listing_id"),
    comment="One row of a sheet of counted stock: what it says, what is wrong with it, and what became of it.",
)
