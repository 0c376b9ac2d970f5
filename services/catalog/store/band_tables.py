"""Reference prices that officers brought by file, and the files as they came."""

import sqlalchemy as sa

from services.catalog.domain.bands import PriceImportState
from services.catalog.store.tables import MOMENT, metadata
from shared.imports.columns import import_columns, row_columns, working_index

STATES = tuple(state.value for state in PriceImportState)
WORKING = ("checking", "accepting")
OPEN = ("checking", "checked", "accepting")
ROW_STATES = ("bad", "good", "done", "refused")

price_imports = sa.Table(
    "price_imports",
    metadata,
    *import_columns(STATES),
    sa.Column("unit_path", sa.Text, nullable=False, comment="of the unit whose officers brought it"),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("demo", sa.Boolean, nullable=False, comment="shown, and never asks anything of anybody"),
    sa.Column("refused_by", sa.Uuid),
    sa.Column("refused_name", sa.Text),
    sa.Column("refused_at", MOMENT),
    sa.Column("refused_because", sa.Text),
    sa.CheckConstraint("accepted_by IS NULL OR accepted_by <> put_by", name="accepted_by_another"),
    sa.CheckConstraint(
        "num_nulls(refused_by, refused_name, refused_at, refused_because)"
        " = CASE state WHEN 'refused' THEN 0 ELSE 4 END",
        name="refused",
    ),
    comment="A file of reference prices, from its checking to its acceptance by another, or its refusal.",
)
working_index(price_imports, WORKING)
sa.Index("price_imports_unit_idx", price_imports.c.unit_path, price_imports.c.state)
sa.Index("price_imports_newest_idx", price_imports.c.unit_path, price_imports.c.put_at, price_imports.c.id)

price_import_rows = sa.Table(
    "price_import_rows",
    metadata,
    *row_columns("price_imports", ROW_STATES, "the reference price; NULL where the row is bad"),
    sa.Column("key", sa.Text, nullable=False, comment="item, day and region; empty where the row is bad"),
    sa.Index("price_import_rows_state_idx", "import_id", "state", "row"),
    sa.Index("price_import_rows_key_idx", "import_id", "key"),
    comment="One row of a file of reference prices: what it says, and what is wrong with it.",
)

reference_prices = sa.Table(
    "reference_prices",
    metadata,
    sa.Column("import_id", sa.Uuid, sa.ForeignKey("price_imports.id"), primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("item_code", sa.Text, nullable=False),
    sa.Column("priced_on", sa.Date, nullable=False),
    sa.Column("low", sa.BigInteger, nullable=False, comment="fen per kilogram, as are the others"),
    sa.Column("median", sa.BigInteger, nullable=False),
    sa.Column("high", sa.BigInteger, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("demo", sa.Boolean, nullable=False),
    sa.Column("accepted_at", MOMENT, nullable=False),
    sa.CheckConstraint("low > 0 AND low <= median AND median <= high", name="prices"),
    comment="Reference prices that two officers stand for; only added to.",
)
sa.Index(
    "reference_prices_item_idx",
    reference_prices.c.item_code,
    reference_prices.c.demo,
    reference_prices.c.priced_on,
    reference_prices.c.accepted_at,
)
