"""Copies of what others own are kept as they were last heard, in the order heard."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from services.order.store.copies import keep_canteen, keep_fair, keep_listings, keep_supplier, keep_unit, take_off_sale
from services.order.store.members import keep_member
from services.order.usecases.desk import Desk
from shared.contracts.catalog import (
    FairChanged,
    ListingPublished,
    ListingWithdrawn,
    SupplierChanged,
    SupplierMemberChanged,
)
from shared.contracts.envelope import Event
from shared.contracts.procurement_quota import CanteenChanged, UnitChanged
from shared.db.unit_of_work import Tx


async def keep_copies(desk: Desk, deliveries: Sequence[Any]) -> None:
    """Keep what is new in these deliveries, all in one transaction; a lower version changes nothing."""
    async with desk.uow.begin(once=list(deliveries)) as tx:
        for kind, alike in groupby((delivery.event for delivery in tx.fresh), type):
            if kind is ListingPublished:
                await keep_listings(tx, list(alike))
            else:
                await _keep_each(tx, alike)


async def _keep_each(tx: Tx, events: Iterable[Event]) -> None:
    for one in events:
        match one:
            case ListingWithdrawn() as event:
                await take_off_sale(tx, event)
            case SupplierChanged() as event:
                await keep_supplier(tx, event)
            case SupplierMemberChanged() as event:
                await keep_member(tx, event)
            case FairChanged() as event:
                await keep_fair(tx, event)
            case UnitChanged() as event:
                await keep_unit(tx, event)
            case CanteenChanged() as event:
                await keep_canteen(tx, event)
