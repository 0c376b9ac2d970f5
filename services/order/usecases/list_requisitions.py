"""Buyers see their canteen's requisitions, approvers the ones that wait for them, newest first."""

from uuid import UUID

import orjson

from services.order.domain.states import RequisitionState
from services.order.store.requisitions import list_page, placed_orders
from services.order.usecases.desk import Desk
from services.order.usecases.reach import after_of, cursor_of, reach_of
from services.order.usecases.requisition_view import requisition_summary, waiting_orders
from services.order.usecases.waiting import standing_in
from shared.contracts.authority import Identity


async def list_requisitions(
    desk: Desk,
    identity: Identity,
    canteen: UUID | None,
    state: RequisitionState | None,
    limit: int,
    cursor: str | None,
) -> bytes:
    """Give one page as JSON."""
    after = after_of(cursor)
    async with desk.uow.glance() as tx:
        identity = await standing_in(tx, desk, identity)
        reach = await reach_of(tx, identity, "list_requisitions", canteen=canteen)
        found = await list_page(tx, reach, canteen_id=canteen, state=state, after=after, limit=limit + 1)
        page = found[:limit]
        placed = await placed_orders(tx, [one.requisition_id for one in page]) if page else {}
    items = [
        requisition_summary(
            one,
            placed.get(one.requisition_id, []) if one.state is RequisitionState.PLACED else waiting_orders(one),
        )
        for one in page
    ]
    more = len(found) > limit
    return orjson.dumps(
        {"items": items, "next": cursor_of(page[-1].requested_at, page[-1].requisition_id) if more else None}
    )
