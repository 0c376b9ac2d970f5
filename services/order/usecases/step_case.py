"""An officer accepts a case, hands it on with all its evidence, answers it, and closes it with an outcome.

Its day does not move when it is handed on: no unit gains time by passing a case around.
"""

from datetime import timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.cases import code_digest
from services.order.domain.refusals import CaseReopenedBefore, HandedToItself, NoSuchCase, NoSuchUnit, PartyToCase
from services.order.store.cases import Case, add_case_step, find_case, move_case, unit_path_of
from services.order.store.copies import canteen_path
from services.order.usecases.case_commands import CaseStep, ReopenCase, StepCase
from services.order.usecases.case_view import case_whole, receipt_of
from services.order.usecases.desk import Desk
from services.order.usecases.tell_of_cases import tell_raiser, tell_unit
from shared.contracts.authority import Identity, require
from shared.db.unit_of_work import Stamp, Tx


async def step_case(
    desk: Desk, identity: Identity, case_id: UUID, command: StepCase, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Move a case on. Raises NoSuchCase, OwnRequest, PartyToCase, NoSuchUnit, HandedToItself, WrongState."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        case = await find_case(tx, case_id, lock=True)
        if case is None:
            raise NoSuchCase(case_id=str(case_id))
        by = Actor.of(identity, require(identity, "step_case", case.owned))
        if {seat.organisation_id for seat in identity.seats} & {case.party_canteen_id, case.party_supplier_id}:
            raise PartyToCase(case_id=str(case_id))
        values: dict[str, Any] = {}
        unit_id = case.unit_id
        if command.step is CaseStep.HAND_ON:
            unit_id = values["unit_id"] = await _to_whom(tx, case, command.unit_id)
        elif command.step is CaseStep.CLOSE:
            assert command.outcome is not None
            values["outcome"] = command.outcome.value
        state = await move_case(tx, case, command.step.value, **values)
        await add_case_step(
            tx, case_id, command.step.value, state, unit_id, by=by, reason=command.reason, outcome=command.outcome
        )
        if command.step is CaseStep.HAND_ON:
            await tell_unit(tx, case_id, unit_id, case.kind.value, case.reply_due_at, by=identity.account_id)
        public = "" if command.step in (CaseStep.HAND_ON, CaseStep.ACCEPT) else command.reason
        await tell_raiser(tx, case, command.step.value, public, by=identity.account_id)
        now = await find_case(tx, case_id)
        assert now is not None
        view = await case_whole(tx, now)
        await tx.answer(view)
        return view


async def _to_whom(tx: Tx, case: Case, unit_id: UUID | None) -> UUID:
    path = None if unit_id is None else await unit_path_of(tx, unit_id)
    if unit_id is None or path is None:
        raise NoSuchUnit(unit_id=str(unit_id))
    concerned = None if case.party_canteen_id is None else await canteen_path(tx, case.party_canteen_id)
    if unit_id == case.unit_id or path == concerned:
        raise HandedToItself(unit_id=str(unit_id))
    return unit_id


def raised_it(case: Case, identity: Identity | None, code: str | None) -> bool:
    """Tell whether this is who raised the case: by their account, or by the code of its receipt."""
    if identity is not None and case.raised_by == identity.account_id:
        return True
    return code is not None and compare_digest(code_digest(code), case.code_sha256)


async def reopen_case(desk: Desk, identity: Identity | None, case_id: UUID, command: ReopenCase) -> dict[str, Any]:
    """Reopen a closed case, once, with a new day. Raises NoSuchCase, CaseReopenedBefore, WrongState."""
    async with desk.uow.begin() as tx:
        case = await find_case(tx, case_id, lock=True)
        if case is None or not raised_it(case, identity, command.code):
            raise NoSuchCase(case_id=str(case_id))
        if case.reopened:
            raise CaseReopenedBefore(case_id=str(case_id))
        due_at = tx.now + timedelta(days=desk.case_reply_days)
        again = {"reopened": True, "outcome": None, "reply_due_at": due_at, "due_told_at": None}
        state = await move_case(tx, case, "reopen", **again)
        by = None if identity is None else Actor.of(identity, None)
        await add_case_step(tx, case_id, "reopen", state, case.unit_id, by=by, reason=command.reason)
        await tell_unit(tx, case_id, case.unit_id, case.kind.value, due_at, by=case.raised_by)
        now = await find_case(tx, case_id)
        assert now is not None
        return await receipt_of(tx, now)
