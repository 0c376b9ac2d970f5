"""Who asked, or another buyer of the canteen, takes a requisition back while it waits; whoever it waits for is told."""

from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refusals import AlreadyDecided, NoSuchRequisition
from services.order.domain.states import RequisitionState
from services.order.store.requisitions import RequisitionStep, add_step, find_requisition, move_requisition
from services.order.usecases.answer_on_site_sale import follow_requisition
from services.order.usecases.commands import WithdrawRequisition
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.requisition_view import read_view
from services.order.usecases.waiting import waiting_facts
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Stamp


async def withdraw_requisition(
    desk: Desk, identity: Identity, requisition_id: UUID, command: WithdrawRequisition, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Withdraw what waits; withdrawn again it answers the same. Raises NoSuchRequisition, AlreadyDecided."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        found = await find_requisition(tx, requisition_id)
        if found is None:
            raise NoSuchRequisition(requisition_id=str(requisition_id))
        role = require(identity, "withdraw_requisition", Owned(canteen_id=found.canteen_id, unit_path=found.unit_path))
        if await move_requisition(tx, requisition_id, "withdraw", reason=command.reason):
            by, name = identity.account_id, identity.name
            step = RequisitionStep(tx.now, "withdraw", by, name, role, reason=command.reason)
            await add_step(tx, requisition_id, step)
            facts = {**waiting_facts(found), "by": name, "outcome": "withdraw", "reason": command.reason}
            stage = found.now_for
            asked = dict.fromkeys((stage.unit_id, found.waits_for or stage.unit_id))
            audience = [Audience(organisation_id=unit, roles=(stage.role,)) for unit in asked]
            kind, asker = NoticeKind.REQUISITION_DECIDED, [found.requested_by]
            await raise_notice(tx, kind, requisition_id, audience, facts, accounts=asker, by=by)
            await follow_requisition(tx, found, "take_back", Actor.of(identity, role), command.reason)
        now = await find_requisition(tx, requisition_id)
        assert now is not None
        if now.state is not RequisitionState.WITHDRAWN:
            raise AlreadyDecided(requisition_id=str(requisition_id), state=now.state.value)
        answer = await read_view(tx, now)
        await tx.answer(answer)
    return answer
