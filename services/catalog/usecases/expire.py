"""Of every paper that ends it is said in time that it does, once a notice, however often and by however many looked.

Decision: a round looks at what is due and writes what it said in the transaction that says it, a batch each; nothing is
changed by the end of a paper, for its days are told beforehand. Why: a round that fails, comes late or comes twice does
no harm. Price: after a rest of weeks only the notice that is due now is said, not those that were missed.
"""

from services.catalog.domain.expiry import noticed_days
from services.catalog.store import expiry
from services.catalog.usecases.desk import Desk
from shared.clock import business_date
from shared.contracts.catalog import SupplierExpiring

BATCH_NOTICES_MAX = 200


async def expire(desk: Desk) -> int:
    """Say every notice that is due and was not said, batch after batch; gives how many."""
    total = 0
    while found := await _batch(desk):
        total += found
    return total


async def _batch(desk: Desk) -> int:
    async with desk.uow.begin() as tx:
        today = business_date(tx.now)
        due = await expiry.unsaid(tx, today, *noticed_days(today), BATCH_NOTICES_MAX)
        if not due:
            return 0
        for notice in await expiry.say(tx, due, tx.now):
            one = notice.ending
            await tx.publish(
                SupplierExpiring(
                    supplier_id=one.supplier_id,
                    subject_id=one.filing_id,
                    what=one.subject.value,
                    name=one.title,
                    valid_to=one.valid_to,
                    days_left=max(0, (one.valid_to - today).days),
                )
            )
    return len(due)
