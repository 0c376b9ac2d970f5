"""Suppliers and payments are kept as they were heard."""

from collections.abc import Sequence

from services.procurement_quota.store.heard import keep_payments, keep_suppliers
from services.procurement_quota.usecases.desk import Desk
from shared.contracts.catalog import SupplierChanged
from shared.contracts.order import PaymentRecorded
from shared.events import Delivery


async def keep_supplier_copies(desk: Desk, deliveries: Sequence[Delivery[SupplierChanged]]) -> None:
    """Keep the newest version of each supplier."""
    async with desk.uow.begin(once=deliveries) as tx:
        await keep_suppliers(tx, [delivery.event for delivery in tx.fresh])


async def keep_paid(desk: Desk, deliveries: Sequence[Delivery[PaymentRecorded]]) -> None:
    """Add payments and refunds to what was paid of their orders."""
    async with desk.uow.begin(once=deliveries) as tx:
        await keep_payments(tx, [(delivery.envelope.id, delivery.event) for delivery in tx.fresh])
