"""What a statement is read from cannot change uncounted: what programs keep of it would go on as true."""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.procurement_quota.store.change_tables import EVENTS, READ_FROM

_COUNTING = """
SELECT c.relname || '_' || e.name AS counted FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
CROSS JOIN unnest(CAST(:events AS text[])) AS e (name)
WHERE t.tgname = c.relname || '_' || e.name || '_counts' AND t.tgenabled = 'A'
"""


async def change_checks(read: Snapshots) -> list[Check]:
    """Look for a table whose changes are not counted, whatever session makes them."""
    wanted = [f"{table}_{event}" for table in READ_FROM for event in EVENTS]
    rows = await read.rows("procurement_quota", _COUNTING, events=list(EVENTS))
    counted = {row.counted for row in rows}
    return [
        Check(
            6,
            "every change of what a statement is read from is counted",
            count_of(wanted, "triggers"),
            [name for name in wanted if name not in counted],
        )
    ]
