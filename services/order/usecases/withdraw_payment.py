"""Whoever may pay takes a mistaken transfer back while it has neither voucher nor answer; the supplier is told."""

from typing import Any
from uuid import UUID

from services.order.usecases.account_commands import WithdrawTransfer
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.steps import answer, hold_order
from services.order.usecases.transfers import end_transfer, refuse_together, transfer_of
from shared.contracts.authority import Identity
from shared.contracts.grants import Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Stamp


async def withdraw_payment(
    desk: Desk,
    identity: Identity,
    order_id: UUID,
    payment_id: UUID,
    command: WithdrawTransfer,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Take a registered transfer back. Raises NoSuchPayment, PaymentByCard, PaidTogether, WrongState."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "withdraw_payment", order_id)
        payment = await transfer_of(tx, order_id, payment_id, lock=True)
        await refuse_together(tx, payment_id)
        await end_transfer(tx, order, payment, "withdraw", by, command.reason)
        sellers = Audience(organisation_id=order.supplier_id, roles=(Role.SUPPLIER,))
        facts = {"order_id": order_id, "amount_fen": payment.amount_fen, "by": by.name, "reason": command.reason}
        await raise_notice(tx, NoticeKind.PAYMENT_WITHDRAWN, payment_id, [sellers], facts, by=by.account_id)
        return await answer(tx, order_id)
