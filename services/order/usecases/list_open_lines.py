"""A buyer's preview knows what the canteen has ordered and not yet accepted; the gateway asks for it here."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.order.domain.refusals import NoSuchCanteen
from services.order.store.copies import canteen_path
from services.order.store.open_lines import open_lines
from services.order.usecases.desk import Desk
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Fund

LINES_MAX = 1_000
AWAITED_DAYS_MAX = 400
"""Goods are wanted within a year of their order; what was never accepted after that is not expected any more."""


async def list_open_lines(desk: Desk, identity: Identity, canteen_id: UUID, fund: Fund) -> dict[str, Any]:
    """Give the lines of open orders, and whether these are all. Raises NoSuchCanteen."""
    since = desk.clock.now() - timedelta(days=AWAITED_DAYS_MAX)
    async with desk.uow.glance() as tx:
        path = await canteen_path(tx, canteen_id)
        if path is None:
            raise NoSuchCanteen(canteen_id=str(canteen_id))
        require(identity, "preview_quota", Owned(canteen_id=canteen_id, unit_path=path))
        found = await open_lines(tx, canteen_id, fund, since, LINES_MAX + 1)
    return {
        "complete": len(found) <= LINES_MAX,
        "lines": [
            {
                "category": one.category,
                "origin_county_code": one.origin_county_code or None,
                "amount_fen": one.amount_fen,
                "supplier_kind": one.supplier_kind.value,
                "recognised": one.recognised,
                "supplier_id": str(one.supplier_id),
                "listing_id": str(one.listing_id),
                "ordered_on": (one.sold_on or business_date(one.placed_at)).isoformat(),
                "wanted_on": one.wanted_on.isoformat(),
            }
            for one in found[:LINES_MAX]
        ],
    }
