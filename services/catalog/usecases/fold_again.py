"""Every listing on sale is found by this program's folding soon after it starts, whichever folding put it on sale.

Decision: a row keeps the FOLDING that made it, and rows of an older one are made again here, words, tags and line, a
bounded batch a transaction, from the version on sale and its supplier.
Why: a migration would hold a million rows and the deployment for minutes, and would need each folding of the past.
Price: while it runs, what is new in a folding finds only the rows that it has reached.
"""

import asyncio

from services.catalog.domain.grams import FOLDING
from services.catalog.store import on_sale
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.listing_shapes import sale_row

BATCH_ROWS_MAX = 200
PAUSE_SECONDS = 0.02


async def fold_again(desk: Desk) -> int:
    """Fold what an older folding made, batch after batch, until there is none; gives how many rows."""
    total = 0
    while rows := await _batch(desk):
        total += rows
        await asyncio.sleep(PAUSE_SECONDS)
    return total


async def _batch(desk: Desk) -> int:
    async with desk.uow.begin() as tx:
        older = await on_sale.lock_older(tx, FOLDING, BATCH_ROWS_MAX)
        # In a thread of its own, since 200 rows are some 50 ms of work that no request should wait for.
        rows = await asyncio.to_thread(lambda: [sale_row(one.version, one.supplier, one.available) for one in older])
        await on_sale.replace_all(tx, rows)
    return len(older)
