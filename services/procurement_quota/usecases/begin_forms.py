"""A change of a canteen's form that was approved beforehand is said on the day from which it holds."""

from dataclasses import replace

from services.procurement_quota.store.canteens import canteen_by_id, forms_begun, write_canteen
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_canteen import say_canteen
from shared.clock import today

BATCH_MAX = 200


async def begin_forms(desk: Desk) -> int:
    """Bring canteens to the form that holds today, one transaction each; gives how many changed."""
    day = today(desk.clock)
    async with desk.uow.glance() as reading:
        due = await forms_begun(reading, day, BATCH_MAX)
    changed = 0
    for canteen_id in due:
        async with desk.uow.begin() as tx:
            await lock_name(tx, f"canteen {canteen_id}")
            kind = (await forms_begun(tx, day, BATCH_MAX)).get(canteen_id)
            before = await canteen_by_id(tx, canteen_id)
            if before is None or kind is None:
                continue
            after = replace(before, version=before.version + 1, kind=kind)
            await write_canteen(tx, after)
            await say_canteen(tx, after)
            changed += 1
    return changed
