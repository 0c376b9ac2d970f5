"""What a supplier sold is summed up in the database by month of acceptance and canteen."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.order.store.tables import canteens, orders
from shared.db.unit_of_work import ReadTx


async def sold_by_month(tx: ReadTx, supplier_id: UUID, first: date, until: date, limit: int) -> Sequence[sa.Row[Any]]:
    """Sum orders accepted from a day on and before another, by month and canteen, the newest month first."""
    o = orders.c
    month = sa.func.to_char(o.accepted_on, "YYYY-MM").label("month")
    kept = sa.func.sum(o.kept_fen).label("kept_fen")
    return await tx.rows(
        sa.select(
            month,
            o.canteen_id,
            canteens.c.name.label("canteen_name"),
            sa.func.count().label("orders"),
            kept,
            sa.func.sum(o.paid_fen).label("paid_fen"),
        )
        .join(canteens, canteens.c.canteen_id == o.canteen_id)
        .where(o.supplier_id == supplier_id, o.accepted_on >= first, o.accepted_on < until, o.kept_fen > 0)
        .group_by(month, o.canteen_id, canteens.c.name)
        .order_by(month.desc(), kept.desc(), o.canteen_id)
        .limit(limit)
    )
