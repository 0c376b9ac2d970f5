"""A supplier says that a transfer has not arrived: it brings nothing, and whoever pays is told to pay anew."""

from typing import Any
from uuid import UUID

from services.order.usecases.account_commands import DenyTransfer
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.steps import answer, hold_order
from services.order.usecases.transfers import end_transfer, refuse_together, transfer_of
from shared.contracts.authority import Identity
from shared.contracts.grants import Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Stamp


async def deny_payment(
    desk: Desk,
    identity: Identity,
    order_id: UUID,
    payment_id: UUID,
    command: DenyTransfer,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Deny a transfer, with its voucher or without. Raises NoSuchPayment, PaymentByCard, PaidTogether, WrongState."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order, by = await hold_order(tx, identity, "deny_payment", order_id)
        payment = await transfer_of(tx, order_id, payment_id, lock=True)
        await refuse_together(tx, payment_id)
        await end_transfer(tx, order, payment, "deny", by, command.reason)
        payers = [
            Audience(organisation_id=order.canteen_id, roles=(Role.BUYER,)),
            Audience(organisation_id=order.unit_id, roles=(Role.FINANCE,)),
        ]
        facts = {
            "order_id": order_id,
            "supplier": order.supplier_name,
            "amount_fen": payment.amount_fen,
            "reason": command.reason,
        }
        await raise_notice(tx, NoticeKind.PAYMENT_DENIED, payment_id, payers, facts, by=by.account_id)
        return await answer(tx, order_id)
