"""Every listing on sale is found by this program's folding soon after it starts, and by how it stands today.

Decision: a row keeps the FOLDING that made it, and rows of an older one are made again here, words, tags and line, a
bounded batch a transaction, from the version on sale and its supplier. What changes how goods stand (a certificate, a
recognition, a band, a day that comes) marks their rows as of no folding.
Why: a migration would hold a million rows and the deployment for minutes, and would need each folding of the past.
Price: while it runs, what is new in a folding finds only the rows that it has reached.
"""

import asyncio

from services.catalog.domain.grams import FOLDING
from services.catalog.store import on_sale, standing
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.listing_shapes import sale_row
from shared.clock import business_date

BATCH_ROWS_MAX = 200
PAUSE_SECONDS = 0.02


async def fold_again(desk: Desk) -> int:
    """Fold what an older folding made, batch after batch, until there is none; gives how many rows."""
    while await _due(desk):
        await asyncio.sleep(PAUSE_SECONDS)
    total = 0
    while rows := await _batch(desk):
        total += rows
        await asyncio.sleep(PAUSE_SECONDS)
    return total


async def _due(desk: Desk) -> int:
    async with desk.uow.begin() as tx:
        return await on_sale.mark_due(tx, business_date(tx.now), BATCH_ROWS_MAX)


async def _batch(desk: Desk) -> int:
    async with desk.uow.begin() as tx:
        older = await on_sale.lock_older(tx, FOLDING, BATCH_ROWS_MAX)
        stand = await standing.standings(tx, [(one.version, one.supplier) for one in older], business_date(tx.now))
        # In a thread of its own, since 200 rows are some 50 ms of work that no request should wait for.
        rows = await asyncio.to_thread(
            lambda: [
                sale_row(one.version, one.supplier, one.available, so) for one, so in zip(older, stand, strict=True)
            ]
        )
        await on_sale.replace_all(tx, rows)
    return len(older)
