"""Orders are listed newest first, a line for each, as far as the asker's seats reach."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.order.store.copies import reached
from services.order.store.tables import canteens, order_lines, order_steps, orders, units
from shared.contracts.authority import Reach, Seat
from shared.contracts.words import OrderChannel, OrderState
from shared.db.unit_of_work import ReadTx

_SUMMARY = (
    sa.select(
        orders.c.order_id,
        orders.c.requisition_id,
        orders.c.state,
        orders.c.version,
        orders.c.fund,
        orders.c.fair_id,
        orders.c.channel,
        orders.c.sold_on,
        orders.c.canteen_id,
        canteens.c.name.label("canteen_name"),
        orders.c.supplier_id,
        orders.c.supplier_name,
        orders.c.placed_at,
        sa.func.coalesce(
            sa.select(sa.func.max(order_steps.c.at))
            .where(order_steps.c.order_id == orders.c.order_id)
            .scalar_subquery(),
            orders.c.placed_at,
        ).label("moved_at"),
        orders.c.wanted_on,
        orders.c.wanted_from,
        orders.c.wanted_until,
        orders.c.accepted_on,
        orders.c.ordered_fen,
        orders.c.confirmed_fen,
        orders.c.kept_fen,
        orders.c.paid_fen,
        sa.select(sa.func.count())
        .select_from(order_lines)
        .where(order_lines.c.order_id == orders.c.order_id)
        .scalar_subquery()
        .label("line_count"),
        sa.select(order_lines.c.name)
        .where(order_lines.c.order_id == orders.c.order_id)
        .order_by(order_lines.c.position)
        .limit(1)
        .scalar_subquery()
        .label("first_name"),
    )
    .join(canteens, canteens.c.canteen_id == orders.c.canteen_id)
    .join(units, units.c.unit_id == canteens.c.unit_id)
)


async def list_page(
    tx: ReadTx,
    reach: Sequence[tuple[Reach, Seat]],
    *,
    canteen_id: UUID | None,
    supplier_id: UUID | None,
    state: OrderState | None,
    fair_id: UUID | None,
    channel: OrderChannel | None,
    wanted: tuple[date | None, date | None],
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[sa.Row[Any]]:
    """Read a page of what these seats reach, newest first; `wanted` are the first and the last day of delivery."""
    chosen = _SUMMARY.where(reached(reach, orders.c.canteen_id, orders.c.supplier_id))
    if canteen_id is not None:
        chosen = chosen.where(orders.c.canteen_id == canteen_id)
    if supplier_id is not None:
        chosen = chosen.where(orders.c.supplier_id == supplier_id)
    if state is not None:
        chosen = chosen.where(orders.c.state == state.value)
    if fair_id is not None:
        chosen = chosen.where(orders.c.fair_id == fair_id)
    if channel is not None:
        chosen = chosen.where(orders.c.channel == sa.literal_column(f"'{channel.value}'"))
    if wanted[0] is not None:
        chosen = chosen.where(orders.c.wanted_on >= wanted[0])
    if wanted[1] is not None:
        chosen = chosen.where(orders.c.wanted_on <= wanted[1])
    if after is not None:
        chosen = chosen.where(
            sa.tuple_(orders.c.placed_at, orders.c.order_id) < sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
        )
    return await tx.rows(chosen.order_by(orders.c.placed_at.desc(), orders.c.order_id.desc()).limit(limit))
