"""Returns are listed newest first, with the canteen and the supplier whose they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.order.domain.states import ReturnState
from services.order.store.copies import reached
from services.order.store.return_tables import return_steps
from services.order.store.tables import canteens, orders, return_lines, returns, units
from shared.contracts.authority import Reach, Seat
from shared.db.unit_of_work import ReadTx

_LINES = sa.select(return_lines).where(return_lines.c.return_id == returns.c.return_id).correlate(returns)
_SUMMARY = (
    sa.select(
        returns.c.return_id,
        returns.c.order_id,
        returns.c.state,
        returns.c.proposed_at,
        returns.c.proposed_by,
        returns.c.remedy,
        returns.c.reply_due_at,
        returns.c.escalate_until,
        returns.c.ruling_due_at,
        _LINES.with_only_columns(sa.func.count()).scalar_subquery().label("line_count"),
        _LINES.with_only_columns(return_lines.c.reason)
        .order_by(return_lines.c.line_id)
        .limit(1)
        .scalar_subquery()
        .label("reason"),
        orders.c.canteen_id,
        canteens.c.name.label("canteen_name"),
        orders.c.supplier_id,
        orders.c.supplier_name,
        units.c.path.label("unit_path"),
    )
    .join(orders, orders.c.order_id == returns.c.order_id)
    .join(canteens, canteens.c.canteen_id == orders.c.canteen_id)
    .join(units, units.c.unit_id == canteens.c.unit_id)
)


async def list_page(
    tx: ReadTx,
    reach: Sequence[tuple[Reach, Seat]],
    *,
    canteen_id: UUID | None,
    supplier_id: UUID | None,
    state: ReturnState | None,
    overdue_at: datetime | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[sa.Row[Any]]:
    """Read a page of what these seats reach, newest first; with `overdue_at`, of what was to be said by then."""
    chosen = _SUMMARY.where(reached(reach, orders.c.canteen_id, orders.c.supplier_id))
    if canteen_id is not None:
        chosen = chosen.where(orders.c.canteen_id == canteen_id)
    if supplier_id is not None:
        chosen = chosen.where(orders.c.supplier_id == supplier_id)
    if state is not None:
        chosen = chosen.where(sa.text(f"returns.state = '{state.value}'"))
    if overdue_at is not None:
        chosen = chosen.where(
            sa.or_(
                sa.and_(returns.c.state == ReturnState.PROPOSED.value, returns.c.reply_due_at <= overdue_at),
                sa.and_(returns.c.state == ReturnState.ESCALATED.value, returns.c.ruling_due_at <= overdue_at),
            )
        )
    if after is not None:
        chosen = chosen.where(
            sa.tuple_(returns.c.proposed_at, returns.c.return_id)
            < sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
        )
    return await tx.rows(chosen.order_by(returns.c.proposed_at.desc(), returns.c.return_id.desc()).limit(limit))


async def stepped_by(tx: ReadTx, account_id: UUID, return_ids: Sequence[UUID]) -> set[UUID]:
    """Tell in which of these returns somebody had a hand."""
    rows = await tx.rows(
        sa.select(return_steps.c.return_id)
        .where(return_steps.c.return_id.in_(list(return_ids)), return_steps.c.account_id == account_id)
        .distinct()
    )
    return {row.return_id for row in rows}
