"""A canteen, or its unit's finance, registers a payment: a bank transfer of what is owed, or a card beforehand."""

from typing import Any
from uuid import UUID

from services.order.domain.refusals import (
    CardAlreadyRegistered,
    CardsNotOffered,
    CardTooLate,
    MoreThanOwed,
    NothingToPay,
    PaymentDiffers,
)
from services.order.domain.states import PaymentState
from services.order.store.order_view import payment_view
from services.order.store.orders import Order, touch_order
from services.order.store.payments import (
    Payment,
    add_payment,
    change_amount,
    find_payment,
    live_card,
    pending_fen,
)
from services.order.usecases.commands import PutPayment
from services.order.usecases.desk import Desk
from services.order.usecases.steps import hold_order
from shared.contracts.authority import Identity
from shared.contracts.words import KEEPING, OrderState, PaymentMethod
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields, field_problem


async def put_payment(
    desk: Desk, identity: Identity, order_id: UUID, payment_id: UUID, command: PutPayment
) -> dict[str, Any]:
    """Register a payment; the same again answers the same. A transfer's amount can be mended until its voucher is put.

    The voucher, the supplier's confirmation and the card vendor come later.
    """
    async with desk.uow.begin() as tx:
        order, _ = await hold_order(tx, identity, "put_payment", order_id)
        before = await find_payment(tx, payment_id, lock=True)
        if before is not None:
            await _again(tx, order, before, command)
        elif command.method is PaymentMethod.CARD:
            await _register_card(desk, tx, identity, order, payment_id, command)
        else:
            await _register_transfer(tx, identity, order, payment_id, command)
        return await payment_view(tx, payment_id)


async def _again(tx: Tx, order: Order, before: Payment, command: PutPayment) -> None:
    same = before.order_id == order.order_id and before.method is command.method
    if same and before.method is PaymentMethod.CARD:
        if before.card_token == command.stripe_payment_method and command.amount_fen == order.ordered_fen:
            return
    elif same and before.amount_fen == command.amount_fen:
        return
    elif same and before.state is PaymentState.REGISTERED:
        await _check_owed(tx, order, before.payment_id, command.amount_fen)
        await change_amount(tx, before.payment_id, command.amount_fen)
        return
    raise PaymentDiffers(payment_id=str(before.payment_id))


async def _check_owed(tx: Tx, order: Order, payment_id: UUID, amount_fen: int) -> None:
    left_fen = order.owed_fen - await pending_fen(tx, order.order_id, but=payment_id)
    if order.state not in KEEPING or left_fen <= 0:
        raise NothingToPay(state=order.state.value, left_fen=max(left_fen, 0))
    if amount_fen > left_fen:
        raise MoreThanOwed(left_fen=left_fen, asked_fen=amount_fen)


async def _register_transfer(tx: Tx, identity: Identity, order: Order, payment_id: UUID, command: PutPayment) -> None:
    if command.stripe_payment_method is not None:
        raise InvalidFields(field_problem("stripe_payment_method", "is for cards alone", "仅用于银行卡支付"))
    await _check_owed(tx, order, payment_id, command.amount_fen)
    written = await add_payment(
        tx,
        payment_id=payment_id,
        order_id=order.order_id,
        method=command.method,
        amount_fen=command.amount_fen,
        registered_by=identity.account_id,
        card_token=None,
    )
    if not written:
        raise PaymentDiffers(payment_id=str(payment_id))


async def _register_card(
    desk: Desk, tx: Tx, identity: Identity, order: Order, payment_id: UUID, command: PutPayment
) -> None:
    if desk.cards is None:
        raise CardsNotOffered(method=command.method.value)
    if order.state is not OrderState.PLACED:
        raise CardTooLate(state=order.state.value)
    problems = []
    if command.stripe_payment_method is None:
        problems.append(field_problem("stripe_payment_method", "is wanted for a card", "银行卡支付必填"))
    if command.amount_fen != order.ordered_fen:
        problems.append(
            field_problem(
                "amount_fen",
                f"should be the whole order, {order.ordered_fen}",
                f"应为整张订单的金额 {order.ordered_fen}",
                expected_fen=order.ordered_fen,
            )
        )
    if problems:
        raise InvalidFields(*problems)
    await touch_order(tx, order.order_id)
    written = await add_payment(
        tx,
        payment_id=payment_id,
        order_id=order.order_id,
        method=command.method,
        amount_fen=command.amount_fen,
        registered_by=identity.account_id,
        card_token=command.stripe_payment_method,
    )
    if not written:
        card = await live_card(tx, order.order_id)
        if card is not None:
            raise CardAlreadyRegistered(payment_id=str(card.payment_id))
        raise PaymentDiffers(payment_id=str(payment_id))
