"""A supplier agrees to a return, and it is booked: less kept, less owed, and a card gets its money back."""

from typing import Any
from uuid import UUID

from services.order.domain.refusals import MoreThanKept, NoSuchReturn
from services.order.domain.states import RETURN
from services.order.domain.weights import Kept
from services.order.store.orders import (
    Order,
    OrderLine,
    add_step,
    find_lines,
    settle_if_paid,
    write_kept,
)
from services.order.store.returns import Return, agree, find_return
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card_soon
from services.order.usecases.owe_refund import owe_refund
from services.order.usecases.steps import answer, check_keeping, hold_order, kept_lines, purchase_facts
from shared.clock import business_date
from shared.contracts.authority import Identity
from shared.contracts.order import ReturnRecorded
from shared.db.unit_of_work import Stamp, Tx
from shared.states import WrongState


async def agree_return(
    desk: Desk, identity: Identity, order_id: UUID, return_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "agree_return", order_id)
        proposed = await find_return(tx, return_id)
        if proposed is None or proposed.order_id != order_id:
            raise NoSuchReturn(return_id=str(return_id))
        RETURN.check(proposed.state, "agree")
        check_keeping(order, "return")
        lines = {line.line_id: line for line in await find_lines(tx, order_id)}
        after = _after(proposed, lines)
        steps = {
            line_id: (-quantity, after[line_id].net_fen - lines[line_id].kept.net_fen)
            for line_id, quantity, _ in proposed.lines
        }
        booked = await agree(
            tx,
            proposed,
            by=identity.account_id,
            on=business_date(tx.now),
            steps_fen={line_id: step_fen for line_id, (_, step_fen) in steps.items()},
        )
        if not booked:
            raise WrongState(state="agreed", step="agree")
        order = await write_kept(tx, order, {line_id: (lines[line_id], kept) for line_id, kept in after.items()})
        reason = "；".join(dict.fromkeys(why for _, _, why in proposed.lines))[:500]
        await add_step(tx, order, "return", by=by, reason=reason)
        await _say(tx, order, proposed, reason, lines, steps)
        refunded = await owe_refund(tx, order, return_id, reason)
        await settle_if_paid(tx, order)
        view = await answer(tx, order_id)
    if refunded is not None:
        await finish_card_soon(desk, refunded)
    return view


def _after(proposed: Return, lines: dict[UUID, OrderLine]) -> dict[UUID, Kept]:
    too_much = [
        {"line_id": str(line_id), "kept": lines[line_id].kept.quantity, "asked": quantity}
        for line_id, quantity, _ in proposed.lines
        if quantity > lines[line_id].kept.quantity
    ]
    if too_much:
        raise MoreThanKept(lines=too_much)
    return {line_id: lines[line_id].kept.less(quantity) for line_id, quantity, _ in proposed.lines}


async def _say(
    tx: Tx,
    order: Order,
    proposed: Return,
    reason: str,
    lines: dict[UUID, OrderLine],
    steps: dict[UUID, tuple[int, int]],
) -> None:
    assert order.acceptance_id is not None
    assert order.accepted_on is not None
    await tx.publish(
        ReturnRecorded(
            return_id=proposed.return_id,
            acceptance_id=order.acceptance_id,
            purchase=purchase_facts(order),
            agreed_on=business_date(tx.now),
            reverses_accepted_on=order.accepted_on,
            reason=reason,
            lines=kept_lines(lines, steps),
        )
    )
