"""A supplier confirms an order; where a card is registered, its money is held first."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.confirming_refusals import CardHoldsLess
from services.order.domain.refusals import CardBusy
from services.order.domain.states import ORDER, UNHELD
from services.order.store.orders import Order, OrderLine, find_lines, move_order, write_confirmed
from services.order.store.payments import Payment, expect_of_card, live_card
from services.order.store.stepping import Stepping, stepped_view
from services.order.store.stock import Move, move_stock
from services.order.usecases.commands import ConfirmedLine, ConfirmOrder
from services.order.usecases.desk import Desk
from services.order.usecases.hold_card import hold_card, most_fen
from services.order.usecases.notices import raise_notice
from services.order.usecases.offer_substitutes import offer_substitutes, plan_substitutes
from services.order.usecases.steps import answer, each_once, hold_order, said_of, see_step
from shared.contracts.authority import Identity, Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import InvalidFields, field_problem
from shared.money import line_amount_fen


class _CardUnheld(Exception):
    """The order's card is to be asked first, outside the transaction, for the most that it may come to."""

    def __init__(self, payment_id: UUID, most_fen: int) -> None:
        self.payment_id = payment_id
        self.most_fen = most_fen


async def confirm_order(
    desk: Desk, identity: Identity, order_id: UUID, command: ConfirmOrder | None = None, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Confirm an order, some lines at less than was ordered; what is not confirmed is for others again.

    In the place of what is not, other goods may be offered. A card is made to hold the most that all this may come to.
    Raises CardHoldsLess, CardDeclined and leaves it placed when its card says no, InvalidFields for more than was
    ordered or nothing, SubstituteTooDear, SeasonShort, StockShort.
    """
    lower = () if command is None else command.lines
    view = None if lower else await _at_once(desk, identity, order_id, once)
    if view is not None:
        return view
    try:
        return await _confirm(desk, identity, order_id, lower, once)
    except _CardUnheld as unheld:
        await hold_card(desk, identity, order_id, unheld.payment_id, unheld.most_fen)
    try:
        return await _confirm(desk, identity, order_id, lower, once)
    except _CardUnheld as unheld:
        raise CardBusy(payment_id=str(unheld.payment_id)) from unheld


async def _at_once(desk: Desk, identity: Identity, order_id: UUID, once: Stamp | None) -> dict[str, Any] | None:
    """Confirm in one read and one write; None, and nothing done, where there is a card or a repeat."""
    known = await see_step(desk, identity, "confirm_order", order_id, "confirm", once)
    if known is None:
        return None
    seen, step = known
    view = stepped_view(seen, step)
    said = said_of(desk, seen.order, step)
    return view if await desk.step_on(Stepping(seen, step, view, said, once)) else None


async def _confirm(
    desk: Desk, identity: Identity, order_id: UUID, lower: Sequence[ConfirmedLine], once: Stamp | None
) -> dict[str, Any]:
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "confirm_order", order_id)
        ORDER.check(order.state, "confirm")
        card = await live_card(tx, order_id, lock=True)
        lines = await find_lines(tx, order_id) if lower or card is not None else []
        confirmed = _confirmed(lower, lines)
        quantities = {
            line.line_id: confirmed[line.line_id].confirmed_quantity if line.line_id in confirmed else line.quantity
            for line in lines
        }
        offers = await plan_substitutes(desk, tx, order, lines, lower)
        if card is not None:
            _check_held(card, most_fen(desk, lines, quantities) + sum(one.most_fen for one in offers))
        if confirmed:
            await _lower(tx, order, lines, quantities, confirmed, by)
            await offer_substitutes(tx, order, offers, by=by.account_id)
            amount_fen = _amount_fen(lines, quantities) or sum(one.amount_fen for one in offers)
            if card is not None and amount_fen > 0:
                await expect_of_card(tx, card.payment_id, amount_fen)
        else:
            await move_order(tx, order, "confirm", by=by)
        return await answer(tx, order_id)


def _amount_fen(lines: Sequence[OrderLine], quantities: Mapping[UUID, int]) -> int:
    """Tell what lines come to at these quantities."""
    return sum(line_amount_fen(quantities[line.line_id], line.price_fen, line.unit_quantity) for line in lines)


def _check_held(card: Payment, most_fen: int) -> None:
    """Want a card to hold what is confirmed. Raises CardHoldsLess where a confirmation of less had it hold less."""
    if card.intent_id is not None and card.authorised_fen < most_fen:
        raise CardHoldsLess(payment_id=str(card.payment_id), held_fen=card.authorised_fen, most_fen=most_fen)
    if card.state in UNHELD:
        raise _CardUnheld(card.payment_id, most_fen)


def _confirmed(lower: Sequence[ConfirmedLine], lines: Sequence[OrderLine]) -> dict[UUID, ConfirmedLine]:
    """Match what is confirmed at less with the lines.

    Raises InvalidFields for more, or for nothing at all and nothing in its place.
    """
    told = [(line.line_id, line.confirmed_quantity) for line in lower]
    each_once(told, lines, field="confirmed_quantity", whole=False, most=lambda line: line.quantity)
    confirmed = {line.line_id: line for line in lower}
    left = [confirmed[one.line_id].confirmed_quantity if one.line_id in confirmed else 1 for one in lines]
    if lower and not any(left) and not any(one.substitute for one in lower):
        raise InvalidFields(
            field_problem("lines", "should leave something; decline the order instead", "应至少保留一行，否则请拒单")
        )
    return confirmed


async def _lower(
    tx: Tx,
    order: Order,
    lines: Sequence[OrderLine],
    quantities: Mapping[UUID, int],
    confirmed: Mapping[UUID, ConfirmedLine],
    by: Actor,
) -> None:
    """Confirm some lines at less than was ordered, give back what they do not hold, and tell the buyer."""
    amount_fen = _amount_fen(lines, quantities)
    reason = "；".join(dict.fromkeys(one.reason for one in confirmed.values()))[:500]
    await move_order(tx, order, "confirm", by=by, reason=reason, amount_fen=amount_fen, confirmed_fen=amount_fen)
    moves = {line.listing_id: Move(promised=quantities[line.line_id] - line.promised_quantity) for line in lines}
    await move_stock(tx, moves, order.wanted_on)
    told = [(one.line_id, one.confirmed_quantity, one.reason) for one in confirmed.values()]
    await write_confirmed(tx, order.order_id, told)
    buyers = Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,))
    facts = {"supplier": order.supplier_name, "amount_fen": amount_fen, "reason": reason}
    kind = NoticeKind.ORDER_CHANGED_BY_SUPPLIER
    await raise_notice(tx, kind, order.order_id, [buyers], facts, by=by.account_id)
