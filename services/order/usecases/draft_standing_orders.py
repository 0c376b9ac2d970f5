"""A round drafts a basket of each standing order some days ahead, once a day whoever comes first, and orders nothing.

The goods are read before, and written only if the standing order is still the very one that was read.
"""

from datetime import date, timedelta
from uuid import UUID

from services.order.domain.refusals import AmountTooLarge
from services.order.domain.standing import next_day
from services.order.store.baskets import AskedFor
from services.order.store.standing_orders import (
    Draft,
    StandingOrder,
    draft_next_on,
    drafted_days,
    due_standing,
    find_standing,
    write_draft,
)
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.repeat_order import Refilled, Wish, as_asked, left_out, refill
from shared.clock import business_date
from shared.contracts.authority import Role
from shared.contracts.order import Audience
from shared.contracts.words import Measure, NoticeKind
from shared.db.unit_of_work import Tx
from shared.ids import new_id
from shared.rounds import BATCH_MAX


async def draft_standing_orders(desk: Desk) -> int:
    """Draft what is due today; gives how many standing orders were looked at."""
    today = business_date(desk.clock.now())
    async with desk.uow.glance() as tx:
        due = await due_standing(tx, today, BATCH_MAX)
    for standing_order_id in due:
        await _draft(desk, standing_order_id, today)
    return len(due)


async def _draft(desk: Desk, standing_order_id: UUID, today: date) -> None:
    async with desk.uow.read() as read:
        seen = await find_standing(read, standing_order_id)
        if seen is None or seen.draft_on is None or seen.draft_on > today:
            return
        day = next_day(seen.weekdays, today, seen.until, but=await drafted_days(read, standing_order_id, today))
    filled = await _filled(desk, seen, today, day)
    async with desk.uow.begin() as tx:
        now = await find_standing(tx, standing_order_id, lock=True)
        if now is None or (now.version, now.draft_on) != (seen.version, seen.draft_on):
            return  # Another program, or its buyer, was faster.
        done = await drafted_days(tx, standing_order_id, today)
        wanted_on = next_day(now.weekdays, today, now.until, but=done)
        if wanted_on is not None and wanted_on - timedelta(days=now.lead_days) <= today:
            await _write(tx, now, wanted_on, filled)
            wanted_on = next_day(now.weekdays, today, now.until, but={*done, wanted_on})
        await draft_next_on(
            tx, standing_order_id, None if wanted_on is None else wanted_on - timedelta(days=now.lead_days)
        )


async def _filled(desk: Desk, order: StandingOrder, today: date, wanted_on: date | None) -> Refilled:
    wishes = [
        Wish(
            AskedFor(UUID(line["listing_id"]), line["listing_version"], line["quantity"], line["tolerance_bp"]),
            line["name"],
            Measure(line["measure"]),
        )
        for line in order.lines
    ]
    if not order.canteen_active:
        return left_out(wishes, "canteen_closed")
    try:
        return await refill(desk, wishes, today, wanted_on)
    except AmountTooLarge:
        return left_out(wishes, "amount_too_large")


async def _write(tx: Tx, order: StandingOrder, wanted_on: date, filled: Refilled) -> None:
    basket_id = new_id() if filled.lines else None
    await write_draft(tx, order, Draft(wanted_on, tx.now, basket_id, filled.told), as_asked(filled.lines))
    if not order.canteen_active:
        return
    facts = {
        "canteen": order.canteen_name,
        "name": order.name,
        "wanted_on": wanted_on,
        "amount_fen": sum(line.amount_fen for line in filled.lines),
        "lines": len(filled.lines),
        "left_out": sum(1 for one in filled.told if not one["in_basket"]),
        "standing_order_id": order.standing_order_id,
    }
    buyers = Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,))
    await raise_notice(tx, NoticeKind.STANDING_DRAFTED, basket_id or order.standing_order_id, [buyers], facts)
