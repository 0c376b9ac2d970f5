"""Every listing on sale is found by this program's folding soon after it starts, whichever folding put it on sale.

Decision: a row keeps the FOLDING that made its words, and rows of an older one are made again here, a bounded batch a
transaction, from the version on sale and its supplier.
Why: a migration would hold a million rows and the deployment for minutes, and would need each folding of the past.
Price: while it runs, pinyin finds only the rows that it has reached; words in characters find all.
"""

import asyncio

from services.catalog.domain.grams import FOLDING
from services.catalog.store import on_sale
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.listing_shapes import sale_words

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
        words = await asyncio.to_thread(lambda: [sale_words(*row.named) for row in older])
        await on_sale.set_words(tx, FOLDING, zip([row.listing_id for row in older], words, strict=True))
    return len(older)
