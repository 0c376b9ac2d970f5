"""A buyer accepts what a seller offers in a line's place, or refuses it; silence refuses it.

Whoever answers, the clock, and whoever cancels wait for the order's lock, so what is promised for a substitute ends
once: it passes to the new line, or is for others again. An order of which nothing is left is declined.
"""

from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.confirming_refusals import NoSuchSubstitute, SubstituteOver
from services.order.domain.states import SUBSTITUTE, SubstituteState
from services.order.store.orders import Order, add_step, find_lines, find_order, move_order
from services.order.store.payments import Payment, expect_of_card, live_card
from services.order.store.stock import Move, move_stock
from services.order.store.substitutes import (
    Substitute,
    add_line,
    due_substitutes,
    end_substitute,
    find_substitute,
    offered_of,
)
from services.order.usecases.commands import AnswerSubstitute, SubstituteAnswer
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card_soon
from services.order.usecases.give_back import end_order
from services.order.usecases.notices import raise_notice
from services.order.usecases.steps import answer, hold_order
from shared.contracts.authority import SUPPLIER_ROLES, Identity, Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Stamp, Tx
from shared.rounds import BATCH_MAX

UNANSWERED = "逾期未答复，视为拒绝"
NOTHING_LEFT = "没有可供的商品，订单已取消"
SAID = {SubstituteAnswer.ACCEPT: "take", SubstituteAnswer.REFUSE: "refuse"}
ANSWERED = {SubstituteAnswer.ACCEPT: SubstituteState.ACCEPTED, SubstituteAnswer.REFUSE: SubstituteState.REFUSED}


async def answer_substitute(
    desk: Desk,
    identity: Identity,
    order_id: UUID,
    substitute_id: UUID,
    command: AnswerSubstitute,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Accept a substitute, which makes it a line, or refuse it; the same answer again answers the order.

    Raises NoSuchSubstitute, WrongState for one that was answered otherwise, SubstituteOver once its time is over.
    """
    card = None
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "answer_substitute", order_id)
        offer = await find_substitute(tx, substitute_id)
        if offer is None or offer.order_id != order_id:
            raise NoSuchSubstitute(substitute_id=str(substitute_id))
        if offer.state is not ANSWERED[command.outcome]:
            SUBSTITUTE.check(offer.state, command.outcome.value)
            if offer.due_at <= tx.now:
                raise SubstituteOver(substitute_id=str(substitute_id), due_at=offer.due_at.isoformat())
            if command.outcome is SubstituteAnswer.ACCEPT:
                await _accept(tx, order, offer, command.reason, by)
            else:
                card = await _refuse(tx, order, [offer], "refuse", command.reason, by)
            await _tell(tx, order, SAID[command.outcome], [offer], command.reason, by)
        view = await answer(tx, order_id)
    if card is not None:
        await finish_card_soon(desk, card.payment_id)
    return view


async def refuse_silent_substitutes(desk: Desk) -> int:
    """Refuse what was not answered in time; gives of how many orders."""
    async with desk.uow.glance() as tx:
        due = await due_substitutes(tx, desk.clock.now(), BATCH_MAX)
    for order_id in due:
        card = None
        async with desk.uow.begin() as tx:
            order = await find_order(tx, order_id, lock=True)
            silent = [one for one in await offered_of(tx, order_id) if one.due_at <= tx.now]
            if order is not None and silent:
                card = await _refuse(tx, order, silent, "lapse", UNANSWERED, None)
                await _tell(tx, order, "lapse", silent, UNANSWERED, None)
        if card is not None:
            await finish_card_soon(desk, card.payment_id)
    return len(due)


async def _accept(tx: Tx, order: Order, offer: Substitute, reason: str, by: Actor) -> None:
    """Make a line of what was offered, which holds what was promised for it; the order comes to that much more."""
    await end_substitute(tx, offer, "accept", by=by, reason=reason)
    await add_line(tx, offer)
    amount_fen = order.agreed_fen + offer.amount_fen
    await move_order(
        tx, order, "take_substitute", by=by, reason=reason, amount_fen=amount_fen, confirmed_fen=amount_fen
    )
    card = await live_card(tx, order.order_id, lock=True)
    if card is not None and amount_fen > 0:
        await expect_of_card(tx, card.payment_id, amount_fen)


async def _refuse(
    tx: Tx, order: Order, offers: list[Substitute], verb: str, reason: str, by: Actor | None
) -> Payment | None:
    """Give back what was promised, and decline an order of which nothing is left; gives the card to be let go."""
    for offer in offers:
        await end_substitute(tx, offer, verb, by=by, reason=reason)
    await move_stock(tx, {one.listing_id: Move(promised=-one.quantity) for one in offers}, order.wanted_on)
    await add_step(tx, order, f"{verb}_substitute", by=by, reason=reason)
    if await offered_of(tx, order.order_id) or any(
        line.agreed_quantity for line in await find_lines(tx, order.order_id)
    ):
        return None
    return await end_order(tx, order, "fall_through", reason or NOTHING_LEFT, None)


async def _tell(tx: Tx, order: Order, outcome: str, offers: list[Substitute], reason: str, by: Actor | None) -> None:
    """Tell the seller what was answered, and the buyer of what their silence refused."""
    audience = [Audience(organisation_id=order.supplier_id, roles=SUPPLIER_ROLES)]
    if by is None:
        audience.append(Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,)))
    facts = {
        "supplier": order.supplier_name,
        "by": "" if by is None else by.name,
        "name": "、".join(one.name for one in offers)[:200],
        "outcome": outcome,
        "reason": reason,
    }
    kind = NoticeKind.SUBSTITUTE_ANSWERED
    await raise_notice(tx, kind, order.order_id, audience, facts, by=None if by is None else by.account_id)
