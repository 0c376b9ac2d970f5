"""An approver of the canteen's unit, never who asked, places a waiting requisition's orders or refuses it."""

from typing import Any
from uuid import UUID

from services.order.domain.goods import AskedLine, plan_orders
from services.order.domain.refusals import AlreadyDecided, NoSuchRequisition
from services.order.domain.states import REQUISITION, RequisitionState
from services.order.store.answers import answered_before
from services.order.store.baskets import AskedFor, read_head, read_lines
from services.order.store.placing import Approval, AskedAlready, NotWhole
from services.order.store.requisitions import (
    Requisition,
    RequisitionStep,
    add_step,
    find_requisition,
    refuse,
    steps_of,
)
from services.order.usecases.commands import DecideRequisition, Decision
from services.order.usecases.desk import Desk
from services.order.usecases.notices import notice_of, raise_notice
from services.order.usecases.place_orders import check_orderable, place_orders
from services.order.usecases.requisition_view import planned, read_view, requisition_view, shown_lines
from services.order.usecases.waiting import require_decider
from shared.contracts.authority import Identity
from shared.contracts.envelope import seal
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Busy, Stamp
from shared.errors import InvalidFields, field_problem
from shared.logs import request_id


async def decide_requisition(
    desk: Desk, identity: Identity, requisition_id: UUID, command: DecideRequisition, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Approve, placing all orders or none, or refuse with a reason; the same decision again answers the same."""
    answered: dict[str, Any] | None = await answered_before(desk.uow, once)
    if answered is not None:
        return answered
    async with desk.uow.glance() as tx:
        found = await find_requisition(tx, requisition_id)
    if found is None:
        raise NoSuchRequisition(requisition_id=str(requisition_id))
    role, unit_id = require_decider(identity, found)
    if command.outcome is Decision.REFUSE and not command.reason:
        raise InvalidFields(field_problem("reason", "is wanted for a refusal", "不批准须说明理由"))
    if not REQUISITION.allows(found.state, command.outcome.value):
        return await _decided(desk, identity, found, command)
    now, verb = desk.clock.now(), command.outcome.value
    step = RequisitionStep(now, verb, identity.account_id, identity.name, role, unit_id, command.reason)
    if command.outcome is Decision.APPROVE:
        return await _approve(desk, identity, found, step, command, once)
    return await _refuse(desk, identity, found, step, command, once)


async def _approve(
    desk: Desk,
    identity: Identity,
    found: Requisition,
    step: RequisitionStep,
    command: DecideRequisition,
    once: Stamp | None,
) -> dict[str, Any]:
    kept = [
        AskedFor(UUID(line["listing_id"]), line["listing_version"], line["quantity"], line.get("tolerance_bp"))
        for line in found.lines or ()
    ]
    lines: list[AskedLine] = [line for line in await read_lines(desk.uow, kept, desk.tolerance_bp) if line is not None]
    head = await read_head(desk.uow, found.canteen_id, found.basket_id)
    await check_orderable(desk, found.canteen_id, head is not None and head.kitchen.active, lines)
    decided = found._replace(
        state=RequisitionState.PLACED,
        decided_by=identity.account_id,
        decided_by_name=identity.name,
        decided_at=step.at,
        reason=command.reason,
    )
    orders = plan_orders(found.requisition_id, lines)
    async with desk.uow.glance() as tx:
        steps = await steps_of(tx, found.requisition_id)
    answer = requisition_view(decided, planned(orders), shown_lines(found), [*steps, step])
    notice = notice_of(
        NoticeKind.REQUISITION_DECIDED,
        found.requisition_id,
        [],
        _decision_facts(step),
        accounts=[found.requested_by],
        by=identity.account_id,
        at=step.at,
    )
    sealed = seal(notice, source=desk.uow.source, at=step.at, request_id=request_id.get())
    approval = Approval(step, sealed, once, answer)
    try:
        await place_orders(desk, decided, orders, lines, approval)
    except (NotWhole, AskedAlready):  # The goods are there, so somebody has decided meanwhile.
        return await _decided_now(desk, identity, found.requisition_id, command)
    return answer


async def _refuse(
    desk: Desk,
    identity: Identity,
    found: Requisition,
    step: RequisitionStep,
    command: DecideRequisition,
    once: Stamp | None,
) -> dict[str, Any]:
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        done = await refuse(
            tx,
            found.requisition_id,
            decided_by=identity.account_id,
            name=identity.name,
            at=step.at,
            reason=command.reason,
        )
        if not done:
            raise AlreadyDecided(requisition_id=str(found.requisition_id))
        await add_step(tx, found.requisition_id, step)
        refused = await find_requisition(tx, found.requisition_id)
        assert refused is not None
        facts, kind, asker = _decision_facts(step), NoticeKind.REQUISITION_DECIDED, found.requested_by
        await raise_notice(tx, kind, found.requisition_id, [], facts, accounts=[asker], by=identity.account_id)
        answer = await read_view(tx, refused)
        await tx.answer(answer)
    return answer


def _decision_facts(step: RequisitionStep) -> dict[str, str]:
    return {"outcome": step.step, "by": step.account_name, "reason": step.reason}


async def _decided_now(
    desk: Desk, identity: Identity, requisition_id: UUID, command: DecideRequisition
) -> dict[str, Any]:
    async with desk.uow.glance() as tx:
        found = await find_requisition(tx, requisition_id)
    assert found is not None
    if found.state is RequisitionState.AWAITING:
        raise Busy(reason="contended")
    return await _decided(desk, identity, found, command)


async def _decided(desk: Desk, identity: Identity, found: Requisition, command: DecideRequisition) -> dict[str, Any]:
    """Answer the same person's same decision again; anything else comes too late."""
    same = {RequisitionState.PLACED: Decision.APPROVE, RequisitionState.REFUSED: Decision.REFUSE}.get(found.state)
    if found.decided_by != identity.account_id or same is not command.outcome:
        raise AlreadyDecided(requisition_id=str(found.requisition_id), state=found.state.value)
    async with desk.uow.read() as tx:
        return await read_view(tx, found)
