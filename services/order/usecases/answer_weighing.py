"""A weight that waits is a matter of two: the seller's yes to what is off, or a second person's of the buyer's.

Decision: a seller's silence lets the weight stand as it was weighed, and a second person's silence does not. Why: goods
spoil and a canteen cannot be kept waiting for a yes, but two persons are two persons. Price: a canteen's own people,
and its unit's, are told until one of them has looked.
"""

from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refusals import NoSuchWeighing, ReasonWanted, SameTwice
from services.order.domain.states import ORDER
from services.order.store.orders import Order, add_step, find_lines, find_order, move_order
from services.order.store.payments import Payment
from services.order.store.weighings import (
    SECOND,
    SELLER,
    Answer,
    Weighing,
    add_answer,
    answers_to,
    find_weighing,
    silent_weighings,
)
from services.order.usecases.accept_order import forget_weighing
from services.order.usecases.book_acceptance import Accepted, book_acceptance
from services.order.usecases.commands import AnswerWeighing, WeighingOutcome
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card_soon
from services.order.usecases.notices import raise_notice
from services.order.usecases.steps import answer, hold_order
from shared.contracts.authority import Identity, OwnRequest, Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Stamp, Tx
from shared.rounds import BATCH_MAX

OPERATION = {SELLER: "agree_weight", SECOND: "second_weight"}


async def agree_weight(
    desk: Desk, identity: Identity, order_id: UUID, command: AnswerWeighing, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Say the seller's yes or no to a weight that is off.

    Raises NoSuchWeighing, ReasonWanted, WrongState, OwnRequest for who weighed, SameTwice for the second person.
    """
    return await _answer(desk, identity, order_id, command, SELLER, once)


async def second_weight(
    desk: Desk, identity: Identity, order_id: UUID, command: AnswerWeighing, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Say the second person's yes or no. Raises what `agree_weight` does, SameTwice for who answered as the seller."""
    return await _answer(desk, identity, order_id, command, SECOND, once)


async def let_silent_weighings_stand(desk: Desk) -> int:
    """Let weights stand to which their sellers said nothing in time; gives how many."""
    async with desk.uow.glance() as tx:
        silent = await silent_weighings(tx, desk.clock.now(), BATCH_MAX)
    for order_id in silent:
        card = None
        async with desk.uow.begin() as tx:
            order = await find_order(tx, order_id, lock=True)
            if order is None or order.weighing_id is None:
                continue
            weighing = await find_weighing(tx, order.weighing_id)
            assert weighing is not None
            said = await answers_to(tx, weighing.acceptance_id)
            if weighing.due_at > tx.now or not weighing.wants_seller or SELLER in {one.side for one in said}:
                continue
            card = await _agree(tx, order, weighing, said, SELLER, "", None)
        if card is not None:
            await finish_card_soon(desk, card.payment_id)
    return len(silent)


async def _answer(
    desk: Desk, identity: Identity, order_id: UUID, command: AnswerWeighing, side: str, once: Stamp | None
) -> dict[str, Any]:
    card = None
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, OPERATION[side], order_id)
        weighing = await find_weighing(tx, command.acceptance_id)
        if weighing is None or weighing.order_id != order_id:
            raise NoSuchWeighing(acceptance_id=str(command.acceptance_id))
        said = await answers_to(tx, weighing.acceptance_id)
        mine = [one for one in said if one.side == side]
        if [(one.account_id, one.outcome) for one in mine] == [(by.account_id, command.outcome.value)]:
            return await answer(tx, order_id)
        ORDER.check(order.state, "object")
        wanted = weighing.wants_seller if side == SELLER else weighing.wants_second
        if order.weighing_id != weighing.acceptance_id or mine or not wanted:
            raise NoSuchWeighing(acceptance_id=str(command.acceptance_id))
        _check_apart(weighing, said, by, side)
        if command.outcome is WeighingOutcome.AGREE:
            card = await _agree(tx, order, weighing, said, side, command.reason, by)
        else:
            await _object(tx, order, weighing, side, command.reason, by)
        view = await answer(tx, order_id)
    if card is not None:
        await finish_card_soon(desk, card.payment_id)
    return view


def _check_apart(weighing: Weighing, said: list[Answer], by: Actor, side: str) -> None:
    """Hold whoever answers apart from who weighed and from who answered for the other side, whatever their seats."""
    if by.account_id == weighing.account_id:
        raise OwnRequest(operation=OPERATION[side])
    if by.account_id in {one.account_id for one in said}:
        raise SameTwice()


async def _agree(
    tx: Tx, order: Order, weighing: Weighing, said: list[Answer], side: str, reason: str, by: Actor | None
) -> Payment | None:
    """Write a side's yes, and book the acceptance when it was the last one wanted; gives the card to be charged."""
    await add_answer(tx, weighing.acceptance_id, side, WeighingOutcome.AGREE.value, reason, by)
    await add_step(tx, order, f"agree_{side}", by=by, reason=reason)
    wanted = {one for one, wants in ((SELLER, weighing.wants_seller), (SECOND, weighing.wants_second)) if wants}
    if wanted - {one.side for one in said} - {side}:
        return None
    second = next(((one.account_id, one.account_name) for one in said if one.side == SECOND), None)
    if side == SECOND and by is not None:
        second = (by.account_id, by.name)
    lines = await find_lines(tx, order.order_id)
    accepted = Accepted(
        weighing.acceptance_id,
        weighing.accepted_on,
        weighing.weighed_at,
        weighing.account_id,
        weighing.account_name,
        None if second is None or second[0] is None else (second[0], second[1]),
        weighing.found(lines),
    )
    return await book_acceptance(tx, order, {line.line_id: line for line in lines}, accepted, by=by)


async def _object(tx: Tx, order: Order, weighing: Weighing, side: str, reason: str, by: Actor) -> None:
    """Write a side's no: the order is shipped as before, and is weighed again."""
    if not reason:
        raise ReasonWanted()
    await add_answer(tx, weighing.acceptance_id, side, WeighingOutcome.OBJECT.value, reason, by)
    await forget_weighing(tx, order)
    await move_order(tx, order, "object", by=by, reason=reason, weighing_id=None)
    buyers = Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,))
    facts = {"order_id": order.order_id, "supplier": order.supplier_name, "reason": reason}
    await raise_notice(tx, NoticeKind.WEIGH_AGAIN, order.order_id, [buyers], facts, by=by.account_id)
