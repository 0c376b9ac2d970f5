"""Evidence of a case is filed by whoever raised it and whoever deals with it, and read by links of some minutes."""

from typing import Any
from uuid import UUID

from services.order.domain.refusals import NoSuchCase
from services.order.domain.states import CaseState
from services.order.store.cases import Case, find_case
from services.order.store.papers import find_paper, papers_of, write_paper
from services.order.store.return_tables import PaperOf
from services.order.usecases.case_view import receipt_of
from services.order.usecases.desk import Desk
from services.order.usecases.linked_files import CASE_PAPER, link_to
from services.order.usecases.read_cases import reach_case
from services.order.usecases.step_case import raised_it
from shared.contracts.authority import Identity, allows
from shared.db.unit_of_work import ReadTx
from shared.papers.evidence import EvidenceUnknown
from shared.papers.paper import Paper, check_room, keep_paper, plain_paper
from shared.states import WrongState


async def put_case_paper(
    desk: Desk, identity: Identity | None, case_id: UUID, paper: Paper, code: str | None
) -> dict[str, Any]:
    """File evidence until the case is closed; the same again changes nothing.

    Raises NoSuchCase for whom it is not, WrongState, and what `plain_paper` raises.
    """
    of = f"cases/{case_id}"
    async with desk.uow.read() as reading:
        await _filing(reading, identity, case_id, code)
    paper = await plain_paper(desk.darkroom, paper)
    async with desk.uow.read() as reading:
        case = await _filing(reading, identity, case_id, code)
        if await _is_filed(reading, case, paper):
            return await receipt_of(reading, case)
    await keep_paper(desk.files, paper, of)
    async with desk.uow.begin() as tx:
        case = await _filing(tx, identity, case_id, code, lock=True)
        if not await _is_filed(tx, case, paper):
            by = case_id if identity is None else identity.account_id  # Without an account, the case stands for them.
            await write_paper(tx, PaperOf.CASE, case_id, paper.record(of, by, tx.now))
        return await receipt_of(tx, case)


async def link_case_paper(desk: Desk, identity: Identity, case_id: UUID, document_id: UUID) -> dict[str, Any]:
    """Give a link to evidence. Raises NoSuchCase, NotAllowed, EvidenceUnknown."""
    async with desk.uow.read() as tx:
        await reach_case(tx, identity, "link_case_paper", case_id)
        if await find_paper(tx, PaperOf.CASE, case_id, document_id) is None:
            raise EvidenceUnknown(document_id=str(document_id))
    return link_to(desk, CASE_PAPER, case_id, document_id, identity.account_id)


async def _filing(
    tx: ReadTx, identity: Identity | None, case_id: UUID, code: str | None, *, lock: bool = False
) -> Case:
    case = await find_case(tx, case_id, lock=lock)
    if case is None or not (raised_it(case, identity, code) or allows(identity, "step_case", case.owned)):
        raise NoSuchCase(case_id=str(case_id))
    return case


async def _is_filed(tx: ReadTx, case: Case, paper: Paper) -> bool:
    papers = await papers_of(tx, PaperOf.CASE, case.case_id)
    if paper.is_among(papers):
        return True
    if case.state is CaseState.CLOSED:
        raise WrongState(state=case.state.value, step="file")
    check_room(papers)
    return False
