"""What was accepted, returned and credited enters the ledger once, many documents in one transaction.

Decision: a large batch goes in by two transactions at once, parted by unit. Why: while the database writes one, the
other is judged and hashed; measured, that is a third more in a second. Price: one that fails leaves the other
committed, and the stamps of the inbox know it when the batch is tried again.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from services.procurement_quota.domain.counting import Books, CanteenUnknown, Heard, document_of
from services.procurement_quota.store import flags, heard, ledger
from services.procurement_quota.store.canteens import places
from services.procurement_quota.store.ordered import keep_accepted
from services.procurement_quota.usecases.desk import Desk
from shared.contracts.order import AcceptanceRecorded
from shared.events import Delivery

PARTED_FROM = 50
PARTS = 2


async def count_purchases(desk: Desk, deliveries: Sequence[Delivery[Heard]]) -> None:
    """Book a batch. A canteen or acceptance that is not known yet refuses the batch, which is tried again singly."""
    done = await asyncio.gather(*(_book(desk, part) for part in parted(deliveries)), return_exceptions=True)
    for one in done:
        if isinstance(one, BaseException):
            raise one


def parted(deliveries: Sequence[Delivery[Heard]]) -> list[Sequence[Delivery[Heard]]]:
    """Part a large batch by unit, so that no chain and no order is in two parts; each part keeps its turn."""
    if len(deliveries) < PARTED_FROM:
        return [deliveries]
    parts: list[list[Delivery[Heard]]] = [[] for _ in range(PARTS)]
    for delivery in deliveries:
        parts[delivery.event.purchase.unit_id.int % PARTS].append(delivery)
    return [part for part in parts if part]


async def _book(desk: Desk, deliveries: Sequence[Delivery[Heard]]) -> None:
    async with desk.uow.begin(once=deliveries) as tx:
        events: list[Any] = [delivery.event for delivery in tx.fresh]
        if not events:
            return
        known = await places(tx, {event.purchase.canteen_id for event in events})
        for event in events:
            if event.purchase.canteen_id not in known:
                raise CanteenUnknown(canteen_id=str(event.purchase.canteen_id))
        reversed_lots = frozenset(event.acceptance_id for event in events if not isinstance(event, AcceptanceRecorded))
        units = {place.unit_id for place in known.values()}
        await ledger.lock_revocations(tx, alone=False)
        if reversed_lots:
            units |= await ledger.units_of_lots(tx, reversed_lots)
        heads = await ledger.lock_heads(tx, units)
        books = Books(
            places=known,
            reference=await desk.reference.current(tx),
            booked=await ledger.booked(tx, {document_of(event) for event in events}),
            lots=await ledger.lots(tx, reversed_lots) if reversed_lots else {},
            revocations=await heard.revocations(tx, {event.purchase.supplier_id for event in events}),
            flags=await flags.flagged(tx, {document_of(one) for one in events if isinstance(one, AcceptanceRecorded)}),
            reversed=reversed_lots,
        )
        for event in events:
            books.count(event)
        await ledger.post(tx, heads, books.drafts)
        await keep_accepted(tx, [event for event in events if isinstance(event, AcceptanceRecorded)])
