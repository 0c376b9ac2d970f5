"""What nobody decided in time is handed to the unit above; where nobody is above, or the day is over, it expires."""

from datetime import datetime

from services.order.store.requisitions import (
    Requisition,
    RequisitionStep,
    add_step,
    due_requisitions,
    hold_due,
    move_requisition,
    unit_above,
    wait_for,
)
from services.order.usecases.answer_on_site_sale import follow_requisition
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.waiting import due_from, tell_deciders, waiting_facts
from shared.clock import business_date
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Tx
from shared.rounds import BATCH_MAX


async def hand_up_due_requisitions(desk: Desk) -> int:
    """Look after each requisition whose time is over; gives how many were due."""
    now = desk.clock.now()
    async with desk.uow.glance() as tx:
        due = await due_requisitions(tx, now, BATCH_MAX)
    for requisition_id in due:
        async with desk.uow.begin() as tx:
            found = await hold_due(tx, requisition_id, now)
            if found is not None:
                await _look_after(desk, tx, found, now)
    return len(due)


async def _look_after(desk: Desk, tx: Tx, found: Requisition, now: datetime) -> None:
    above = await unit_above(tx, found.waits_path or found.unit_path)
    days = found.now_for.days or desk.approval_days
    due_at = due_from(now, days, found)
    too_late = found.sale_id is None and found.wanted_on < business_date(now)
    if too_late or (found.due_at is not None and above is None):
        await _expire(tx, found)
    elif found.due_at is None:  # It has waited since before there was a clock.
        await wait_for(tx, found.requisition_id, found.unit_id, found.unit_path, due_at)
    elif above is not None:
        unit_id, path = above
        await wait_for(tx, found.requisition_id, unit_id, path, due_at)
        await add_step(tx, found.requisition_id, RequisitionStep(now, "escalate", unit_id=unit_id))
        handed = found._replace(waits_for=unit_id, waits_path=path, due_at=due_at)
        await tell_deciders(tx, NoticeKind.REQUISITION_ESCALATED, handed)


async def _expire(tx: Tx, found: Requisition) -> None:
    await move_requisition(tx, found.requisition_id, "expire")
    await add_step(tx, found.requisition_id, RequisitionStep(tx.now, "expire"))
    kind, asker = NoticeKind.REQUISITION_EXPIRED, [found.requested_by]
    await raise_notice(tx, kind, found.requisition_id, [], waiting_facts(found), accounts=asker)
    await follow_requisition(tx, found, "expire", None)
