"""What a canteen has ordered and not yet accepted is read line by line, as far back as it may still be awaited."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from services.order.store.tables import order_lines, orders
from shared.contracts.words import ON_THE_WAY, Fund, SupplierKind
from shared.db.unit_of_work import ReadTx
from shared.money import line_amount_fen


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of an order on its way, at what it will cost when it is accepted as ordered, or as packed."""

    supplier_id: UUID
    supplier_kind: SupplierKind
    recognised: bool
    listing_id: UUID
    category: str
    origin_county_code: str
    placed_at: datetime
    sold_on: date | None
    """The day on which it was sold at a fair; None for what was ordered online."""
    wanted_on: date
    amount_fen: int


_OPEN_LINES = (
    sa.select(
        orders.c.supplier_id,
        orders.c.supplier_kind,
        orders.c.recognised,
        orders.c.placed_at,
        orders.c.sold_on,
        orders.c.wanted_on,
        order_lines.c.listing_id,
        order_lines.c.category,
        order_lines.c.origin_county_code,
        order_lines.c.price_fen,
        order_lines.c.unit_quantity,
        sa.func.coalesce(order_lines.c.packed_quantity, order_lines.c.confirmed_quantity, order_lines.c.quantity).label(
            "expected_quantity"
        ),
    )
    .join(order_lines, order_lines.c.order_id == orders.c.order_id)
    .where(
        orders.c.canteen_id == sa.bindparam("of_canteen"),
        orders.c.fund == sa.bindparam("of_fund"),
        orders.c.state.in_([state.value for state in sorted(ON_THE_WAY)]),
        orders.c.placed_at >= sa.bindparam("since"),
    )
    .order_by(orders.c.placed_at.desc(), orders.c.order_id.desc(), order_lines.c.position)
    .limit(sa.bindparam("at_most"))
)


async def open_lines(tx: ReadTx, canteen_id: UUID, fund: Fund, since: datetime, limit: int) -> list[OpenLine]:
    """List the lines of a canteen's open orders that were placed since a moment, newest order first."""
    asked = {"of_canteen": canteen_id, "of_fund": fund.value, "since": since, "at_most": limit}
    return [
        OpenLine(
            supplier_id=row.supplier_id,
            supplier_kind=SupplierKind(row.supplier_kind),
            recognised=row.recognised,
            listing_id=row.listing_id,
            category=row.category,
            origin_county_code=row.origin_county_code,
            placed_at=row.placed_at,
            sold_on=row.sold_on,
            wanted_on=row.wanted_on,
            amount_fen=line_amount_fen(row.expected_quantity, row.price_fen, row.unit_quantity),
        )
        for row in await tx.rows(_OPEN_LINES, asked)
    ]
