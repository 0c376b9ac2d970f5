"""The public sees who is admitted; the supplier's own people, its officers and auditors see all of it."""

from typing import Any
from uuid import UUID

from services.catalog.domain.suppliers import SupplierNotFound
from services.catalog.store import suppliers
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import may_see_all
from services.catalog.usecases.shapes import full_supplier, public_supplier
from shared.contracts.authority import Identity
from shared.contracts.words import SupplierState


async def get_supplier(desk: Desk, identity: Identity | None, supplier_id: UUID) -> dict[str, Any]:
    """Give a supplier as this asker may see it; one that is not admitted does not exist for strangers."""
    async with desk.uow.read() as tx:
        supplier = await suppliers.find(tx, supplier_id)
        if supplier is not None and identity is not None and await may_see_all(tx, identity, supplier):
            return await full_supplier(tx, supplier, identity)
    if supplier is None or supplier.state is not SupplierState.ADMITTED:
        raise SupplierNotFound(supplier_id=supplier_id)
    return public_supplier(supplier)
