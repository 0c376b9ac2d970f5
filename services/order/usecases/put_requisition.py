"""A buyer asks for what is in a basket: up to the unit's limit it is ordered at once, above it another approves.

This is the hot route: one statement reads, one places. Where the canteen's fund ever had a budget, a third reads how it
stands: what goes beyond a hard one is refused, and beyond a soft one it is approved like what is above the limit.
"""

from typing import Any
from uuid import UUID

from services.order.domain.budget_refusals import BudgetSpent
from services.order.domain.budgets import Passage
from services.order.domain.goods import line_facts, most_fen, plan_orders, total_fen
from services.order.domain.refusals import BasketUsed, NoSuchBasket, RequisitionDiffers
from services.order.domain.states import RequisitionState
from services.order.store.budgets import write_check
from services.order.store.placing import AskedAlready
from services.order.store.requisitions import Requisition, await_approval, find_requisition
from services.order.usecases.commands import PutRequisition
from services.order.usecases.desk import Desk
from services.order.usecases.passing_budgets import BeyondSoft, beyond_notice, pass_budget
from services.order.usecases.place_orders import check_orderable, check_season, place_orders, requisition_of
from services.order.usecases.requisition_view import planned, read_view, requisition_view, waiting_lines
from services.order.usecases.waiting import tell_deciders, with_stages
from shared.clock import SHANGHAI
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import NoticeKind


async def put_requisition(
    desk: Desk, identity: Identity, requisition_id: UUID, command: PutRequisition
) -> dict[str, Any]:
    """Ask for a basket's goods; the same request again answers the same and orders nothing more."""
    try:
        return await _ask(desk, identity, requisition_id, command)
    except BudgetSpent:
        async with desk.uow.glance() as tx:
            if await find_requisition(tx, requisition_id) is None:
                raise
        return await _repeat(desk, identity, requisition_id, command)  # It was this very request that spent it.


async def _ask(desk: Desk, identity: Identity, requisition_id: UUID, command: PutRequisition) -> dict[str, Any]:
    basket = await desk.read_to_place((command.basket_id, requisition_id))
    if basket is None:
        raise NoSuchBasket(basket_id=str(command.basket_id))
    kitchen = basket.kitchen
    require(identity, "put_requisition", Owned(canteen_id=kitchen.canteen_id, unit_path=kitchen.unit_path))
    if basket.asked_before:
        return await _repeat(desk, identity, requisition_id, command)
    if basket.used_by is not None:
        raise BasketUsed(basket_id=str(command.basket_id), requisition_id=str(basket.used_by))
    now = desk.clock.now()
    wanted = command.wanted
    here = now.astimezone(SHANGHAI)
    wanted.check(here.date(), here.time())
    await check_orderable(desk, kitchen.canteen_id, kitchen.active, basket.lines)
    amount = total_fen(basket.lines)
    most = most_fen(basket.lines)
    passage = None
    if kitchen.budgeted:
        passage = await pass_budget(desk, kitchen.canteen_id, basket.fund, wanted.day, most)
    waits = most > kitchen.approval_limit_fen or (passage is not None and passage.beyond_soft)
    asked = requisition_of(
        kitchen,
        requisition_id=requisition_id,
        basket_id=command.basket_id,
        fund=basket.fund,
        state=RequisitionState.AWAITING if waits else RequisitionState.PLACED,
        wanted_on=wanted.day,
        wanted_from=wanted.since,
        wanted_until=wanted.until,
        amount_fen=amount,
        requested_by=identity.account_id,
        requested_by_name=identity.name,
        requested_at=now,
        fair_id=basket.fair_id,
    )
    if not waits:
        orders = plan_orders(requisition_id, basket.lines)
        try:
            await place_orders(desk, asked, orders, basket.lines, passage=passage)
        except AskedAlready:
            return await _repeat(desk, identity, requisition_id, command)
        except BeyondSoft as beyond:
            passage = beyond.passage
        else:
            return requisition_view(asked, planned(orders), [line_facts(line) for line in basket.lines])
    await check_season(desk, wanted.day, basket.lines)
    lines = tuple(waiting_lines(basket.lines))
    asked = asked._replace(state=RequisitionState.AWAITING, lines=lines, most_fen=most)
    waiting = await _await_approval(desk, asked, passage)
    return waiting if waiting is not None else await _repeat(desk, identity, requisition_id, command)


async def _await_approval(desk: Desk, asked: Requisition, passage: Passage | None) -> dict[str, Any] | None:
    """Write a requisition that waits; gives it as answered, None where it or one of its basket exists."""
    async with desk.uow.begin() as tx:
        waiting = await with_stages(desk, tx, asked)
        if not await await_approval(tx, waiting):
            return None
        await tell_deciders(tx, NoticeKind.REQUISITION_WAITS, waiting, asked.requested_by)
        if passage is not None:
            await write_check(tx, asked.requisition_id, "asked", passage)
            if passage.beyond_soft:
                await tx.publish(beyond_notice(asked, passage, asked.requested_by))
        written = await find_requisition(tx, asked.requisition_id)
        assert written is not None
        return await read_view(tx, written)


async def _repeat(desk: Desk, identity: Identity, requisition_id: UUID, command: PutRequisition) -> dict[str, Any]:
    async with desk.uow.read() as tx:
        found = await find_requisition(tx, requisition_id)
        if found is None:  # Another requisition has taken the basket meanwhile.
            raise BasketUsed(basket_id=str(command.basket_id))
        require(identity, "put_requisition", Owned(canteen_id=found.canteen_id, unit_path=found.unit_path))
        if (found.basket_id, found.wanted) != (command.basket_id, command.wanted):
            raise RequisitionDiffers(requisition_id=str(requisition_id))
        return await read_view(tx, found)
