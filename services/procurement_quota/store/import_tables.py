"""An import is kept as it came, row by row, so that it goes on where it was after any end of the program."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.procurement_quota.store.tables import metadata

STATES = ("checking", "checked", "accepting", "accepted", "undoing", "undone", "unreadable")
WORKING = ("checking", "accepting", "undoing")
ROW_STATES = ("bad", "good", "posted", "refused", "undone")

purchase_import = sa.Table(
    "purchase_import",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("unit_id", sa.Uuid, sa.ForeignKey("unit.id"), nullable=False),
    sa.Column("canteen_id", sa.Uuid, sa.ForeignKey("canteen.id"), comment="NULL imports for the whole unit"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("encoding", sa.Text, nullable=False),
    sa.Column("separator", sa.Text, nullable=False),
    sa.Column("sheet", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("object_key", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False, comment="as the file says, until they are counted"),
    sa.Column("read", sa.Integer, nullable=False, comment="rows of the sheet that were read, blank ones too"),
    sa.Column("problems", JSONB, nullable=False, comment="of the whole file"),
    sa.Column("notes", JSONB, nullable=False),
    sa.Column("put_by", sa.Uuid, nullable=False),
    sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("accepted_by", sa.Uuid),
    sa.Column("accepted_at", sa.DateTime(timezone=True)),
    sa.Column("undone_by", sa.Uuid),
    sa.Column("undone_at", sa.DateTime(timezone=True)),
    sa.Column("undone_because", sa.Text, nullable=False, server_default=""),
    sa.CheckConstraint("state IN ({})".format(", ".join(f"'{one}'" for one in STATES)), name="state"),
    comment="A file of purchases made elsewhere, from its checking to its undoing.",
)
sa.Index(
    "purchase_import_working_idx",
    purchase_import.c.put_at,
    postgresql_where=purchase_import.c.state.in_([sa.literal_column(f"'{one}'") for one in WORKING]),
)
sa.Index("purchase_import_unit_id_idx", purchase_import.c.unit_id, purchase_import.c.state)

import_row = sa.Table(
    "import_row",
    metadata,
    sa.Column("import_id", sa.Uuid, sa.ForeignKey("purchase_import.id"), primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True, comment="its number in the sheet; the header is 1"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("purchase_id", sa.Uuid, nullable=False, unique=True, comment="what it becomes, chosen when it is read"),
    sa.Column("given", JSONB, comment="the purchase; NULL where the row is bad"),
    sa.Column("papers", ARRAY(sa.Text), nullable=False, comment="invoice, payee and order that it names"),
    sa.Column("errors", JSONB, nullable=False),
    sa.Column("notes", JSONB, nullable=False),
    sa.CheckConstraint("state IN ({})".format(", ".join(f"'{one}'" for one in ROW_STATES)), name="state"),
    comment="One row of an import: what it says, what is wrong with it, and what became of it.",
)
sa.Index("import_row_import_id_state_row_idx", import_row.c.import_id, import_row.c.state, import_row.c.row)
