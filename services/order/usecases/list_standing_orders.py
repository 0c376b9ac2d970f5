"""Standing orders are listed newest first, as far as the asker's seats reach."""

from uuid import UUID

import orjson

from services.order.store.standing_orders import list_standing_page
from services.order.usecases.desk import Desk
from services.order.usecases.reach import reach_of
from services.order.usecases.standing_view import standing_summary
from shared.contracts.authority import Identity
from shared.http.paging import decode_id, encode_cursor


async def list_standing_orders(
    desk: Desk, identity: Identity, canteen: UUID | None, limit: int, cursor: str | None
) -> bytes:
    """Give one page as JSON."""
    after = decode_id(cursor)
    async with desk.uow.glance() as tx:
        reach = await reach_of(tx, identity, "list_standing_orders", canteen=canteen)
        found = await list_standing_page(tx, reach, canteen_id=canteen, after=after, limit=limit + 1)
    page = found[:limit]
    more = len(found) > limit
    return orjson.dumps(
        {
            "items": [standing_summary(one) for one in page],
            "next": encode_cursor([str(page[-1].standing_order_id)]) if more else None,
        }
    )
