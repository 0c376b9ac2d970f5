"""Whoever exports a year reads its entries whole, in the order in which they were recorded."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from services.procurement_quota.store.tables import entry
from shared.db.unit_of_work import ReadTx

_OF_YEAR = (
    sa.select(
        entry.c.unit_id,
        entry.c.seq,
        entry.c.recorded_at,
        entry.c.kind,
        entry.c.canteen_id,
        entry.c.fund,
        entry.c.happened_on,
        entry.c.posting_month,
        entry.c.amount_fen,
        entry.c.lot_id,
        entry.c.lot_line,
        entry.c.facts,
    )
    .where(entry.c.year == sa.bindparam("year", type_=sa.Integer), entry.c.kind != "close")
    .order_by(entry.c.recorded_at, entry.c.unit_id, entry.c.seq)
)


async def entries_of_year(tx: ReadTx, year: int) -> Sequence[Mapping[str, Any]]:
    """Read every entry that belongs to a year, but the closings, which book nothing."""
    return [dict(row._mapping) for row in await tx.rows(_OF_YEAR, {"year": year})]
