"""Whoever exports a year, or tries a rule on it, reads its entries whole, in the order in which they were recorded."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.store.tables import entry
from shared.contracts.words import Fund
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


_OF_CANTEEN = (
    sa.select(
        entry.c.unit_id,
        entry.c.canteen_id,
        entry.c.recorded_at,
        entry.c.kind,
        entry.c.fund,
        entry.c.year,
        entry.c.posting_month,
        entry.c.amount_fen,
        entry.c.lot_id,
        entry.c.lot_line,
        entry.c.order_id,
        entry.c.supplier_id,
        entry.c.listing_id,
        entry.c.facts,
    )
    .where(
        entry.c.canteen_id == sa.bindparam("of_canteen", type_=sa.Uuid),
        entry.c.year == sa.bindparam("of_year", type_=sa.Integer),
        entry.c.fund == sa.bindparam("of_fund", type_=sa.Text),
        entry.c.kind != "close",
    )
    .order_by(entry.c.recorded_at, entry.c.unit_id, entry.c.seq)
)


async def entries_of_canteen(tx: ReadTx, canteen_id: UUID, fund: Fund, year: int) -> Sequence[Mapping[str, Any]]:
    """Read every entry of a canteen's year and fund but the closing, in the order in which they were recorded."""
    asked = {"of_canteen": canteen_id, "of_year": year, "of_fund": fund.value}
    return [dict(row._mapping) for row in await tx.rows(_OF_CANTEEN, asked)]
