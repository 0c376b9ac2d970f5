"""Suppliers, payments and what is ordered are kept as they were heard."""

from collections.abc import Sequence

from services.procurement_quota.store.heard import keep_payments, keep_suppliers
from services.procurement_quota.store.ordered import keep_amounts, keep_ended, keep_placed
from services.procurement_quota.usecases.desk import Desk
from shared.contracts.catalog import SupplierChanged
from shared.contracts.order import OrderInSum, OrderMoved, PaymentRecorded
from shared.contracts.words import ENDED
from shared.events import Delivery


async def keep_supplier_copies(desk: Desk, deliveries: Sequence[Delivery[SupplierChanged]]) -> None:
    """Keep the newest version of each supplier."""
    async with desk.uow.begin(once=deliveries) as tx:
        await keep_suppliers(tx, [delivery.event for delivery in tx.fresh])


async def keep_paid(desk: Desk, deliveries: Sequence[Delivery[PaymentRecorded]]) -> None:
    """Add payments and refunds to what was paid of their orders."""
    async with desk.uow.begin(once=deliveries) as tx:
        await keep_payments(tx, [(delivery.envelope.id, delivery.event) for delivery in tx.fresh])


async def keep_orders(desk: Desk, deliveries: Sequence[Delivery[OrderInSum]]) -> None:
    """Keep what was ordered."""
    async with desk.uow.begin(once=deliveries) as tx:
        await keep_placed(tx, [delivery.event for delivery in tx.fresh])


async def keep_ends(desk: Desk, deliveries: Sequence[Delivery[OrderMoved]]) -> None:
    """Keep which orders came to nothing, and what others come to since a step; of what is accepted the ledger hears."""
    async with desk.uow.begin(once=deliveries) as tx:
        await keep_ended(tx, [delivery.event for delivery in tx.fresh if delivery.event.state in ENDED])
        await keep_amounts(tx, [delivery.event for delivery in tx.fresh])
