"""Sheets of new prices as sellers bring them, and what became of each row."""

import sqlalchemy as sa

from services.catalog.domain.members import ActedAs
from services.catalog.store.tables import metadata, one_of
from shared.imports.columns import import_columns, row_columns, working_index
from shared.imports.sheets import STATES, WORKING

ROW_STATES = ("bad", "good", "unchanged", "published", "submitted", "refused")

listing_imports = sa.Table(
    "listing_imports",
    metadata,
    *import_columns(STATES),
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), nullable=False),
    sa.Column("accepted_as", sa.Text, comment="in whose place whoever accepted it acts"),
    sa.Column("accepted_name", sa.Text),
    one_of("accepted_as", ActedAs),
    sa.CheckConstraint(
        "(accepted_by IS NULL) = (accepted_as IS NULL) AND (accepted_by IS NULL) = (accepted_name IS NULL)",
        name="accepted_whole",
    ),
    comment="A sheet of new prices, from its checking until all its rows are done.",
)
working_index(listing_imports, WORKING)
sa.Index("listing_imports_supplier_idx", listing_imports.c.supplier_id, listing_imports.c.state)

listing_import_rows = sa.Table(
    "listing_import_rows",
    metadata,
    *row_columns("listing_imports", ROW_STATES, "the cells as they were read, the listing and its prices"),
    sa.Column("listing_id", sa.Uuid, comment="NULL where the row names none of the supplier's"),
    sa.Column("change_id", sa.Uuid, nullable=False, comment="the change of the price that the row becomes"),
    sa.Index("listing_import_rows_state_idx", "import_id", "state", "row"),
    sa.Index("listing_import_rows_listing_idx", "import_id", "listing_id"),
    comment="One row of a sheet of new prices: what it says, what is wrong with it, and what became of it.",
)
