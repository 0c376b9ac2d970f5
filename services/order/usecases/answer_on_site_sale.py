"""A buyer of the canteen, never anybody of the seller's, says yes or no to a sale at a fair; its seller takes it back.

Decision: the yes restates what was received and what it comes to. Why: a seller may tell it anew between the buyer's
look and the buyer's yes. Price: a slip of the hand is refused, and typed again.

Decision: the unit's limit is held against all that the canteen said yes to of the same day, sold or confirmed on it,
from whichever seller, and what it ordered online on that day or for it that nobody approved; above it, or beyond a soft
budget, the yes becomes a requisition and goes the way of the unit's rule. Why: one purchase told as many would never be
seen. Price: a busy day of small purchases is approved piece by piece once it has come to that much. What is ordered
online is held to the limit by itself, whatever was bought at a stall before.
"""

from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.budgets import Passage
from services.order.domain.on_site_refusals import BothSides, NoSuchSale, SaleFiguresDiffer
from services.order.domain.refusals import CanteenClosed, RequisitionDiffers, SupplierNotSelling
from services.order.domain.states import ON_SITE, OnSiteState, RequisitionState
from services.order.store.baskets import Kitchen
from services.order.store.budgets import write_check
from services.order.store.on_site import Sale, days_fen, due_sales, find_kitchen, find_sale, move_sale, seller_now
from services.order.store.requisitions import Requisition, await_approval
from services.order.store.standing_orders import hold_canteen
from services.order.usecases.book_on_site_sale import BudgetMoved, book_sale
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.on_site_commands import ConfirmOnSiteSale, DenyOnSiteSale, WithdrawOnSiteSale
from services.order.usecases.on_site_view import answered_view
from services.order.usecases.passing_budgets import beyond_notice, pass_budget_within
from services.order.usecases.place_orders import TRIES_MAX, requisition_of
from services.order.usecases.waiting import tell_deciders, with_stages
from shared.clock import business_date
from shared.contracts.authority import Identity, Role, require, supplier_seats
from shared.contracts.grants import SUPPLIER_ROLES
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Busy, Stamp, Tx
from shared.ids import derived_id
from shared.rounds import BATCH_MAX


async def confirm_on_site_sale(
    desk: Desk, identity: Identity, sale_id: UUID, command: ConfirmOnSiteSale, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Say yes to a sale: it is an order, or waits for the unit's approval; said again it answers the same.

    Raises NoSuchSale, BothSides, WrongState, SaleFiguresDiffer, CanteenClosed, SupplierNotSelling, StockShort,
    BudgetSpent.
    """
    for _ in range(TRIES_MAX):
        try:
            return await _confirm(desk, identity, sale_id, command, once)
        except BudgetMoved:
            continue
    raise Busy(reason="contended")


async def _confirm(
    desk: Desk, identity: Identity, sale_id: UUID, command: ConfirmOnSiteSale, once: Stamp | None
) -> dict[str, Any]:
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        sale, by = await _held(tx, identity, "confirm_on_site_sale", sale_id)
        check_apart(identity, sale)
        yes = sale.state in (OnSiteState.APPROVING, OnSiteState.CONFIRMED)
        if not (yes and sale.answered_by == by.account_id and _says_the_same(sale, command)):
            ON_SITE.check(sale.state, "confirm")
            if not _says_the_same(sale, command):
                raise SaleFiguresDiffer(
                    amount_fen=sale.amount_fen,
                    lines=[{"listing_id": str(one.listing_id), "quantity": one.quantity} for one in sale.lines],
                )
            await _say_yes(desk, tx, sale, by)
        view = await answered_view(tx, sale_id)
        await tx.answer(view)
        return view


async def deny_on_site_sale(
    desk: Desk, identity: Identity, sale_id: UUID, command: DenyOnSiteSale, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Say no to a sale, with a reason for its seller. Raises NoSuchSale, BothSides, WrongState."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        sale, by = await _held(tx, identity, "deny_on_site_sale", sale_id)
        check_apart(identity, sale)
        if not (sale.state is OnSiteState.DENIED and sale.answered_by == by.account_id):
            await move_sale(tx, sale, "deny", by=by, reason=command.reason, **_answered(tx, by))
            await tell_seller(tx, sale, "deny", by, command.reason)
        view = await answered_view(tx, sale_id)
        await tx.answer(view)
        return view


async def withdraw_on_site_sale(
    desk: Desk, identity: Identity, sale_id: UUID, command: WithdrawOnSiteSale, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Take a sale back that nobody said yes to; taken back again it answers the same. Raises NoSuchSale, WrongState."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        sale, by = await _held(tx, identity, "withdraw_on_site_sale", sale_id)
        if sale.state is not OnSiteState.WITHDRAWN:
            await move_sale(tx, sale, "withdraw", by=by, reason=command.reason)
            facts = {**_facts(sale), "outcome": "withdraw", "reason": command.reason}
            kind = NoticeKind.ON_SITE_ANSWERED
            await raise_notice(tx, kind, sale_id, [_buyers(sale)], facts, by=by.account_id)
        view = await answered_view(tx, sale_id)
        await tx.answer(view)
        return view


async def expire_unanswered_sales(desk: Desk) -> int:
    """End the sales that no buyer answered in time, and tell both sides; gives how many were due."""
    now = desk.clock.now()
    async with desk.uow.glance() as tx:
        due = await due_sales(tx, now, BATCH_MAX)
    for sale_id in due:
        async with desk.uow.begin() as tx:
            sale = await find_sale(tx, sale_id, lock=True)
            if sale is not None and sale.state is OnSiteState.WAITING and sale.due_at <= now:
                await move_sale(tx, sale, "expire", by=None)
                facts = {**_facts(sale), "outcome": "expire"}
                sides = [_sellers(sale), _buyers(sale)]
                await raise_notice(tx, NoticeKind.ON_SITE_ANSWERED, sale_id, sides, facts)
    return len(due)


async def follow_requisition(tx: Tx, found: Requisition, verb: str, by: Actor | None, reason: str = "") -> None:
    """Let a sale follow the requisition that asked for it: `refuse`, `take_back` or `expire`; a basket's has none."""
    if found.sale_id is None:
        return
    sale = await find_sale(tx, found.sale_id, lock=True)
    assert sale is not None
    await move_sale(tx, sale, verb, by=by, reason=reason)
    await tell_seller(tx, sale, verb, by, reason)


async def complete_sale(
    desk: Desk, tx: Tx, sale: Sale, requisition: Requisition, verb: str, by: Actor, passage: Passage | None
) -> None:
    """Make the order of a sale whose requisition is placed, and tell its seller; `by` said the last yes.

    Raises what `book_sale` does.
    """
    buyer = Actor(requisition.requested_by, requisition.requested_by_name, Role.BUYER)
    placed = await book_sale(desk, tx, sale, requisition.requisition_id, buyer, passage)
    answered = _answered(tx, by) if verb == "confirm" else {}
    asked: dict[str, Any] = {"requisition_id": requisition.requisition_id, "order_id": placed}
    await move_sale(tx, sale, verb, by=by, **asked, **answered)
    await tell_seller(tx, sale, "confirm", by, "", placed)


async def tell_seller(
    tx: Tx, sale: Sale, outcome: str, by: Actor | None, reason: str = "", placed: UUID | None = None
) -> None:
    """Tell the seller's people what became of a sale."""
    facts = {**_facts(sale), "outcome": outcome, "reason": reason}
    if placed is not None:
        facts["order_id"] = placed
    told = None if by is None else by.account_id
    await raise_notice(tx, NoticeKind.ON_SITE_ANSWERED, sale.sale_id, [_sellers(sale)], facts, by=told)


def check_apart(identity: Identity, sale: Sale) -> None:
    """Hold whoever says yes or no for the buyer apart from the seller's people. Raises BothSides."""
    sells_there = any(seat.organisation_id == sale.supplier_id for seat in supplier_seats(identity))
    if sells_there or identity.account_id == sale.entered_by:
        raise BothSides()


async def _say_yes(desk: Desk, tx: Tx, sale: Sale, by: Actor) -> None:
    await hold_canteen(tx, sale.canteen_id)
    kitchen = await find_kitchen(tx, sale.canteen_id)
    if kitchen is None or not kitchen.active:
        raise CanteenClosed(canteen_id=str(sale.canteen_id))
    if not (await seller_now(tx, sale.supplier_id, sale.sold_on))[0]:
        raise SupplierNotSelling(suppliers=[{"supplier_id": str(sale.supplier_id), "name": sale.supplier_name}])
    passage = await pass_budget_within(tx, sale.canteen_id, sale.fund, sale.sold_on, sale.amount_fen, "amount_fen")
    beyond = passage is not None and passage.beyond_soft
    days = sorted({sale.sold_on, business_date(tx.now)})
    waits = beyond or await days_fen(tx, sale.canteen_id, days) + sale.amount_fen > kitchen.approval_limit_fen
    asked = _requisition(tx, sale, kitchen, by, waits)
    if not waits:
        await _ask(tx, asked)
        await complete_sale(desk, tx, sale, asked, "confirm", by, passage)
        return
    asked = await with_stages(desk, tx, asked)
    await _ask(tx, asked)
    if passage is not None:
        await write_check(tx, asked.requisition_id, "asked", passage)
        if beyond:
            await tx.publish(beyond_notice(asked, passage, by.account_id))
    await move_sale(tx, sale, "submit", by=by, requisition_id=asked.requisition_id, **_answered(tx, by))
    await tell_deciders(tx, NoticeKind.REQUISITION_WAITS, asked, by.account_id)
    await tell_seller(tx, sale, "submit", by)


async def _ask(tx: Tx, asked: Requisition) -> None:
    if not await await_approval(tx, asked):  # Somebody has taken an id that is made of the sale's own.
        raise RequisitionDiffers(requisition_id=str(asked.requisition_id))


def _requisition(tx: Tx, sale: Sale, kitchen: Kitchen, by: Actor, waits: bool) -> Requisition:
    """Ask for what was sold, in the buyer's name."""
    requisition_id = derived_id("on-site requisition", sale.sale_id, sale.revision)
    asked = requisition_of(
        kitchen,
        requisition_id=requisition_id,
        basket_id=requisition_id,
        fund=sale.fund,
        state=RequisitionState.AWAITING if waits else RequisitionState.PLACED,
        wanted_on=sale.sold_on,
        amount_fen=sale.amount_fen,
        requested_by=by.account_id,
        requested_by_name=by.name,
        requested_at=tx.now,
        fair_id=sale.fair_id,
        sale_id=sale.sale_id,
    )
    if not waits:
        return asked
    whose = {"supplier_id": str(sale.supplier_id), "supplier_name": sale.supplier_name}
    kept = [
        {name: value for name, value in line.kept().items() if name in _LINE}
        | {**whose, "supplier_kind": sale.supplier_kind.value, "tolerance_bp": 0}
        for line in sale.lines
    ]
    return asked._replace(lines=tuple(kept), most_fen=sale.amount_fen)


_LINE = (
    *("listing_id", "listing_version", "name", "category", "measure", "unit_name", "unit_quantity", "piece_grams"),
    *("origin_county_code", "price_fen", "quantity", "amount_fen"),
)
"""What a requisition shows of a line."""


def _says_the_same(sale: Sale, command: ConfirmOnSiteSale) -> bool:
    told = sorted((one.listing_id, one.quantity) for one in sale.lines)
    return command.amount_fen == sale.amount_fen and told == sorted(
        (one.listing_id, one.quantity) for one in command.lines
    )


async def _held(tx: Tx, identity: Identity, operation: str, sale_id: UUID) -> tuple[Sale, Actor]:
    """Lock a sale for who may do this. Raises NoSuchSale, NotAllowed."""
    sale = await find_sale(tx, sale_id, lock=True)
    if sale is None:
        raise NoSuchSale(on_site_sale_id=str(sale_id))
    return sale, Actor.of(identity, require(identity, operation, sale.owned))


def _answered(tx: Tx, by: Actor) -> dict[str, Any]:
    day = business_date(tx.now)
    return {"answered_by": by.account_id, "answered_by_name": by.name, "answered_at": tx.now, "answered_on": day}


def _facts(sale: Sale) -> dict[str, Any]:
    return {
        "canteen": sale.canteen_name,
        "supplier": sale.supplier_name,
        "amount_fen": sale.amount_fen,
        "day": sale.sold_on,
    }


def _sellers(sale: Sale) -> Audience:
    return Audience(organisation_id=sale.supplier_id, roles=SUPPLIER_ROLES)


def _buyers(sale: Sale) -> Audience:
    return Audience(organisation_id=sale.canteen_id, roles=(Role.BUYER,))
