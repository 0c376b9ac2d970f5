"""A canteen accepts goods by weight or count: that is what it keeps, owes, and what its quota counts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refusals import AcceptanceDiffers
from services.order.domain.states import ORDER
from services.order.domain.weights import Kept
from services.order.store.accepting import Acceptance, accepted_view
from services.order.store.orders import (
    Order,
    OrderLine,
    acceptance_is_taken,
    add_to_order,
    find_lines,
    move_order,
    settle_if_paid,
    write_accepted,
)
from services.order.store.payments import Payment, live_card, move_payment
from services.order.store.stepping import Look, Stepping
from services.order.usecases.commands import AcceptOrder
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card_soon
from services.order.usecases.steps import answer, each_once, hold_order, kept_lines, purchase_facts, said_of
from shared.clock import business_date
from shared.contracts.authority import Identity, require
from shared.contracts.order import AcceptanceRecorded
from shared.contracts.words import OrderState
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import InvalidFields, field_problem


async def accept_order(
    desk: Desk, identity: Identity, order_id: UUID, command: AcceptOrder, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Accept every line, or refuse the delivery with all at zero; the same acceptance again answers the order.

    A card is charged right after the acceptance is written: should the vendor be away, that is finished later.
    """
    view = await _at_once(desk, identity, order_id, command, once)
    return view if view is not None else await _by_steps(desk, identity, order_id, command, once)


async def _at_once(
    desk: Desk, identity: Identity, order_id: UUID, command: AcceptOrder, once: Stamp | None
) -> dict[str, Any] | None:
    """Accept in one read and one write; None, and nothing done, where it is not that simple."""
    now = desk.clock.now()
    shipped = await desk.look_at(Look(order_id, now, once, command.acceptance_id))
    if shipped is None or shipped.by_steps or shipped.order.state is not OrderState.SHIPPED:
        return None
    order = shipped.order
    by = Actor.of(identity, require(identity, "accept_order", order.owned))
    accepted_on = _accepted_on(command, order, now)
    named, kept = _kept(command, shipped.lines)
    if sum(one.net_fen for one in kept.values()) == 0:
        return None
    acceptance = Acceptance(
        acceptance_id=command.acceptance_id,
        accepted_on=accepted_on,
        at=now,
        by=by,
        reason=_reason(command),
        kept=kept,
        reasons={line.line_id: line.reason for line in command.lines},
    )
    recorded = _recorded(order, command.acceptance_id, accepted_on, named, kept)
    said = said_of(desk, order, acceptance.step, recorded)
    view = accepted_view(shipped, acceptance)
    stepping = Stepping(shipped, acceptance.step, view, said, once, acceptance.goods)
    return view if await desk.step_on(stepping) else None


async def _by_steps(
    desk: Desk, identity: Identity, order_id: UUID, command: AcceptOrder, once: Stamp | None
) -> dict[str, Any]:
    """Accept under the order's lock, whatever was done before."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "accept_order", order_id)
        lines = await find_lines(tx, order_id)
        if order.acceptance_id == command.acceptance_id:
            _check_same(order, lines, command)
            return await answer(tx, order_id)
        accepted = sum(line.accepted_quantity for line in command.lines) > 0
        ORDER.check(order.state, "accept")
        if await acceptance_is_taken(tx, command.acceptance_id):
            raise AcceptanceDiffers(acceptance_id=str(command.acceptance_id))
        accepted_on = _accepted_on(command, order, tx.now)
        named, kept = _kept(command, lines)
        reasons = {line.line_id: line.reason for line in command.lines}
        await move_order(
            tx,
            order,
            "accept" if accepted else "refuse",
            by=by,
            reason=_reason(command),
            acceptance_id=command.acceptance_id,
            accepted_on=accepted_on,
            accepted_at=tx.now,
            accepted_by=identity.account_id,
            accepted_by_name=identity.name,
        )
        await write_accepted(tx, order_id, [(line_id, one, reasons[line_id]) for line_id, one in kept.items()])
        order = await add_to_order(tx, order, kept_fen=sum(one.net_fen for one in kept.values()))
        if accepted:
            await tx.publish(_recorded(order, command.acceptance_id, accepted_on, named, kept))
        card = await _charge(tx, order)
        await settle_if_paid(tx, order)
        view = await answer(tx, order_id)
    if card is not None:
        await finish_card_soon(desk, card.payment_id)
    return view


def _check_same(order: Order, lines: list[OrderLine], command: AcceptOrder) -> None:
    before = {line.line_id: line.accepted_quantity for line in lines}
    same_lines = before == {line.line_id: line.accepted_quantity for line in command.lines}
    if not same_lines or command.accepted_on not in (None, order.accepted_on):
        raise AcceptanceDiffers(acceptance_id=str(command.acceptance_id))


def _accepted_on(command: AcceptOrder, order: Order, now: datetime) -> date:
    """Give the business date of the acceptance: today unless told, from the shipment's day to today."""
    today = business_date(now)
    shipped = business_date(order.shipped_at) if order.shipped_at else today
    accepted_on = command.accepted_on or today
    if not shipped <= accepted_on <= today:
        raise InvalidFields(
            field_problem("accepted_on", f"should be from {shipped} to {today}", f"应在 {shipped} 至 {today} 之间")
        )
    return accepted_on


def _kept(command: AcceptOrder, lines: list[OrderLine]) -> tuple[dict[UUID, OrderLine], dict[UUID, Kept]]:
    """Match what was accepted with the lines, and reckon what is kept of each. Raises InvalidFields."""
    named = each_once(
        ((line.line_id, line.accepted_quantity) for line in command.lines),
        lines,
        field="accepted_quantity",
        whole=True,
        most=lambda line: line.packed_quantity or 0,
    )
    return named, {
        line.line_id: Kept(line.accepted_quantity, named[line.line_id].price_fen, named[line.line_id].unit_quantity)
        for line in command.lines
    }


def _reason(command: AcceptOrder) -> str:
    return "；".join(dict.fromkeys(line.reason for line in command.lines if line.reason))[:500]


def _recorded(
    order: Order,
    acceptance_id: UUID,
    accepted_on: date,
    lines: dict[UUID, OrderLine],
    kept: dict[UUID, Kept],
) -> AcceptanceRecorded:
    steps = {line_id: (one.quantity, one.net_fen) for line_id, one in kept.items() if one.quantity > 0}
    return AcceptanceRecorded(
        acceptance_id=acceptance_id,
        purchase=purchase_facts(order),
        accepted_on=accepted_on,
        lines=kept_lines(lines, steps),
    )


async def _charge(tx: Tx, order: Order) -> Payment | None:
    """Mark the order's held card to be charged the accepted amount, or let go when nothing is owed."""
    card = await live_card(tx, order.order_id, lock=True)
    if card is None:
        return None
    amount_fen = min(order.kept_fen, card.authorised_fen)
    if amount_fen > 0:
        await move_payment(tx, card, "capture", amount_fen=amount_fen)
    else:
        await move_payment(tx, card, "void")
    return card
