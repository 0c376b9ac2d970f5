"""A supplier reads what it sold in a year, month by month and canteen by canteen, as it is kept now.

Kept is accepted less what went back and was credited; an order belongs to the month of its acceptance, as the ledger
has it.
"""

from datetime import date
from typing import Any
from uuid import UUID

from services.order.domain.refusals import NoSuchSupplier
from services.order.store.copies import supplier_is_known
from services.order.store.sales import sold_by_month
from services.order.usecases.desk import Desk
from shared.contracts.authority import Identity, Owned, require

ROWS_MAX = 2_000
"""Of a year; a supplier of more than 160 canteens reads the newest months whole."""


async def get_sales(desk: Desk, identity: Identity, supplier_id: UUID, year: int) -> dict[str, Any]:
    """Sum a year's sales, newest month first. Raises NoSuchSupplier, NotAllowed."""
    async with desk.uow.glance() as tx:
        if not await supplier_is_known(tx, supplier_id):
            raise NoSuchSupplier(supplier_id=str(supplier_id))
        require(identity, "get_sales", Owned(supplier_id=supplier_id))
        found = await sold_by_month(tx, supplier_id, date(year, 1, 1), date(year + 1, 1, 1), ROWS_MAX + 1)
    return {
        "supplier_id": str(supplier_id),
        "year": year,
        "complete": len(found) <= ROWS_MAX,
        "items": [
            {
                "month": row.month,
                "canteen": {"id": str(row.canteen_id), "name": row.canteen_name},
                "orders": row.orders,
                "kept_fen": int(row.kept_fen),
                "paid_fen": int(row.paid_fen),
            }
            for row in found[:ROWS_MAX]
        ],
    }
