"""What was recorded is folded behind the ledger, some entries at a time, so that past days are read from sums.

Decision: a step takes stretches of chains, each from where it was folded to, and whatever of payments waits, and
commits with how far it came. It locks no head, so that nobody waits for it; who reads adds what it has not reached.
Why: a province's table as of a past day read ten million entries, and ended in a timeout.
Price: a narrow row for each canteen, rule and day, and one for each order and day.
"""

from services.procurement_quota.domain.folding import added, difference, owed_steps
from services.procurement_quota.store import folding
from services.procurement_quota.usecases.desk import Desk

CHAINS_AT_ONCE = 500
ENTRIES_AT_ONCE = 20_000
PAYMENTS_AT_ONCE = 5_000


async def fold_whole_ledger(desk: Desk) -> None:
    """Fold whatever is not folded yet, after whoever is at it."""
    while await fold_ledger(desk, wait=True):
        pass


async def fold_ledger(desk: Desk, *, wait: bool = False) -> bool:
    """Fold the next entries and payments; tells whether there were any. Of two who do not wait, one does it."""
    async with desk.uow.begin() as tx:
        if not await folding.lock(tx, wait=wait):
            return False
        stretches = await folding.lagging(tx, chains=CHAINS_AT_ONCE, entries=ENTRIES_AT_ONCE)
        paid = await folding.unfolded_payments(tx, payments=PAYMENTS_AT_ONCE)
        if not stretches and not paid:
            return False
        orders = sorted({*paid.values()} | await folding.orders_in(tx, stretches))
        before = await folding.folded_orders(tx, orders)
        await folding.fold_entries(tx, stretches)
        await folding.fold_orders(tx, stretches)
        await folding.take_payments(tx, paid)
        after = await folding.folded_orders(tx, orders)
        steps = added(
            difference(owed_steps(*was), owed_steps(*now)) for was, now in zip(before, after, strict=True) if was != now
        )
        await folding.add_owed(tx, steps)
        return True
