"""The last yes to the requisition of a sale at a fair makes its order, all in one transaction, or nothing of it."""

from collections.abc import Sequence
from typing import Any

from services.order.domain.actors import Actor
from services.order.domain.on_site_refusals import NoSuchSale
from services.order.store.budgets import was_beyond_soft
from services.order.store.delegations import Delegation
from services.order.store.on_site import find_sale
from services.order.store.requisitions import Requisition, RequisitionStep, add_step, find_requisition, move_requisition
from services.order.usecases.answer_on_site_sale import check_apart, complete_sale
from services.order.usecases.book_on_site_sale import BudgetMoved
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.passing_budgets import beyond_notice, pass_budget_within
from services.order.usecases.requisition_view import read_view
from shared.contracts.authority import Identity
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import ReadTx, Stamp


async def check_approver(tx: ReadTx, identity: Identity, found: Requisition) -> None:
    """Hold whoever decides on a sale apart from its seller's people. Raises BothSides."""
    if found.sale_id is None:
        return
    sale = await find_sale(tx, found.sale_id)
    assert sale is not None
    check_apart(identity, sale)


async def without_seller(tx: ReadTx, found: Requisition, given: Sequence[Delegation]) -> list[Delegation]:
    """Leave out the place of whoever told a sale: nobody decides on it in that person's stead."""
    sale = None if found.sale_id is None else await find_sale(tx, found.sale_id)
    return [one for one in given if sale is None or one.account_id != sale.entered_by]


async def approve_on_site_sale(
    desk: Desk, found: Requisition, step: RequisitionStep, facts: dict[str, str], once: Stamp | None
) -> dict[str, Any] | None:
    """Place a requisition that stands as it was found and book its sale; None where that is to be looked at again.

    Raises BudgetSpent and what `book_sale` does, upon which it waits as before.
    """
    try:
        return await _place(desk, found, step, facts, once)
    except BudgetMoved:
        return None


async def _place(
    desk: Desk, found: Requisition, step: RequisitionStep, facts: dict[str, str], once: Stamp | None
) -> dict[str, Any] | None:
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        decided = {"decided_by": step.account_id, "decided_by_name": step.account_name, "decided_at": step.at}
        if not await move_requisition(
            tx, found.requisition_id, "approve", where=(found.stage, found.yeses), reason=step.reason, **decided
        ):
            return None
        await add_step(tx, found.requisition_id, step)
        assert found.sale_id is not None
        sale = await find_sale(tx, found.sale_id, lock=True)
        if sale is None:
            raise NoSuchSale(on_site_sale_id=str(found.sale_id))
        assert step.account_id is not None
        by = Actor(step.account_id, step.account_name, step.acted_as)
        passage = await pass_budget_within(
            tx, found.canteen_id, found.fund, found.wanted_on, found.amount_fen, "outcome", approved=True
        )
        if passage is not None and passage.beyond_soft and not await was_beyond_soft(tx, found.requisition_id):
            await tx.publish(beyond_notice(found._replace(decided_at=step.at), passage, by.account_id))
        await complete_sale(desk, tx, sale, found, "approve", by, passage)
        kind, asker = NoticeKind.REQUISITION_DECIDED, [found.requested_by]
        await raise_notice(tx, kind, found.requisition_id, [], facts, accounts=asker, by=step.account_id)
        placed = await find_requisition(tx, found.requisition_id)
        assert placed is not None
        answer = await read_view(tx, placed)
        await tx.answer(answer)
    return answer
