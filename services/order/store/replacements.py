"""The order by which returned goods come again is written of the lines that went back, and named on their return."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.order.store.budget_tables import budget_gates
from services.order.store.orders import Order
from services.order.store.return_tables import return_steps
from services.order.store.tables import orders, returns
from shared.contracts.words import OrderChannel, OrderState
from shared.db.unit_of_work import ReadTx, Tx


class Again(NamedTuple):
    """A line of an order, and how much of it comes again as which line."""

    line_id: UUID
    new_id: UUID
    quantity: int
    tolerance_bp: int


_LINES = sa.text(
    """
INSERT INTO order_lines (order_id, line_id, position, listing_id, listing_version, name, category, measure, unit_name,
  unit_quantity, piece_grams, price_fen, origin_county_code, quantity, tolerance_bp, promised_quantity)
SELECT :placed, a.new_id, row_number() OVER (ORDER BY l.position), l.listing_id, l.listing_version, l.name, l.category,
  l.measure, l.unit_name, l.unit_quantity, l.piece_grams, l.price_fen, l.origin_county_code, a.quantity, a.tolerance_bp,
  a.quantity
FROM unnest(:line_ids, :new_ids, :quantities, :tolerances) AS a(line_id, new_id, quantity, tolerance_bp)
JOIN order_lines l ON l.order_id = :order_id AND l.line_id = a.line_id
"""
).bindparams(
    sa.bindparam("placed", type_=sa.Uuid),
    sa.bindparam("order_id", type_=sa.Uuid),
    sa.bindparam("line_ids", type_=ARRAY(sa.Uuid)),
    sa.bindparam("new_ids", type_=ARRAY(sa.Uuid)),
    sa.bindparam("quantities", type_=ARRAY(sa.BigInteger)),
    sa.bindparam("tolerances", type_=ARRAY(sa.Integer)),
)


async def who_asked(tx: Tx, return_id: UUID) -> tuple[UUID, str]:
    """Tell who proposed a return: account and name."""
    row = await tx.first(
        sa.select(return_steps.c.account_id, return_steps.c.account_name)
        .where(return_steps.c.return_id == return_id, return_steps.c.step == "propose")
        .limit(1)
    )
    if row is not None:
        return row.account_id, row.account_name
    return await tx.value(sa.select(returns.c.proposed_by).where(returns.c.return_id == return_id)), ""


async def write_replacement(
    tx: Tx,
    order: Order,
    return_id: UUID,
    *,
    placed: UUID,
    wanted_on: date,
    amount_fen: int,
    recognised: bool,
    asked_by: tuple[UUID, str],
    lines: Sequence[Again],
) -> None:
    """Write an order of what went back of another, as it is placed, and name it on the return."""
    await tx.execute(
        sa.insert(orders).values(
            order_id=placed,
            requisition_id=order.requisition_id,
            canteen_id=order.canteen_id,
            unit_id=order.unit_id,
            supplier_id=order.supplier_id,
            supplier_name=order.supplier_name,
            supplier_kind=order.supplier_kind.value,
            fund=order.fund.value,
            state=OrderState.PLACED.value,
            version=1,
            wanted_on=wanted_on,
            placed_at=tx.now,
            placed_by=asked_by[0],
            placed_by_name=asked_by[1],
            ordered_fen=amount_fen,
            recognised=recognised,
            channel=OrderChannel.ONLINE.value,
        )
    )
    await tx.execute(
        _LINES,
        {
            "placed": placed,
            "order_id": order.order_id,
            "line_ids": [one.line_id for one in lines],
            "new_ids": [one.new_id for one in lines],
            "quantities": [one.quantity for one in lines],
            "tolerances": [one.tolerance_bp for one in lines],
        },
    )
    await tx.execute(sa.update(returns).where(returns.c.return_id == return_id).values(replacement_order_id=placed))


async def is_replacement(tx: ReadTx, order_id: UUID) -> bool:
    """Tell whether an order is what comes in the place of returned goods."""
    return await tx.first(_IS_ONE, {"order_id": order_id}) is not None


_IS_ONE = sa.select(returns.c.return_id).where(returns.c.replacement_order_id == sa.bindparam("order_id")).limit(1)


async def not_packed_by(tx: ReadTx, day: date, limit: int) -> list[UUID]:
    """List the replacements that were promised for a day or before and are not packed, the longest due first."""
    rows = await tx.rows(
        sa.select(orders.c.order_id)
        .join(returns, returns.c.replacement_order_id == orders.c.order_id)
        .where(sa.text(f"orders.state = '{OrderState.CONFIRMED}'"), orders.c.wanted_on <= day)
        .order_by(orders.c.wanted_on, orders.c.order_id)
        .limit(limit)
    )
    return [row.order_id for row in rows]


async def count_in_budget(tx: Tx, order: Order, most_fen: int) -> None:
    """Have whoever is placing from this fund at the same moment look at its budget again."""
    await tx.execute(
        sa.update(budget_gates)
        .where(budget_gates.c.canteen_id == order.canteen_id, budget_gates.c.fund == order.fund.value)
        .values(passed_fen=budget_gates.c.passed_fen + most_fen)
    )
