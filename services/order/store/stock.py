"""Stock is moved under locks taken in id order, never below what is promised, and crossing zero is said once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.order.domain.actors import Actor
from services.order.domain.refusals import StockShort
from services.order.domain.seasons import Season, season_of
from services.order.store.tables import listings, stock, stock_changes
from shared.contracts.order import StockChanged
from shared.contracts.words import Measure
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Stock:
    """What lies there of one listing, and what of it is promised."""

    listing_id: UUID
    supplier_id: UUID
    name: str
    measure: Measure
    on_hand: int
    promised: int
    version: int
    season: Season = ()
    """The days for which it may be promised; none is any."""

    @property
    def available(self) -> int:
        return self.on_hand - self.promised

    def view(self) -> dict[str, object]:
        return {
            "listing_id": str(self.listing_id),
            "supplier_id": str(self.supplier_id),
            "name": self.name,
            "measure": self.measure,
            "on_hand": self.on_hand,
            "promised": self.promised,
            "available": self.available,
            "version": self.version,
            "windows": [one.view() for one in self.season],
        }


@dataclass(frozen=True, slots=True)
class Move:
    """A step of one listing's stock, signed."""

    on_hand: int = 0
    promised: int = 0


_OWN = ("listing_id", "supplier_id", "name", "on_hand", "promised", "version")
_STOCK = sa.select(
    stock.c.listing_id,
    stock.c.supplier_id,
    listings.c.name,
    listings.c.measure,
    stock.c.on_hand,
    stock.c.promised,
    stock.c.version,
    sa.func.coalesce(sa.cast(stock.c.windows, sa.Text), sa.cast(stock.c.season, sa.Text)).label("season"),
    stock.c.window_max,
    stock.c.window_promised,
).join(listings, listings.c.listing_id == stock.c.listing_id)


async def find_stock(tx: ReadTx, listing_id: UUID, *, lock: bool = False) -> Stock | None:
    """Read the stock of a listing; None for one that was never published."""
    chosen = _STOCK.where(stock.c.listing_id == listing_id)
    row = await tx.first(chosen.with_for_update(key_share=True, of=stock) if lock else chosen)
    return None if row is None else _stock(row)


async def lock_stocks(tx: Tx, listing_ids: Collection[UUID]) -> dict[UUID, Stock]:
    """Lock the stock of some listings, in id order, and give it by listing."""
    chosen = _STOCK.where(stock.c.listing_id.in_(list(listing_ids))).order_by(stock.c.listing_id)
    rows = await tx.rows(chosen.with_for_update(key_share=True, of=stock))
    return {row.listing_id: _stock(row) for row in rows}


def _stock(row: sa.Row[Any]) -> Stock:
    season = season_of(row.season, row.window_max, row.window_promised)
    of_stock = {name: getattr(row, name) for name in _OWN}
    return Stock(**of_stock, measure=Measure(row.measure), season=season)


async def set_on_hand(
    tx: Tx,
    before: Stock,
    on_hand: int,
    *,
    by: Actor,
    reason: str,
    at: datetime,
    of_row: tuple[UUID, int] | None = None,
) -> Stock:
    """Write a new count of locked stock and who counted, and say so when availability crosses zero.

    `of_row` names the import and the row that it came by, if any.
    """
    await tx.execute(
        sa.update(stock)
        .where(stock.c.listing_id == before.listing_id)
        .values(on_hand=on_hand, version=stock.c.version + 1)
    )
    await tx.execute(
        sa.insert(stock_changes).values(
            listing_id=before.listing_id,
            at=at,
            account_id=by.account_id,
            acted_as=None if by.acted_as is None else by.acted_as.value,
            before=before.on_hand,
            after=on_hand,
            reason=reason,
            import_id=of_row and of_row[0],
            import_row=of_row and of_row[1],
        )
    )
    after = Stock(
        before.listing_id,
        before.supplier_id,
        before.name,
        before.measure,
        on_hand,
        before.promised,
        before.version + 1,
        before.season,
    )
    if (before.available > 0) != (after.available > 0):
        await tx.publish(
            StockChanged(listing_id=after.listing_id, version=after.version, available=after.available > 0)
        )
    return after


COUNTED = """CASE WHEN s.window_promised IS NULL THEN NULL ELSE ARRAY(
    SELECT w.promised + coalesce(
      (SELECT sum(d.more) FROM unnest(n.days, n.mores) AS d(day, more) WHERE w.span @> d.day), 0)::bigint
    FROM unnest(s.windows, s.window_promised) WITH ORDINALITY AS w(span, promised, place) ORDER BY w.place) END"""
"""What the windows of stock `s` have promised once `n` has moved: more of them, or less, by day.

Goods that leave stay counted, as a window's bound is on all that is ever promised for its days.
"""

_MOVE = sa.text(
    f"""
WITH n AS (
  SELECT *, ARRAY[cast(:day AS date)] AS days, ARRAY[promised - on_hand] AS mores
  FROM unnest(:ids, :on_hand, :promised) AS m(listing_id, on_hand, promised)
), held AS (
  SELECT s.listing_id FROM stock s WHERE s.listing_id = ANY (:ids) ORDER BY s.listing_id FOR NO KEY UPDATE
)
UPDATE stock s SET on_hand = s.on_hand + n.on_hand, promised = s.promised + n.promised, version = s.version + 1,
  window_promised = {COUNTED}
FROM n JOIN held h ON h.listing_id = n.listing_id
WHERE s.listing_id = n.listing_id
  AND s.on_hand + n.on_hand >= s.promised + n.promised AND s.promised + n.promised >= 0
RETURNING s.listing_id, s.on_hand - s.promised AS available, n.promised - n.on_hand AS less, s.version
"""  # noqa: S608 - composed of constants
).bindparams(
    sa.bindparam("ids", type_=ARRAY(sa.Uuid)),
    sa.bindparam("day", type_=sa.Date),
    sa.bindparam("on_hand", type_=ARRAY(sa.BigInteger)),
    sa.bindparam("promised", type_=ARRAY(sa.BigInteger)),
)


async def move_stock(tx: Tx, moves: Mapping[UUID, Move], day: date) -> None:
    """Move the stock of some listings, all or none, for an order wanted on a day, and say which crossed zero.

    Raises StockShort, told by listing with left and asked, when some listing has not that much available.
    """
    asked = {listing_id: move for listing_id, move in sorted(moves.items()) if move != Move()}
    if not asked:
        return
    rows = await tx.rows(
        _MOVE,
        {
            "ids": list(asked),
            "day": day,
            "on_hand": [move.on_hand for move in asked.values()],
            "promised": [move.promised for move in asked.values()],
        },
    )
    if len(rows) < len(asked):
        moved = {row.listing_id for row in rows}
        raise StockShort(listings=await _shortages(tx, {k: v for k, v in asked.items() if k not in moved}))
    for row in rows:
        before = row.available + row.less
        if (before > 0) != (row.available > 0):
            await tx.publish(StockChanged(listing_id=row.listing_id, version=row.version, available=row.available > 0))


async def _shortages(tx: ReadTx, moves: Mapping[UUID, Move]) -> list[dict[str, object]]:
    rows = await tx.rows(
        sa.select(stock.c.listing_id, stock.c.on_hand, stock.c.promised, listings.c.name)
        .join(listings, listings.c.listing_id == stock.c.listing_id)
        .where(stock.c.listing_id.in_(list(moves)))
        .order_by(stock.c.listing_id)
    )
    return [
        {
            "listing_id": str(row.listing_id),
            "name": row.name,
            "left": row.on_hand - row.promised,
            "asked": moves[row.listing_id].promised - moves[row.listing_id].on_hand,
        }
        for row in rows
    ]
