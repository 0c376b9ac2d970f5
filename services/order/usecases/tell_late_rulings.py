"""A return that nobody rules on in time is told to the next unit above, week after week, and at the top ever again.

Whoever was told first may rule on it still, as may every unit above: an officer's reach is all that is below.
"""

from datetime import timedelta
from uuid import UUID

from services.order.domain.states import ReturnState
from services.order.store.cases import unit_path_of
from services.order.store.orders import find_order
from services.order.store.requisitions import unit_above
from services.order.store.returns import late_rulings, set_days, without_days
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.return_steps import return_of
from shared.contracts.authority import Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.rounds import BATCH_MAX

TOLD_AGAIN_AFTER = timedelta(days=7)


async def tell_late_rulings(desk: Desk) -> int:
    """Tell of overdue rulings, and give returns of before there were days theirs; gives how many were looked at."""
    now = desk.clock.now()
    async with desk.uow.glance() as tx:
        unset = await without_days(tx, BATCH_MAX)
        late = await late_rulings(tx, now, now - TOLD_AGAIN_AFTER, BATCH_MAX)
    for order_id, return_id in unset:
        await _set(desk, order_id, return_id)
    for order_id, return_id in late:
        await _tell(desk, order_id, return_id)
    return max(len(unset), len(late))


async def _set(desk: Desk, order_id: UUID, return_id: UUID) -> None:
    async with desk.uow.begin() as tx:
        await find_order(tx, order_id, lock=True)
        found = await return_of(tx, order_id, return_id)
        if found.state is ReturnState.ESCALATED and found.ruling_due_at is None:
            await set_days(tx, return_id, ruling_due_at=tx.now + timedelta(days=desk.ruling_days))
        elif found.state is ReturnState.REFUSED and found.escalate_until is None:
            await set_days(tx, return_id, escalate_until=tx.now + timedelta(days=desk.return_escalation_days))


async def _tell(desk: Desk, order_id: UUID, return_id: UUID) -> None:
    async with desk.uow.begin() as tx:
        order = await find_order(tx, order_id, lock=True)
        assert order is not None
        found = await return_of(tx, order_id, return_id)
        due_at, told_at = found.ruling_due_at, found.ruling_told_at
        if found.state is not ReturnState.ESCALATED or due_at is None or due_at > tx.now:
            return
        if told_at is not None and told_at > tx.now - TOLD_AGAIN_AFTER:
            return
        path = None if found.ruling_with is None else await unit_path_of(tx, found.ruling_with)
        above = await unit_above(tx, path or order.unit_path)
        before = found.ruling_with or order.unit_id
        unit_id = before if above is None else above[0]
        await set_days(tx, return_id, ruling_told_at=tx.now, ruling_with=unit_id)
        audience = [Audience(organisation_id=one, roles=(Role.OFFICER,)) for one in dict.fromkeys((unit_id, before))]
        facts = {"order_id": order_id, "supplier": order.supplier_name, "outcome": "overdue"}
        await raise_notice(tx, NoticeKind.RETURN_ASKED, return_id, audience, facts, due_at)
