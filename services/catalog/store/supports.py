"""What a base was given, as it is stored: entries that are only added to; and what stands beside it, what it sold."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.catalog.store.filing_tables import supports
from services.catalog.store.sales_tables import sales
from shared.db.unit_of_work import ReadTx, Tx


async def find(tx: ReadTx, supplier_id: UUID, support_id: UUID) -> sa.Row[Any] | None:
    """Give one entry, or None."""
    table = supports.c
    return await tx.first(sa.select(supports).where(table.supplier_id == supplier_id, table.support_id == support_id))


async def reversal_of(tx: ReadTx, supplier_id: UUID, support_id: UUID) -> UUID | None:
    """Give which entry reversed another, or None."""
    table = supports.c
    found = await tx.value(
        sa.select(table.support_id).where(table.supplier_id == supplier_id, table.reverses == support_id)
    )
    return None if found is None else UUID(str(found))


async def count(tx: ReadTx, supplier_id: UUID) -> int:
    return int(await tx.value(sa.select(sa.func.count()).where(supports.c.supplier_id == supplier_id)))


async def insert(tx: Tx, values: Mapping[str, Any]) -> None:
    """Keep an entry; its supplier is locked."""
    await tx.execute(sa.insert(supports).values(**values))


async def given(tx: ReadTx, supplier_id: UUID, first: date, last: date) -> Sequence[sa.Row[Any]]:
    """Give the entries of some days, oldest first; how many there may be is bounded."""
    table = supports.c
    query = (
        sa.select(supports)
        .where(table.supplier_id == supplier_id, table.given_on.between(first, last))
        .order_by(table.given_on, table.recorded_at, table.support_id)
    )
    return await tx.rows(query)


async def sums(tx: ReadTx, supplier_id: UUID, last: date) -> Mapping[str, int]:
    """Give by kind what was given until a day, reversals taken off."""
    table = supports.c
    query = (
        sa.select(table.kind, sa.func.sum(table.amount_fen).cast(sa.BigInteger).label("amount_fen"))
        .where(table.supplier_id == supplier_id, table.given_on <= last)
        .group_by(table.kind)
        .order_by(table.kind)
    )
    return {row.kind: int(row.amount_fen) for row in await tx.rows(query)}


async def sold(tx: ReadTx, supplier_id: UUID, first: date, last: date) -> tuple[int, int]:
    """Give how many lines were accepted on some days, and what of their money is kept, returns and credits taken off.

    A return or a credit belongs to the day of the acceptance that it reverses.
    """
    table = sales.c
    row = await tx.first(
        sa.select(
            sa.func.count().filter(table.step_id == table.acceptance_id).label("lines"),
            sa.func.coalesce(sa.func.sum(table.amount_fen), 0).cast(sa.BigInteger).label("net_fen"),
        ).where(table.supplier_id == supplier_id, table.accepted_on.between(first, last), table.year == first.year)
    )
    assert row is not None
    return int(row.lines), int(row.net_fen)
