"""Buyers and the units above read the off-platform purchases that their seats reach."""

from typing import Any
from uuid import UUID

from services.procurement_quota.domain.words import PurchaseState
from services.procurement_quota.store.purchases import list_purchases
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.purchase_view import purchase_written, reach_purchase
from shared.contracts.authority import Identity, NotAllowed, Reach, seats_that_reach
from shared.http.paging import decode_id, encode_cursor


async def get_off_platform_purchase(desk: Desk, identity: Identity, purchase_id: UUID) -> dict[str, Any]:
    """Give one purchase. Raises PurchaseUnknown."""
    async with desk.uow.glance() as tx:
        return purchase_written(await reach_purchase(tx, identity, "get_off_platform_purchase", purchase_id))


async def list_off_platform_purchases(
    desk: Desk,
    identity: Identity,
    *,
    canteen: UUID | None,
    state: PurchaseState | None,
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """List, newest first, what the asker's seats reach; raises NotAllowed for someone without such a seat."""
    seats = seats_that_reach(identity, "list_off_platform_purchases")
    own = [seat.organisation_id for reach, seat in seats if reach is Reach.OWN_CANTEEN]
    paths = [seat.path for reach, seat in seats if reach is Reach.SUBTREE and seat.path]
    if not own and not paths:
        raise NotAllowed(operation="list_off_platform_purchases")
    after = decode_id(cursor)
    async with desk.uow.glance() as tx:
        rows = await list_purchases(
            tx,
            canteen_ids=own,
            paths=paths,
            canteen_id=canteen,
            state=None if state is None else state.value,
            after=after,
            limit=limit + 1,
        )
    page = rows[:limit]
    return {
        "items": [purchase_written(row) for row in page],
        "next": encode_cursor([str(page[-1]["id"])]) if len(rows) > limit else None,
    }
