"""Orders are listed newest first, as far as the asker's seats reach."""

from datetime import date
from typing import Any
from uuid import UUID

import orjson

from services.order.domain.refusals import NoSuchFair
from services.order.domain.wanted import hour_text
from services.order.store.fairs import fair_is_known
from services.order.store.order_list import list_page
from services.order.usecases.desk import Desk
from services.order.usecases.reach import after_of, cursor_of, reach_of
from shared.contracts.authority import Identity
from shared.contracts.words import OrderChannel, OrderState


async def list_orders(
    desk: Desk,
    identity: Identity,
    canteen: UUID | None,
    supplier: UUID | None,
    state: OrderState | None,
    limit: int,
    cursor: str | None,
    fair: UUID | None = None,
    channel: OrderChannel | None = None,
    wanted: tuple[date | None, date | None] = (None, None),
) -> bytes:
    """Give one page as JSON; `wanted` are the first and the last day of delivery, both with the days themselves."""
    after = after_of(cursor)
    async with desk.uow.glance() as tx:
        reach = await reach_of(tx, identity, "list_orders", canteen=canteen, supplier=supplier)
        if fair is not None and not await fair_is_known(tx, fair):
            raise NoSuchFair(fair_id=str(fair))
        found = await list_page(
            tx,
            reach,
            canteen_id=canteen,
            supplier_id=supplier,
            state=state,
            fair_id=fair,
            channel=channel,
            wanted=wanted,
            after=after,
            limit=limit + 1,
        )
    page = found[:limit]
    more = len(found) > limit
    return orjson.dumps(
        {
            "items": [_summary(row) for row in page],
            "next": cursor_of(page[-1].placed_at, page[-1].order_id) if more else None,
        }
    )


def _summary(row: Any) -> dict[str, Any]:
    return {
        "order_id": str(row.order_id),
        "requisition_id": str(row.requisition_id),
        "state": row.state,
        "version": row.version,
        "fund": row.fund,
        "fair_id": None if row.fair_id is None else str(row.fair_id),
        "channel": row.channel,
        "sold_on": row.sold_on,
        "canteen": {"id": str(row.canteen_id), "name": row.canteen_name},
        "supplier": {"id": str(row.supplier_id), "name": row.supplier_name},
        "placed_at": row.placed_at,
        "moved_at": row.moved_at,
        "wanted_on": row.wanted_on,
        "wanted_from": hour_text(row.wanted_from),
        "wanted_until": hour_text(row.wanted_until),
        "accepted_on": row.accepted_on,
        "line_count": row.line_count,
        "first_name": row.first_name,
        "ordered_fen": row.ordered_fen,
        "confirmed_fen": row.confirmed_fen,
        "kept_fen": row.kept_fen,
        "paid_fen": row.paid_fen,
        "owed_fen": max(row.kept_fen - row.paid_fen, 0),
    }
