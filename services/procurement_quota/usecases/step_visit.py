"""Who made a visit releases it to the visited, and closes it once what had to be mended was."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.registers import VERSIONS_MAX, VISIT, Register, VisitState, VisitStep
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.registers import Record, papers_of_record, versions_of, write_paper
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.register_view import check_version, write_next
from services.procurement_quota.usecases.visit_view import reach_own_visit, reach_visit, visit_written
from shared.contracts.authority import Identity
from shared.db.unit_of_work import ReadTx, Stamp
from shared.errors import InvalidFields, field_problem
from shared.files import Found
from shared.papers.evidence import EvidenceUnknown
from shared.papers.paper import Paper, check_room, keep_paper
from shared.states import WrongState


class StepVisit(BaseModel):
    """Release a visit, or close it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"version": 1, "step": "release"}]}
    )

    version: int = Field(ge=1, le=VERSIONS_MAX)
    step: VisitStep


async def step_visit(
    desk: Desk, identity: Identity, visit_id: UUID, command: StepVisit, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Take a visit's next step; gives it.

    Raises VisitUnknown, WrongState, RecordMoved, TooManyVersions, and InvalidFields for closing what nobody mended.
    """
    async with desk.uow.glance() as reading:
        await reach_own_visit(reading, identity, "step_visit", visit_id)
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        await lock_name(tx, f"record {visit_id}")
        versions = await reach_own_visit(tx, identity, "step_visit", visit_id)
        last = versions[-1]
        state = VISIT.check(VisitState(last.state), command.step.value)
        check_version(versions, command.version)
        if command.step is VisitStep.CLOSE and last.content["mend"] and not last.content["done"].strip():
            raise InvalidFields(
                field_problem("step", "closes only what says what was done to mend it", "须先登记整改情况方可销号")
            )
        await write_next(
            tx,
            Register.VISIT,
            visit_id,
            versions,
            identity,
            unit_id=last.unit_id,
            by_unit_id=last.by_unit_id,
            state=state.value,
            content=last.content,
            canteen_id=last.canteen_id,
            supplier_id=last.supplier_id,
        )
        versions = await versions_of(tx, Register.VISIT, visit_id)
        answer = await visit_written(tx, versions[-1], versions)
        await tx.answer(answer)
        return answer


async def put_visit_evidence(
    desk: Desk, identity: Identity, visit_id: UUID, paper: Paper
) -> tuple[dict[str, Any], bool]:
    """File a paper of a visit that is not closed; gives the visit, and whether anything was written."""
    async with desk.uow.glance() as reading:
        versions = await reach_own_visit(reading, identity, "put_visit_evidence", visit_id)
        paper.check()
        if await _filed(reading, versions, paper):
            return await visit_written(reading, versions[-1], versions), False
    of = f"visits/{visit_id}"
    await keep_paper(desk.files, paper, of)
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"record {visit_id}")
        versions = await reach_own_visit(tx, identity, "put_visit_evidence", visit_id)
        new = not await _filed(tx, versions, paper)
        if new:
            await write_paper(tx, {"record_id": visit_id, **paper.record(of, identity.account_id, tx.now)})
        return await visit_written(tx, versions[-1], versions), new


async def get_visit_evidence(
    desk: Desk, identity: Identity, visit_id: UUID, document_id: UUID
) -> tuple[dict[str, Any], Found]:
    """Give a paper's record and its bytes. Raises VisitUnknown, EvidenceUnknown, FilesUnavailable."""
    async with desk.uow.glance() as tx:
        await reach_visit(tx, identity, "get_visit_evidence", visit_id)
        papers = await papers_of_record(tx, visit_id)
    for one in papers:
        if one["document_id"] == document_id:
            return one, await desk.files.get(one["object_key"])
    raise EvidenceUnknown(document_id=str(document_id))


async def _filed(tx: ReadTx, versions: list[Record], paper: Paper) -> bool:
    """Tell whether this very paper is filed. Raises EvidenceFixed, TooMuchEvidence, WrongState for a closed visit."""
    papers = await papers_of_record(tx, versions[-1].id)
    if paper.is_among(papers):
        return True
    if versions[-1].state == VisitState.CLOSED:
        raise WrongState(state=versions[-1].state, step="paper", open_steps=[])
    check_room(papers)
    return False
