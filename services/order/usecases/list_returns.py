"""Returns are listed newest first, as far as the asker's seats reach, each with whether the asker may rule on it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.order.domain.states import ReturnState
from services.order.store.return_lists import list_page, stepped_by
from services.order.usecases.desk import Desk
from services.order.usecases.reach import after_of, cursor_of, reach_of
from shared.contracts.authority import Identity, Owned, allows


async def list_returns(
    desk: Desk,
    identity: Identity,
    canteen: UUID | None,
    supplier: UUID | None,
    state: ReturnState | None,
    limit: int,
    cursor: str | None,
    *,
    overdue: bool = False,
) -> dict[str, Any]:
    """Give one page. Raises NotAllowed, NoSuchCanteen, NoSuchSupplier."""
    after, now = after_of(cursor), desk.clock.now()
    async with desk.uow.glance() as tx:
        reach = await reach_of(tx, identity, "list_returns", canteen=canteen, supplier=supplier)
        found = await list_page(
            tx,
            reach,
            canteen_id=canteen,
            supplier_id=supplier,
            state=state,
            overdue_at=now if overdue else None,
            after=after,
            limit=limit + 1,
        )
        page = found[:limit]
        had_a_hand = await stepped_by(tx, identity.account_id, [row.return_id for row in page])
    more = len(found) > limit
    return {
        "items": [_summary(row, now, _may_rule(identity, row, row.return_id in had_a_hand)) for row in page],
        "next": cursor_of(page[-1].proposed_at, page[-1].return_id) if more else None,
    }


def _may_rule(identity: Identity, row: sa.Row[Any], had_a_hand: bool) -> bool:
    owned = Owned(supplier_id=row.supplier_id, canteen_id=row.canteen_id, unit_path=row.unit_path)
    party = {seat.organisation_id for seat in identity.seats} & {row.canteen_id, row.supplier_id}
    waits = row.state == ReturnState.ESCALATED
    return waits and not party and not had_a_hand and allows(identity, "rule_return", owned)


def _summary(row: sa.Row[Any], now: datetime, may_rule: bool) -> dict[str, Any]:
    due = {ReturnState.PROPOSED: row.reply_due_at, ReturnState.ESCALATED: row.ruling_due_at}.get(row.state)
    return {
        "return_id": str(row.return_id),
        "order_id": str(row.order_id),
        "state": row.state,
        "proposed_at": row.proposed_at,
        "remedy": row.remedy,
        "reason": row.reason,
        "line_count": row.line_count,
        "canteen": {"id": str(row.canteen_id), "name": row.canteen_name},
        "supplier": {"id": str(row.supplier_id), "name": row.supplier_name},
        "reply_due_at": row.reply_due_at,
        "escalate_until": row.escalate_until,
        "ruling_due_at": row.ruling_due_at,
        "overdue": due is not None and due <= now,
        "may_rule": may_rule,
    }
