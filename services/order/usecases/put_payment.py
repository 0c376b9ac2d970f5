"""A canteen, or its unit's finance, registers a payment: a transfer or wallet of what is owed, a card beforehand.

Decision: for goods that come in the place of returned ones a card may be registered until they are packed, and is held
at once. Why: such an order is confirmed as it is placed, so that no confirmation comes at which to hold it, and what
was returned has been paid back by then. Price: its buyer hears from the card at once, and a seller may have packed
before a vendor that is away answers: what holds nothing when the goods are accepted is let go, and they are owed.
"""

from typing import Any
from uuid import UUID

from services.order.domain.refusals import (
    CardAlreadyRegistered,
    CardDeclined,
    CardsNotOffered,
    CardTooLate,
    MoreThanOwed,
    NothingToPay,
    PaymentDiffers,
    WalletNotOffered,
)
from services.order.domain.states import COMING, UNHELD, PaymentState
from services.order.domain.transfer_refusals import TooManyPayments
from services.order.store.order_view import payment_view
from services.order.store.orders import Order, find_lines, touch_order
from services.order.store.payees import destination_of
from services.order.store.payments import (
    Payment,
    add_payment,
    change_amount,
    count_payments,
    find_payment,
    live_card,
    move_payment,
    pending_fen,
)
from services.order.store.replacements import is_replacement
from services.order.usecases.commands import PutPayment
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import asking
from services.order.usecases.hold_card import hold_card, most_fen
from services.order.usecases.open_wallet import open_wallet
from services.order.usecases.steps import hold_order
from services.order.usecases.transfers import PAYMENTS_MAX, refuse_ended, refuse_together
from shared.contracts.authority import Identity
from shared.contracts.words import KEEPING, OrderState, PaymentMethod
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields, field_problem

WALLETS = frozenset({PaymentMethod.ALIPAY, PaymentMethod.WECHAT_PAY})


async def put_payment(
    desk: Desk, identity: Identity, order_id: UUID, payment_id: UUID, command: PutPayment
) -> dict[str, Any]:
    """Register a payment; the same again answers the same. A transfer's amount can be mended until its voucher is put.

    A transfer that has ended unpaid is not mended: what it was for is paid under another id. The voucher, the
    supplier's confirmation and the card vendor come later; a wallet is asked at once, and what its payer is to do next
    is answered. So is the card of goods that come again: it is held, or CardDeclined, CardBusy, PayeeNotReady or
    PayeeUnknown is raised. Raises CardsUnavailable while the vendor is away: ask again the same.
    """
    wallet = command.method in WALLETS
    async with desk.uow.begin() as tx:
        order, _ = await hold_order(tx, identity, "put_payment", order_id)
        before = await find_payment(tx, payment_id, lock=True)
        if before is not None:
            await _again(tx, order, before, command)
        elif await count_payments(tx, order_id) >= PAYMENTS_MAX:
            raise TooManyPayments(payments_max=PAYMENTS_MAX)
        elif command.method is PaymentMethod.CARD:
            await _register_card(desk, tx, identity, order, payment_id, command)
        else:
            await _register_owed(desk, tx, identity, order, payment_id, command)
        view = await payment_view(tx, payment_id)
        held_fen = await _to_hold(desk, tx, order, view)
    if held_fen is not None:
        await hold_card(desk, identity, order_id, payment_id, held_fen, operation="put_payment", states=COMING)
        async with desk.uow.glance() as tx:
            return await payment_view(tx, payment_id)
    if not wallet or view["state"] != PaymentState.AUTHORISING.value:
        return view
    async with asking(desk, payment_id) as payment:
        next_action = await open_wallet(desk, payment, command.return_url or "")
    async with desk.uow.glance() as tx:
        return await payment_view(tx, payment_id) | {"next_action": next_action}


async def _to_hold(desk: Desk, tx: Tx, order: Order, view: dict[str, Any]) -> int | None:
    """Tell what a card is to hold at once; None where it is no card, holds already, or waits to be confirmed.

    Raises CardDeclined for one that was declined, asked for again.
    """
    if view["method"] != PaymentMethod.CARD.value or order.state not in COMING:
        return None
    if view["state"] == PaymentState.FAILED.value:
        raise CardDeclined(payment_id=view["payment_id"], reason=view["reason"])
    if PaymentState(view["state"]) not in UNHELD:
        return None
    lines = await find_lines(tx, order.order_id)
    return most_fen(desk, lines, {line.line_id: line.agreed_quantity for line in lines})


async def _again(tx: Tx, order: Order, before: Payment, command: PutPayment) -> None:
    same = before.order_id == order.order_id and before.method is command.method
    if same and before.method is PaymentMethod.CARD:
        if before.card_token == command.stripe_payment_method and command.amount_fen == order.ordered_fen:
            return
    elif same and before.amount_fen == command.amount_fen:
        return
    elif same and before.state is PaymentState.REGISTERED:
        await refuse_together(tx, before.payment_id)
        await _check_owed(tx, order, before.payment_id, command.amount_fen)
        await change_amount(tx, before.payment_id, command.amount_fen)
        return
    elif same:
        refuse_ended(before.payment_id, before.state)
    raise PaymentDiffers(payment_id=str(before.payment_id))


async def _check_owed(tx: Tx, order: Order, payment_id: UUID, amount_fen: int) -> None:
    left_fen = order.owed_fen - await pending_fen(tx, order.order_id, but=payment_id)
    if order.state not in KEEPING or left_fen <= 0:
        raise NothingToPay(state=order.state.value, left_fen=max(left_fen, 0))
    if amount_fen > left_fen:
        raise MoreThanOwed(left_fen=left_fen, asked_fen=amount_fen)


async def _register_owed(
    desk: Desk, tx: Tx, identity: Identity, order: Order, payment_id: UUID, command: PutPayment
) -> None:
    """Register a bank transfer, or a wallet that is asked right afterwards, of at most what is owed."""
    wallet = command.method in WALLETS
    problems = []
    if command.stripe_payment_method is not None:
        problems.append(field_problem("stripe_payment_method", "is for cards alone", "仅用于银行卡支付"))
    if wallet and command.return_url is None:
        problems.append(field_problem("return_url", "is wanted for a wallet", "支付宝、微信支付必填"))
    if not wallet and command.return_url is not None:
        problems.append(field_problem("return_url", "is for wallets alone", "仅用于支付宝、微信支付"))
    if problems:
        raise InvalidFields(*problems)
    if wallet and desk.cards is None:
        raise WalletNotOffered(method=command.method.value)
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
    if wallet:
        registered = await find_payment(tx, payment_id)
        assert registered is not None
        paid_to = await destination_of(tx, registered, order.supplier_id)
        await move_payment(tx, registered, "authorise", authorised_fen=command.amount_fen, destination=paid_to)


async def _register_card(
    desk: Desk, tx: Tx, identity: Identity, order: Order, payment_id: UUID, command: PutPayment
) -> None:
    if desk.cards is None:
        raise CardsNotOffered(method=command.method.value)
    comes_again = order.state is OrderState.CONFIRMED and await is_replacement(tx, order.order_id)
    if order.state is not OrderState.PLACED and not comes_again:
        raise CardTooLate(state=order.state.value)
    problems = []
    if command.return_url is not None:
        problems.append(field_problem("return_url", "is for wallets alone", "仅用于支付宝、微信支付"))
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
