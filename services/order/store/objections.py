"""What is held against a statement is written once, and closed once, by the side that raised it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.store.account_tables import account_lines, account_objections
from shared.db.unit_of_work import ReadTx, Tx


async def lines_known(tx: ReadTx, statement_id: UUID, order_ids: Sequence[UUID]) -> set[UUID]:
    """Tell which of these orders are on a statement."""
    rows = await tx.rows(
        sa.select(account_lines.c.order_id).where(
            account_lines.c.statement_id == statement_id, account_lines.c.order_id.in_(order_ids)
        )
    )
    return {row.order_id for row in rows}


async def count_objections(tx: ReadTx, statement_id: UUID, *, open_only: bool) -> int:
    chosen = sa.select(sa.func.count()).where(account_objections.c.statement_id == statement_id)
    if open_only:
        chosen = chosen.where(account_objections.c.closed_at.is_(None))
    return int(await tx.value(chosen))


async def find_objection(tx: ReadTx, objection_id: UUID) -> sa.Row[Any] | None:
    return await tx.first(sa.select(account_objections).where(account_objections.c.objection_id == objection_id))


async def add_objection(tx: Tx, values: dict[str, Any]) -> bool:
    """Write an objection; False when this id is there."""
    row = await tx.first(
        insert(account_objections)
        .values(**values)
        .on_conflict_do_nothing()
        .returning(account_objections.c.objection_id)
    )
    return row is not None


async def close(tx: Tx, objection_id: UUID, *, by: UUID, note: str) -> None:
    await tx.execute(
        sa.update(account_objections)
        .where(account_objections.c.objection_id == objection_id, account_objections.c.closed_at.is_(None))
        .values(closed_by=by, closed_at=tx.now, note=note)
    )
