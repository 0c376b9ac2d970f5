"""An import of purchases is kept as it came, row by row, so that it goes on where it was after any end."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.procurement_quota.store.tables import metadata
from shared.imports.columns import import_columns, row_columns, working_index

STATES = ("checking", "checked", "accepting", "accepted", "undoing", "undone", "unreadable")
WORKING = ("checking", "accepting", "undoing")
OPEN = ("checking", "checked", "accepting", "undoing")
ROW_STATES = ("bad", "good", "posted", "refused", "undone")

purchase_import = sa.Table(
    "purchase_import",
    metadata,
    *import_columns(STATES),
    sa.Column("unit_id", sa.Uuid, sa.ForeignKey("unit.id"), nullable=False),
    sa.Column("canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), comment="NULL imports for the whole unit"),
    sa.Column("undone_by", sa.Uuid),
    sa.Column("undone_at", sa.DateTime(timezone=True)),
    sa.Column("undone_because", sa.Text, nullable=False, server_default=""),
    comment="A file of purchases made elsewhere, from its checking to its undoing.",
)
working_index(purchase_import, WORKING)
sa.Index("purchase_import_unit_id_idx", purchase_import.c.unit_id, purchase_import.c.state)

import_row = sa.Table(
    "import_row",
    metadata,
    *row_columns("purchase_import", ROW_STATES, "the purchase; NULL where the row is bad"),
    sa.Column("purchase_id", sa.Uuid, nullable=False, unique=True, comment="what it becomes, chosen when it is read"),
    sa.Column("papers", ARRAY(sa.Text), nullable=False, comment="invoice, payee and order that it names"),
    comment="One row of an import: what it says, what is wrong with it, and what became of it.",
)
sa.Index("import_row_import_id_state_row_idx", import_row.c.import_id, import_row.c.state, import_row.c.row)
