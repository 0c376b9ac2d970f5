"""Goods on sale are found by how their price stands to the band that binds now, an hour after it has moved at most.

Decision: whoever makes a row of search holds its item's band until the row is there, and a band moves only then.
Why: what was made by the old band and came after the last look for such rows would keep its tag until the next move.
Price: an item that is new to this table is only named in its first round, as nobody can hold a row that is not there.
"""

import asyncio

from services.catalog.store import standing
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.price_band import band_of
from shared.clock import business_date
from shared.reference.items import items

BATCH_ROWS_MAX = 500
PAUSE_SECONDS = 0.02


async def spread_bands(desk: Desk) -> int:
    """Hold every item's rows against its band of today; gives how many rows are to be made again."""
    total = 0
    for item_code in sorted(set(items()) - await _new_items(desk)):
        if await _has_moved(desk, item_code):
            while marked := await _mark(desk, item_code):
                total += marked
                await asyncio.sleep(PAUSE_SECONDS)
    return total


async def _new_items(desk: Desk) -> set[str]:
    async with desk.uow.begin() as tx:
        return await standing.name_items(tx, items())


async def _has_moved(desk: Desk, item_code: str) -> bool:
    """Keep the band of today; tells whether rows may be held against another."""
    async with desk.uow.begin() as tx:
        band = await band_of(tx, item_code, business_date(tx.now))
        now = (band.low, band.high) if band is not None and band.binds else None
        before, spread = (await standing.kept_bands(tx, [item_code])).get(item_code, (None, True))
        if now != before:
            await standing.keep_band(tx, item_code, now)
        return now != before or not spread


async def _mark(desk: Desk, item_code: str) -> int:
    async with desk.uow.begin() as tx:
        band, _ = (await standing.kept_bands(tx, [item_code]))[item_code]
        marked = await standing.mark_wrong(tx, item_code, band, BATCH_ROWS_MAX)
    if not marked:
        # In a transaction that keeps no goods, as whoever holds the band may be waiting for them.
        async with desk.uow.begin() as tx:
            await standing.mark_spread(tx, item_code, band)
    return marked
