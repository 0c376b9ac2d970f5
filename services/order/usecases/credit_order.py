"""A supplier lowers what accepted goods cost, booked at once; a card gets its money back."""

from typing import Any
from uuid import UUID

from services.order.domain.refusals import CreditDiffers, CreditTooLarge
from services.order.store.orders import Order, OrderLine, add_step, find_lines, settle_if_paid, write_kept
from services.order.store.returns import Credit, add_credit, find_credit
from services.order.usecases.commands import CreditOrder
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card_soon
from services.order.usecases.owe_refund import owe_refund
from services.order.usecases.steps import (
    answer,
    check_keeping,
    each_once,
    hold_order,
    kept_lines,
    purchase_facts,
)
from shared.clock import business_date
from shared.contracts.authority import Identity
from shared.contracts.order import CreditRecorded
from shared.db.unit_of_work import Stamp, Tx


async def credit_order(
    desk: Desk, identity: Identity, order_id: UUID, command: CreditOrder, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Credit some lines by at most what they cost; the same credit again answers the order."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "credit_order", order_id)
        asked = sorted((line.line_id, line.amount_fen) for line in command.lines)
        credit = Credit(command.credit_id, order_id, command.reason, tuple(asked))
        before = await find_credit(tx, command.credit_id)
        if before is not None:
            if before != credit:
                raise CreditDiffers(credit_id=str(command.credit_id))
            return await answer(tx, order_id)
        check_keeping(order, "credit")
        named = each_once(
            ((line.line_id, line.amount_fen) for line in command.lines),
            await find_lines(tx, order_id),
            field="amount_fen",
            whole=False,
        )
        _check_amounts(asked, named)
        if not await add_credit(tx, credit, by=identity.account_id, on=business_date(tx.now)):
            raise CreditDiffers(credit_id=str(command.credit_id))
        after = {line_id: (named[line_id], named[line_id].kept.credited(amount)) for line_id, amount in asked}
        order = await write_kept(tx, order, after)
        await add_step(tx, order, "credit", by=by, reason=command.reason)
        await _say(tx, order, credit, named)
        refunded = await owe_refund(tx, order, command.credit_id, command.reason)
        await settle_if_paid(tx, order)
        view = await answer(tx, order_id)
    if refunded is not None:
        await finish_card_soon(desk, refunded)
    return view


def _check_amounts(asked: list[tuple[UUID, int]], named: dict[UUID, OrderLine]) -> None:
    too_much = [
        {"line_id": str(line_id), "kept_fen": named[line_id].kept.net_fen, "asked_fen": amount_fen}
        for line_id, amount_fen in asked
        if amount_fen > named[line_id].kept.net_fen
    ]
    if too_much:
        raise CreditTooLarge(lines=too_much)


async def _say(tx: Tx, order: Order, credit: Credit, lines: dict[UUID, OrderLine]) -> None:
    assert order.acceptance_id is not None
    assert order.accepted_on is not None
    await tx.publish(
        CreditRecorded(
            credit_id=credit.credit_id,
            acceptance_id=order.acceptance_id,
            purchase=purchase_facts(order),
            agreed_on=business_date(tx.now),
            reverses_accepted_on=order.accepted_on,
            reason=credit.reason,
            lines=kept_lines(lines, {line_id: (0, -amount_fen) for line_id, amount_fen in credit.lines}),
        )
    )
