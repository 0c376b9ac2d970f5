"""Photos and papers of a return are filed by both sides, and read by whoever may by a link of some minutes."""

from typing import Any
from uuid import UUID

from services.order.domain.states import RETURN_OPEN
from services.order.store.order_view import order_view
from services.order.store.papers import find_paper, papers_of, write_paper
from services.order.store.return_tables import PaperOf
from services.order.store.returns import Return
from services.order.usecases.desk import Desk
from services.order.usecases.linked_files import RETURN_PAPER, link_to
from services.order.usecases.return_steps import return_of
from services.order.usecases.steps import hold_order, look_at_order
from shared.contracts.authority import Identity
from shared.db.unit_of_work import ReadTx
from shared.papers.evidence import EvidenceUnknown
from shared.papers.paper import Paper, check_room, keep_paper, plain_paper
from shared.states import WrongState


async def put_return_paper(
    desk: Desk, identity: Identity, order_id: UUID, return_id: UUID, paper: Paper
) -> dict[str, Any]:
    """File a paper while the return is not decided for good; the same paper again changes nothing.

    Its bytes lie in S3 before its record is written. Raises NoSuchReturn, WrongState and what `plain_paper` raises.
    """
    of = f"returns/{return_id}"
    async with desk.uow.read() as reading:
        await look_at_order(reading, identity, "put_return_paper", order_id)
        await return_of(reading, order_id, return_id)
    paper = await plain_paper(desk.darkroom, paper)
    async with desk.uow.read() as reading:
        found = await return_of(reading, order_id, return_id)
        if await _is_filed(reading, found, paper):
            return await order_view(reading, order_id)
    await keep_paper(desk.files, paper, of)
    async with desk.uow.begin() as tx:
        await hold_order(tx, identity, "put_return_paper", order_id)
        found = await return_of(tx, order_id, return_id)
        if not await _is_filed(tx, found, paper):
            await write_paper(tx, PaperOf.RETURN, return_id, paper.record(of, identity.account_id, tx.now))
        return await order_view(tx, order_id)


async def link_return_paper(
    desk: Desk, identity: Identity, order_id: UUID, return_id: UUID, document_id: UUID
) -> dict[str, Any]:
    """Give a link to a paper of a return. Raises NoSuchReturn, EvidenceUnknown."""
    async with desk.uow.read() as tx:
        await look_at_order(tx, identity, "link_return_paper", order_id)
        await return_of(tx, order_id, return_id)
        if await find_paper(tx, PaperOf.RETURN, return_id, document_id) is None:
            raise EvidenceUnknown(document_id=str(document_id))
    return link_to(desk, RETURN_PAPER, return_id, document_id, identity.account_id)


async def _is_filed(tx: ReadTx, found: Return, paper: Paper) -> bool:
    papers = await papers_of(tx, PaperOf.RETURN, found.return_id)
    if paper.is_among(papers):
        return True
    if found.state not in RETURN_OPEN:
        raise WrongState(state=found.state.value, step="file")
    check_room(papers)
    return False
