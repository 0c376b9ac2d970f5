"""Whoever has a case in hand is told of it, and told again, with the unit above, once it is late."""

from datetime import datetime
from uuid import UUID

from services.order.store.cases import Case, find_case, late_cases, take_late_case
from services.order.store.requisitions import unit_above
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from shared.contracts.authority import Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Tx
from shared.rounds import BATCH_MAX


async def tell_unit(tx: Tx, case_id: UUID, unit_id: UUID, outcome: str, due_at: datetime, *, by: UUID | None) -> None:
    """Tell the officers of a unit that a case is in their hands until `due_at`."""
    audience = [Audience(organisation_id=unit_id, roles=(Role.OFFICER,))]
    await raise_notice(tx, NoticeKind.CASE_MOVED, case_id, audience, {"outcome": outcome}, due_at, by=by)


async def tell_raiser(tx: Tx, case: Case, step: str, reason: str, *, by: UUID) -> None:
    """Tell whoever raised a case with an account what became of it."""
    if case.raised_by is not None:
        facts = {"outcome": step, "reason": reason}
        await raise_notice(tx, NoticeKind.CASE_MOVED, case.case_id, [], facts, accounts=[case.raised_by], by=by)


async def tell_late_cases(desk: Desk) -> int:
    """Tell of cases past their day, each once; gives how many were looked at."""
    async with desk.uow.glance() as tx:
        late = await late_cases(tx, desk.clock.now(), BATCH_MAX)
    for case_id in late:
        async with desk.uow.begin() as tx:
            if not await take_late_case(tx, case_id):
                continue
            case = await find_case(tx, case_id)
            assert case is not None
            above = await unit_above(tx, case.unit_path)
            told = [case.unit_id, *([] if above is None else [above[0]])]
            audience = [Audience(organisation_id=unit_id, roles=(Role.OFFICER,)) for unit_id in told]
            facts = {"unit": case.unit_name, "name": case.kind.value}
            await raise_notice(tx, NoticeKind.CASE_DUE, case_id, audience, facts, case.reply_due_at)
    return len(late)
