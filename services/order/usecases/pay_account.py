"""One transfer pays the orders of a statement, those accepted first before others, all in one transaction or none.

Each order gets a payment of its own, so that what it was paid reads as any other payment; their steps are the whole's.
Locked are the statement, then the transfer, then the orders by their ids, each before its part.
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refusals import (
    MoreThanOwed,
    NoSuchPayment,
    NoSuchStatement,
    NothingToPay,
    NoVoucher,
    PaymentDiffers,
)
from services.order.domain.states import PAYMENT
from services.order.domain.transfer_refusals import TooManyPayments
from services.order.store.account_payments import (
    AccountPayment,
    add_account_payment,
    add_parts,
    count_account_payments,
    find_account_payment,
    move_account_payment,
    orders_of,
    parts_of,
)
from services.order.store.account_view import account_payment_view
from services.order.store.accounts import Statement, find_statement
from services.order.store.orders import Order, find_order
from services.order.store.payments import (
    Payment,
    add_payment,
    count_payments,
    find_payment,
    move_payment,
    pending_fen,
)
from services.order.usecases.account_commands import DenyTransfer, PutAccountPayment, WithdrawTransfer
from services.order.usecases.confirm_payment import take_transfer
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.put_voucher import voucher_type
from services.order.usecases.transfers import PAYMENTS_MAX, end_transfer, refuse_ended
from shared.clock import business_date
from shared.contracts.authority import Identity, require
from shared.contracts.grants import Role
from shared.contracts.order import Audience
from shared.contracts.words import KEEPING, NoticeKind, PaymentMethod
from shared.db.unit_of_work import ReadTx, Stamp, Tx
from shared.files import Found
from shared.ids import derived_id


async def put_account_payment(
    desk: Desk, identity: Identity, statement_id: UUID, payment_id: UUID, command: PutAccountPayment
) -> dict[str, Any]:
    """Register a transfer of at most what is owed on a statement now; the same again answers the same.

    Raises NothingToPay, MoreThanOwed, PaymentDiffers, PaymentEnded, TooManyPayments.
    """
    async with desk.uow.begin() as tx:
        await _statement(tx, identity, "put_account_payment", statement_id, lock=True)
        before = await find_account_payment(tx, payment_id)
        if before is not None:
            if (before.statement_id, before.amount_fen) != (statement_id, command.amount_fen):
                if before.statement_id == statement_id:
                    refuse_ended(payment_id, before.state)
                raise PaymentDiffers(payment_id=str(payment_id))
            return await account_payment_view(tx, payment_id)
        if await count_account_payments(tx, statement_id) >= PAYMENTS_MAX:
            raise TooManyPayments(payments_max=PAYMENTS_MAX)
        shares = await _shares(tx, statement_id, command.amount_fen)
        if not await add_account_payment(tx, payment_id, statement_id, command.amount_fen, identity.account_id):
            raise PaymentDiffers(payment_id=str(payment_id))
        parts = []
        for order, amount_fen in shares:
            if await count_payments(tx, order.order_id) >= PAYMENTS_MAX:
                raise TooManyPayments(payments_max=PAYMENTS_MAX, order_id=str(order.order_id))
            part_id = derived_id("account payment", payment_id, order.order_id)
            written = await add_payment(
                tx,
                payment_id=part_id,
                order_id=order.order_id,
                method=PaymentMethod.BANK_TRANSFER,
                amount_fen=amount_fen,
                registered_by=identity.account_id,
                card_token=None,
            )
            if not written:  # Whoever registered a payment under the name of the part would have it confirmed instead.
                raise PaymentDiffers(payment_id=str(part_id))
            parts.append((part_id, order.order_id, amount_fen))
        await add_parts(tx, payment_id, parts)
        return await account_payment_view(tx, payment_id)


async def _shares(tx: Tx, statement_id: UUID, amount_fen: int) -> list[tuple[Order, int]]:
    """Share an amount out over the orders of a statement, locked by their ids, the oldest acceptance first."""
    orders = [await find_order(tx, order_id, lock=True) for order_id in await orders_of(tx, statement_id)]
    owing = []
    for order in orders:
        if order is not None and order.accepted_on is not None and order.state in KEEPING:
            left_fen = order.owed_fen - await pending_fen(tx, order.order_id, but=order.order_id)
            if left_fen > 0:
                owing.append((order.accepted_on, order.order_id, order, left_fen))
    whole = sum(left_fen for *_, left_fen in owing)
    if not whole:
        raise NothingToPay(left_fen=0)
    if amount_fen > whole:
        raise MoreThanOwed(left_fen=whole, asked_fen=amount_fen)
    shares, left = [], amount_fen
    for _, _, order, left_fen in sorted(owing, key=lambda one: one[:2]):
        if left:
            shares.append((order, min(left, left_fen)))
            left -= min(left, left_fen)
    return shares


async def put_account_voucher(
    desk: Desk, identity: Identity, statement_id: UUID, payment_id: UUID, body: bytes
) -> dict[str, Any]:
    """Store the bank's voucher under its own digest, and tell the supplier; a better one may replace it."""
    sha256 = hashlib.sha256(body).hexdigest()
    async with desk.uow.read() as tx:
        await _statement(tx, identity, "put_account_voucher", statement_id)
        payment = await _payment(tx, statement_id, payment_id)
        if payment.voucher_sha256 == sha256:
            return await account_payment_view(tx, payment_id)
    PAYMENT.check(payment.state, "submit")
    media_type = voucher_type(body)
    await desk.files.put(_key(payment_id, sha256), body, media_type)
    async with desk.uow.begin() as tx:
        statement = await _statement(tx, identity, "put_account_voucher", statement_id, lock=True)
        payment = await _payment(tx, statement_id, payment_id, lock=True)
        await move_account_payment(
            tx,
            payment,
            "submit",
            voucher_sha256=sha256,
            voucher_media_type=media_type,
            voucher_bytes=len(body),
            voucher_at=tx.now,
        )
        for part_id, order_id in await parts_of(tx, payment_id):
            _, part = await _part(tx, order_id, part_id)
            PAYMENT.check(part.state, "submit")
            await move_payment(tx, part, "submit")
        sellers = [Audience(organisation_id=statement.supplier_id, roles=(Role.SUPPLIER,))]
        await _tell(tx, NoticeKind.PAYMENT_SUBMITTED, statement, payment, sellers, identity)
        return await account_payment_view(tx, payment_id)


async def get_account_voucher(desk: Desk, identity: Identity, statement_id: UUID, payment_id: UUID) -> Found:
    async with desk.uow.read() as tx:
        await _statement(tx, identity, "get_account_voucher", statement_id)
        payment = await _payment(tx, statement_id, payment_id)
    if payment.voucher_sha256 is None or payment.voucher_media_type is None:
        raise NoVoucher(payment_id=str(payment_id))
    found = await desk.files.get(_key(payment_id, payment.voucher_sha256))
    return Found(found.body, payment.voucher_media_type)


async def confirm_account_payment(
    desk: Desk, identity: Identity, statement_id: UUID, payment_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Confirm that a transfer has arrived: each of its orders is paid its part, and settled where nothing is owed."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        statement = await _statement(tx, identity, "confirm_account_payment", statement_id, lock=True)
        payment = await _payment(tx, statement_id, payment_id, lock=True)
        PAYMENT.check(payment.state, "confirm")
        by = Actor.of(identity, require(identity, "confirm_account_payment", statement.owned))
        for part_id, order_id in await parts_of(tx, payment_id):
            order, part = await _part(tx, order_id, part_id)
            await take_transfer(tx, order, part, by)
        await move_account_payment(tx, payment, "confirm", paid_on=business_date(tx.now))
        return await _answer(tx, payment_id)


async def deny_account_payment(
    desk: Desk,
    identity: Identity,
    statement_id: UUID,
    payment_id: UUID,
    command: DenyTransfer,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Say that a transfer has not arrived; what it was for can be paid anew, and whoever pays is told."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        statement, payment = await _end(tx, identity, "deny", statement_id, payment_id, command.reason)
        payers = [
            Audience(organisation_id=statement.canteen_id, roles=(Role.BUYER,)),
            Audience(organisation_id=statement.unit_id, roles=(Role.FINANCE,)),
        ]
        said = {"reason": command.reason}
        await _tell(tx, NoticeKind.PAYMENT_DENIED, statement, payment, payers, identity, said)
        return await _answer(tx, payment_id)


async def withdraw_account_payment(
    desk: Desk,
    identity: Identity,
    statement_id: UUID,
    payment_id: UUID,
    command: WithdrawTransfer,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Take a transfer back that has neither voucher nor answer; all of its orders can be paid anew."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        statement, payment = await _end(tx, identity, "withdraw", statement_id, payment_id, command.reason)
        sellers = [Audience(organisation_id=statement.supplier_id, roles=(Role.SUPPLIER,))]
        said = {"reason": command.reason}
        await _tell(tx, NoticeKind.PAYMENT_WITHDRAWN, statement, payment, sellers, identity, said)
        return await _answer(tx, payment_id)


async def _end(
    tx: Tx, identity: Identity, verb: str, statement_id: UUID, payment_id: UUID, reason: str
) -> tuple[Statement, AccountPayment]:
    """Write that a transfer brings nothing, and that none of its parts does. Raises WrongState."""
    operation = f"{verb}_account_payment"
    statement = await _statement(tx, identity, operation, statement_id, lock=True)
    payment = await _payment(tx, statement_id, payment_id, lock=True)
    await move_account_payment(tx, payment, verb, reason=reason)
    by = Actor.of(identity, require(identity, operation, statement.owned))
    for part_id, order_id in await parts_of(tx, payment_id):
        order, part = await _part(tx, order_id, part_id)
        await end_transfer(tx, order, part, verb, by, reason)
    return statement, payment


async def _part(tx: Tx, order_id: UUID, part_id: UUID) -> tuple[Order, Payment]:
    """Lock an order, then its part of a transfer; both are there."""
    order = await find_order(tx, order_id, lock=True)
    part = await find_payment(tx, part_id, lock=True)
    assert order is not None
    assert part is not None
    return order, part


async def _tell(
    tx: Tx,
    kind: NoticeKind,
    statement: Statement,
    payment: AccountPayment,
    audience: list[Audience],
    by: Identity,
    more: Mapping[str, object] = MappingProxyType({}),
) -> None:
    facts = {"number": statement.number, "amount_fen": payment.amount_fen, "fund": statement.fund.value, "by": by.name}
    await raise_notice(tx, kind, payment.payment_id, audience, {**facts, **more}, by=by.account_id)


async def _statement(
    tx: ReadTx, identity: Identity, operation: str, statement_id: UUID, *, lock: bool = False
) -> Statement:
    statement = await find_statement(tx, statement_id, lock=lock)
    if statement is None:
        raise NoSuchStatement(statement_id=str(statement_id))
    require(identity, operation, statement.owned)
    return statement


async def _payment(tx: ReadTx, statement_id: UUID, payment_id: UUID, *, lock: bool = False) -> AccountPayment:
    payment = await find_account_payment(tx, payment_id, lock=lock)
    if payment is None or payment.statement_id != statement_id:
        raise NoSuchPayment(payment_id=str(payment_id))
    return payment


async def _answer(tx: Tx, payment_id: UUID) -> dict[str, Any]:
    view = await account_payment_view(tx, payment_id)
    await tx.answer(view)
    return view


def _key(payment_id: UUID, sha256: str) -> str:
    """Name the object: never the same for another file."""
    return f"accounts/payments/{payment_id}/{sha256}"
