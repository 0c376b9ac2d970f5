"""A return that was agreed or upheld is booked once: less kept, less owed, and a card gets its money back."""

from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refusals import MoreThanKept
from services.order.domain.weights import Kept
from services.order.store.orders import Order, OrderLine, add_step, find_lines, settle_if_paid, write_kept
from services.order.store.returns import Return, agree
from services.order.usecases.owe_refund import owe_refund
from services.order.usecases.steps import check_keeping, kept_lines, purchase_facts
from shared.clock import business_date
from shared.contracts.order import ReturnRecorded
from shared.db.unit_of_work import Tx


async def book_return(tx: Tx, order: Order, proposed: Return, verb: str, *, by: Actor, ruling: str = "") -> UUID | None:
    """Book a return by `agree` or `uphold`, whose reason is `ruling`; gives the card that gets money back, if any.

    The order is locked, and may be closed by now: what was proposed in time is decided whenever that is.
    Raises MoreThanKept, WrongState.
    """
    check_keeping(order, "credit")
    lines = {line.line_id: line for line in await find_lines(tx, order.order_id)}
    after = _after(proposed, lines)
    steps = {
        line_id: (-quantity, after[line_id].net_fen - lines[line_id].kept.net_fen)
        for line_id, quantity, _ in proposed.lines
    }
    await agree(
        tx,
        proposed,
        verb,
        by=by,
        reason=ruling,
        on=business_date(tx.now),
        steps_fen={line_id: step_fen for line_id, (_, step_fen) in steps.items()},
    )
    order = await write_kept(tx, order, {line_id: (lines[line_id], kept) for line_id, kept in after.items()})
    reason = "；".join(dict.fromkeys(why for _, _, why in proposed.lines))[:500]
    await add_step(tx, order, "return", by=by, reason=reason)
    await _say(tx, order, proposed, reason, lines, steps)
    refunded = await owe_refund(tx, order, proposed.return_id, reason)
    await settle_if_paid(tx, order)
    return refunded


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
