"""Sheets of counted stock, and a supplier's stock as such a sheet shows it."""

from uuid import UUID

import sqlalchemy as sa

from services.order.domain.refusals import StockImportUnknown
from services.order.domain.stock_table import NEEDED, OnSheet, stock_table
from services.order.store.stock_import_tables import stock_import_rows, stock_imports
from services.order.store.tables import listings, stock, suppliers
from shared.contracts.words import Measure, SupplierState
from shared.db.unit_of_work import ReadTx
from shared.imports.sheets import WORKING, Sheets
from shared.imports.store import ImportStore

STORE = ImportStore(stock_imports, stock_import_rows, WORKING, WORKING)
SHEETS = Sheets(
    STORE,
    stock_table(),
    NEEDED,
    {
        "bad": ("有误，未导入", "wrong, not imported"),
        "good": ("待确认", "waits to be accepted"),
        "unchanged": ("数量不变", "unchanged"),
        "done": ("已更新", "done"),
        "refused": ("未能更新", "refused"),
    },
    lambda given: {name: given[name] for name in ("name", "unit", "on_hand", "counted", "reason")},
    StockImportUnknown,
)


async def state_of_supplier(tx: ReadTx, supplier_id: UUID) -> SupplierState | None:
    """Tell how a supplier stands, as it was last heard."""
    state = await tx.value(sa.select(suppliers.c.state).where(suppliers.c.supplier_id == supplier_id))
    return None if state is None else SupplierState(state)


async def shelf(tx: ReadTx, supplier_id: UUID) -> list[OnSheet]:
    """Give the stock of all that a supplier ever had on sale, by its name."""
    rows = await tx.rows(
        sa.select(
            stock.c.listing_id,
            listings.c.on_sale,
            listings.c.name,
            listings.c.measure,
            listings.c.unit_quantity,
            stock.c.on_hand,
            stock.c.promised,
        )
        .join(listings, listings.c.listing_id == stock.c.listing_id)
        .where(stock.c.supplier_id == supplier_id)
        .order_by(listings.c.name, stock.c.listing_id)
    )
    return [OnSheet(**{**row._mapping, "measure": Measure(row.measure)}) for row in rows]
