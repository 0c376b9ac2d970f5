"""Whoever a requisition waits for, never who asked, says yes or refuses it; the last yes places its orders."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.approval_refusals import AnotherPersonNeeded
from services.order.domain.budget_refusals import BudgetSpent
from services.order.domain.goods import AskedLine, most_fen, plan_orders
from services.order.domain.refusals import AlreadyDecided, NoSuchRequisition
from services.order.domain.states import REQUISITION, RequisitionState
from services.order.store.answers import answered_before
from services.order.store.baskets import AskedFor, read_head, read_lines
from services.order.store.budgets import was_beyond_soft
from services.order.store.delegations import given_to
from services.order.store.placing import Approval, AskedAlready, NotWhole
from services.order.store.requisitions import (
    Requisition,
    RequisitionStep,
    add_step,
    endorse,
    find_requisition,
    refuse,
    steps_of,
)
from services.order.usecases.answer_on_site_sale import follow_requisition
from services.order.usecases.approve_on_site_sale import approve_on_site_sale, check_approver, without_seller
from services.order.usecases.commands import DecideRequisition, Decision
from services.order.usecases.desk import Desk
from services.order.usecases.notices import notice_of, raise_notice
from services.order.usecases.passing_budgets import beyond_notice, pass_budget
from services.order.usecases.place_orders import TRIES_MAX, check_orderable, place_orders
from services.order.usecases.requisition_view import planned, read_view, requisition_view, shown_lines
from services.order.usecases.waiting import at_stage, place_of, tell_deciders
from shared.clock import business_date
from shared.contracts.authority import Identity
from shared.contracts.envelope import seal
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Busy, Stamp
from shared.errors import InvalidFields, field_problem
from shared.logs import request_id


async def decide_requisition(
    desk: Desk, identity: Identity, requisition_id: UUID, command: DecideRequisition, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Say yes, the last of which places all orders or none, or refuse with a reason; said again it answers the same.

    Raises NotTheirTurn, AnotherPersonNeeded, AlreadyDecided, BudgetSpent, and what placing raises.
    """
    answered: dict[str, Any] | None = await answered_before(desk.uow, once)
    if answered is not None:
        return answered
    for _ in range(TRIES_MAX):
        try:
            return await _decide(desk, identity, requisition_id, command, once)
        except _Overtaken:
            continue
    raise Busy(reason="contended")


class _Overtaken(Exception):
    """Another's yes was faster, and the requisition waits on: look again."""


async def _decide(
    desk: Desk, identity: Identity, requisition_id: UUID, command: DecideRequisition, once: Stamp | None
) -> dict[str, Any]:
    now = desk.clock.now()
    async with desk.uow.read() as tx:
        found = await find_requisition(tx, requisition_id)
        steps = await steps_of(tx, requisition_id)
        given = await given_to(tx, identity.account_id, business_date(now))
        if found is None:
            raise NoSuchRequisition(requisition_id=str(requisition_id))
        place = place_of(identity, await without_seller(tx, found, given), found)
        await check_approver(tx, identity, found)
    if command.outcome is Decision.REFUSE and not command.reason:
        raise InvalidFields(field_problem("reason", "is wanted for a refusal", "不批准须说明理由"))
    if not REQUISITION.allows(found.state, command.outcome.value):
        return await _decided(desk, identity, found, command)
    step = RequisitionStep(
        now, command.outcome.value, identity.account_id, identity.name, place.role, place.unit_id, command.reason
    )._replace(for_account_id=place.for_account_id, for_account_name=place.for_account_name)
    if command.outcome is Decision.REFUSE:
        return await _refuse(desk, identity, found, step, command, once)
    before = [one for one in steps if one.step == "endorse"]
    if found.yeses and identity.account_id in {one.account_id for one in before[-found.yeses :]}:
        async with desk.uow.read() as tx:
            return await read_view(tx, found)
    heard = {account for one in before for account in (one.account_id, one.for_account_id)}
    if heard & ({identity.account_id, place.for_account_id} - {None}):
        raise AnotherPersonNeeded(requisition_id=str(requisition_id))
    stage_done = found.yeses + 1 >= found.now_for.people
    if stage_done and found.stage + 1 >= len(found.stages):
        return await _approve(desk, identity, found, [*steps, step], command, once)
    return await _endorse(desk, found, step._replace(step="endorse"), stage_done, once)


async def _endorse(
    desk: Desk, found: Requisition, step: RequisitionStep, stage_done: bool, once: Stamp | None
) -> dict[str, Any]:
    """Write a yes after which more are wanted, and tell the next stage where this one is done."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        to = at_stage(found, found.stage + 1, tx.now) if stage_done else found._replace(yeses=found.yeses + 1)
        if not await endorse(tx, found, to):
            raise _Overtaken
        await add_step(tx, found.requisition_id, step)
        if stage_done:
            await tell_deciders(tx, NoticeKind.REQUISITION_WAITS, to, step.account_id)
        endorsed = await find_requisition(tx, found.requisition_id)
        assert endorsed is not None
        answer = await read_view(tx, endorsed)
        await tx.answer(answer)
    return answer


async def _approve(
    desk: Desk,
    identity: Identity,
    found: Requisition,
    steps: Sequence[RequisitionStep],
    command: DecideRequisition,
    once: Stamp | None,
) -> dict[str, Any]:
    step = steps[-1]
    if found.sale_id is not None:
        approved = await approve_on_site_sale(desk, found, step, _decision_facts(step), once)
        return approved or await _decided_now(desk, identity, found.requisition_id, command)
    kept = [
        AskedFor(UUID(line["listing_id"]), line["listing_version"], line["quantity"], line.get("tolerance_bp"))
        for line in found.lines or ()
    ]
    lines: list[AskedLine] = [line for line in await read_lines(desk.uow, kept, desk.tolerance_bp) if line is not None]
    head = await read_head(desk.uow, found.canteen_id, found.basket_id)
    await check_orderable(desk, found.canteen_id, head is not None and head.kitchen.active, lines)
    passage = None
    if head is not None and head.kitchen.budgeted:
        most = most_fen(lines)
        try:
            passage = await pass_budget(desk, found.canteen_id, found.fund, found.wanted_on, most, approved=True)
        except BudgetSpent:
            if await _waits_still(desk, found.requisition_id):
                raise
            return await _decided_now(desk, identity, found.requisition_id, command)  # This very yes spent it.
    decided = found._replace(
        state=RequisitionState.PLACED,
        decided_by=identity.account_id,
        decided_by_name=identity.name,
        decided_at=step.at,
        reason=command.reason,
    )
    orders = plan_orders(found.requisition_id, lines)
    answer = requisition_view(decided, planned(orders), shown_lines(found), steps)
    notice = notice_of(
        NoticeKind.REQUISITION_DECIDED,
        found.requisition_id,
        [],
        _decision_facts(step),
        accounts=[found.requested_by],
        by=identity.account_id,
        at=step.at,
    )
    said = [notice]
    if passage is not None and passage.beyond_soft and not await _was_told(desk, found.requisition_id):
        said.append(beyond_notice(decided, passage, identity.account_id))
    sealed = [seal(one, source=desk.uow.source, at=step.at, request_id=request_id.get()) for one in said]
    approval = Approval(step, sealed, found.stage, found.yeses, once, answer)
    try:
        await place_orders(desk, decided, orders, lines, approval, passage)
    except (NotWhole, AskedAlready):  # The goods are there, so somebody has decided or been placed meanwhile.
        return await _decided_now(desk, identity, found.requisition_id, command)
    return answer


async def _waits_still(desk: Desk, requisition_id: UUID) -> bool:
    async with desk.uow.glance() as tx:
        found = await find_requisition(tx, requisition_id)
    return found is not None and found.state is RequisitionState.AWAITING


async def _was_told(desk: Desk, requisition_id: UUID) -> bool:
    """Tell whether finance was told when it was asked for that it goes beyond a budget."""
    async with desk.uow.glance() as tx:
        return await was_beyond_soft(tx, requisition_id)


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
        by = Actor(identity.account_id, identity.name, step.acted_as)
        await follow_requisition(tx, found, "refuse", by, command.reason)
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
        raise _Overtaken
    return await _decided(desk, identity, found, command)


async def _decided(desk: Desk, identity: Identity, found: Requisition, command: DecideRequisition) -> dict[str, Any]:
    """Answer the same person's same decision again; anything else comes too late."""
    same = {RequisitionState.PLACED: Decision.APPROVE, RequisitionState.REFUSED: Decision.REFUSE}.get(found.state)
    async with desk.uow.read() as tx:
        said = {step.account_id for step in await steps_of(tx, found.requisition_id) if step.step in _YES_OR_NO}
        if same is not command.outcome or identity.account_id not in said | {found.decided_by}:
            raise AlreadyDecided(requisition_id=str(found.requisition_id), state=found.state.value)
        return await read_view(tx, found)


_YES_OR_NO = ("approve", "endorse", "refuse")
