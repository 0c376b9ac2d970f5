"""A payment is locked after its order, moved on by a compare-and-set, and what it brought is added to the order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.states import PAYMENT, PENDING, REFUND_OWED, PaymentState, RefundState, SpareState
from services.order.store.payment_tables import payments, refunds, spare_intents
from shared.contracts.words import PaymentMethod
from shared.db.unit_of_work import ReadTx, Tx
from shared.states import sql_words


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment of an order."""

    payment_id: UUID
    order_id: UUID
    method: PaymentMethod
    state: PaymentState
    amount_fen: int
    paid_fen: int
    authorised_fen: int
    refunded_fen: int
    """What is promised back of what it paid, done or not."""
    disputed_fen: int
    """What a bank took back of what it paid, by a dispute that was lost."""
    card_token: str | None
    intent_id: str | None
    voucher_sha256: str | None
    voucher_media_type: str | None
    reason: str
    registered_at: datetime
    customer_id: str | None
    method_id: str | None
    renew_at: datetime | None
    supplements_id: UUID | None
    """The payment whose hold was too small for this much."""
    destination: str | None
    """Whose account the vendor passes it on to, fixed when it was first asked; None: it stays with ours."""


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that is to go back to a card."""

    refund_id: UUID
    payment_id: UUID
    amount_fen: int
    attempt: int = 0
    """Which try of paying it back this is."""


_PAYMENT = sa.select(*(payments.c[name] for name in Payment.__dataclass_fields__))


_BY_ID = _PAYMENT.where(payments.c.payment_id == sa.bindparam("payment_id"))
_BY_ID_LOCKED = _BY_ID.with_for_update(key_share=True)
_LIVE_CARD = _PAYMENT.where(
    payments.c.order_id == sa.bindparam("order_id"),
    sa.text("payments.method = 'card' AND payments.supplements_id IS NULL"),
    sa.text("payments.state NOT IN ('failed', 'voided')"),
)
_LIVE_CARD_LOCKED = _LIVE_CARD.with_for_update(key_share=True)


async def find_payment(tx: ReadTx, payment_id: UUID, *, lock: bool = False) -> Payment | None:
    """Read a payment, locked where asked (its order first); None for one that is not there."""
    row = await tx.first(_BY_ID_LOCKED if lock else _BY_ID, {"payment_id": payment_id})
    return None if row is None else _payment(row)


async def live_card(tx: ReadTx, order_id: UUID, *, lock: bool = False) -> Payment | None:
    """Read the card payment of an order that has neither failed nor been let go; not what supplements it."""
    row = await tx.first(_LIVE_CARD_LOCKED if lock else _LIVE_CARD, {"order_id": order_id})
    return None if row is None else _payment(row)


async def payment_of_intent(tx: ReadTx, intent_id: str) -> UUID | None:
    """Name the payment that an intent of the vendor is for."""
    payment_id: UUID | None = await tx.value(_OF_INTENT, {"named_id": intent_id})
    return payment_id


_OF_INTENT = sa.union_all(
    sa.select(payments.c.payment_id).where(payments.c.intent_id == sa.bindparam("named_id")),
    sa.select(spare_intents.c.payment_id).where(spare_intents.c.intent_id == sa.bindparam("named_id")),
).limit(1)


async def pending_fen(tx: ReadTx, order_id: UUID, *, but: UUID) -> int:
    """Sum what other payments of an order may still bring."""
    return int(await tx.value(_PENDING, {"order_id": order_id, "but": but}))


_PENDING = sa.select(sa.func.coalesce(sa.func.sum(payments.c.amount_fen), 0)).where(
    payments.c.order_id == sa.bindparam("order_id"),
    payments.c.payment_id != sa.bindparam("but"),
    sa.text(f"payments.state IN ({sql_words(PENDING)})"),
)


async def count_payments(tx: ReadTx, order_id: UUID) -> int:
    """Count the payments of an order, whatever came of them."""
    return int(await tx.value(_COUNT, {"order_id": order_id}))


_COUNT = sa.select(sa.func.count()).where(payments.c.order_id == sa.bindparam("order_id"))


async def add_payment(
    tx: Tx,
    *,
    payment_id: UUID,
    order_id: UUID,
    method: PaymentMethod,
    amount_fen: int,
    registered_by: UUID,
    card_token: str | None,
) -> bool:
    """Write a registered payment; False when this id, or another live card of the order, is there."""
    row = await tx.first(
        _ADD,
        {
            "payment_id": payment_id,
            "order_id": order_id,
            "method": method.value,
            "state": PaymentState.REGISTERED.value,
            "amount_fen": amount_fen,
            "registered_at": tx.now,
            "registered_by": registered_by,
            "touched_at": tx.now,
            "card_token": card_token,
        },
    )
    return row is not None


_ADD = (
    insert(payments)
    .values(
        {
            name: sa.bindparam(name, type_=payments.c[name].type)
            for name in (
                "payment_id",
                "order_id",
                "method",
                "state",
                "amount_fen",
                "registered_at",
                "registered_by",
                "touched_at",
                "card_token",
            )
        }
    )
    .on_conflict_do_nothing()
    .returning(payments.c.payment_id)
)


async def change_amount(tx: Tx, payment_id: UUID, amount_fen: int) -> None:
    """Change the amount of a registered bank transfer."""
    await tx.execute(
        sa.update(payments)
        .where(payments.c.payment_id == payment_id, payments.c.state == PaymentState.REGISTERED.value)
        .values(amount_fen=amount_fen, touched_at=tx.now)
    )


async def expect_of_card(tx: Tx, payment_id: UUID, amount_fen: int) -> None:
    """Write what a card that is not charged yet is expected to pay: the order comes to something else."""
    await tx.execute(
        sa.update(payments)
        .where(payments.c.payment_id == payment_id, payments.c.state == PaymentState.AUTHORISED.value)
        .values(amount_fen=amount_fen)
    )


async def move_payment(tx: Tx, payment: Payment, verb: str, **values: Any) -> bool:
    """Move a payment on by a verb, with further columns; False when the step is no longer open."""
    row = await tx.first(
        _moving(verb, tuple(values)),
        {
            "moved_id": payment.payment_id,
            "new_touched_at": tx.now,
            **{f"new_{column}": value for column, value in values.items()},
        },
    )
    return row is not None


@cache
def _moving(verb: str, columns: tuple[str, ...]) -> sa.UpdateBase:
    open_from = ", ".join(f"'{state}'" for state in PAYMENT.open_from(verb))
    return (
        sa.update(payments)
        .where(payments.c.payment_id == sa.bindparam("moved_id"), sa.text(f"payments.state IN ({open_from})"))
        .values(
            state=PAYMENT.edges[verb][1].value,
            **{
                column: sa.bindparam(f"new_{column}", type_=payments.c[column].type)
                for column in ("touched_at", *columns)
            },
        )
        .returning(payments.c.payment_id)
    )


async def keep_intent(tx: Tx, payment_id: UUID, intent_id: str) -> str | None:
    """Write down the intent of a payment that is being authorised; gives the one that stands, or None if none may."""
    row = await tx.first(
        sa.update(payments)
        .where(payments.c.payment_id == payment_id, payments.c.state == PaymentState.AUTHORISING.value)
        .values(intent_id=sa.func.coalesce(payments.c.intent_id, intent_id), touched_at=tx.now)
        .returning(payments.c.intent_id)
    )
    return None if row is None else str(row.intent_id)


async def keep_card(tx: Tx, payment_id: UUID, customer_id: str, method_id: str) -> tuple[str, str] | None:
    """Write down as what the vendor keeps a card; gives what stands, or None where the payment has gone on."""
    row = await tx.first(
        sa.update(payments)
        .where(payments.c.payment_id == payment_id, payments.c.state == PaymentState.AUTHORISING.value)
        .values(
            customer_id=sa.func.coalesce(payments.c.customer_id, customer_id),
            method_id=sa.func.coalesce(payments.c.method_id, method_id),
        )
        .returning(payments.c.customer_id, payments.c.method_id)
    )
    return None if row is None else (row.customer_id, row.method_id)


async def add_supplement(tx: Tx, payment: Payment, payment_id: UUID, amount_fen: int) -> None:
    """Write a payment by the same card for what its hold was too small for; the same one again changes nothing."""
    copied = [
        payments.c[name]
        for name in (
            "order_id",
            "method",
            "registered_by",
            "card_token",
            "customer_id",
            "method_id",
            "destination",
        )
    ]
    row = sa.select(
        sa.literal(payment_id, type_=sa.Uuid),
        sa.literal(PaymentState.AUTHORISING.value),
        sa.literal(amount_fen, type_=sa.BigInteger),
        sa.literal(amount_fen, type_=sa.BigInteger),
        sa.literal(tx.now, type_=payments.c.touched_at.type),
        sa.literal(tx.now, type_=payments.c.touched_at.type),
        payments.c.payment_id,
        *copied,
    ).where(payments.c.payment_id == payment.payment_id)
    columns = ["payment_id", "state", "amount_fen", "authorised_fen", "registered_at", "touched_at", "supplements_id"]
    await tx.execute(
        insert(payments).from_select([*columns, *(one.name for one in copied)], row).on_conflict_do_nothing()
    )


async def begin_asking(tx: Tx, payment_id: UUID, until: datetime) -> Payment | None:
    """Take a payment for oneself to ask the vendor about, until then at most; None where another has it."""
    row = await tx.first(
        sa.update(payments)
        .where(payments.c.payment_id == payment_id, _unasked(tx.now))
        .values(asked_until=until, touched_at=tx.now)
        .returning(*(payments.c[name] for name in Payment.__dataclass_fields__))
    )
    if row is None:
        return None
    await tx.execute(
        sa.update(refunds)
        .where(refunds.c.payment_id == payment_id, refunds.c.state == RefundState.DUE.value)
        .values(touched_at=tx.now)
    )
    return _payment(row)


async def end_asking(tx: Tx, payment_id: UUID, until: datetime) -> None:
    """Let others ask about a payment again that was taken until then."""
    await tx.execute(
        sa.update(payments)
        .where(payments.c.payment_id == payment_id, payments.c.asked_until == until)
        .values(asked_until=None)
    )


def _unasked(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(payments.c.asked_until.is_(None), payments.c.asked_until < now)


async def vendor_due(tx: ReadTx, now: datetime, since: timedelta, limit: int) -> Sequence[UUID]:
    """List the payments about which the vendor is still to be asked, and was not asked for so long; longest first."""
    waiting = sa.select(payments.c.payment_id, payments.c.touched_at).where(
        payments.c.state.in_([PaymentState.CAPTURING.value, PaymentState.VOIDING.value]),
        payments.c.touched_at < now - since,
        _unasked(now),
    )
    owed = (
        sa.select(refunds.c.payment_id, refunds.c.touched_at)
        .join(payments, payments.c.payment_id == refunds.c.payment_id)
        .where(refunds.c.state == RefundState.DUE.value, refunds.c.touched_at < now - since, _unasked(now))
    )
    lapsing = sa.select(payments.c.payment_id, payments.c.touched_at).where(
        payments.c.state == PaymentState.AUTHORISED.value,
        payments.c.renew_at < now,
        payments.c.touched_at < now - since,
        _unasked(now),
    )
    at_once = sa.select(payments.c.payment_id, payments.c.touched_at).where(
        payments.c.state == PaymentState.AUTHORISING.value,
        sa.or_(
            sa.and_(payments.c.supplements_id.is_not(None), payments.c.touched_at < now - since),
            sa.and_(payments.c.method != PaymentMethod.CARD.value, payments.c.touched_at < now - 6 * since),
        ),
        _unasked(now),
    )
    spare = (
        sa.select(spare_intents.c.payment_id, payments.c.touched_at)
        .join(payments, payments.c.payment_id == spare_intents.c.payment_id)
        .where(
            spare_intents.c.state.in_([SpareState.CANDIDATE.value, SpareState.LEAVING.value]),
            payments.c.touched_at < now - since,
            _unasked(now),
        )
    )
    either = sa.union_all(waiting, owed, lapsing, at_once, spare).subquery()
    rows = await tx.rows(
        sa.select(either.c.payment_id)
        .group_by(either.c.payment_id)
        .order_by(sa.func.min(either.c.touched_at), either.c.payment_id)
        .limit(limit)
    )
    return [row[0] for row in rows]


async def refunds_of(tx: ReadTx, payment_id: UUID, *, due_only: bool = False) -> list[Refund]:
    """Read the refunds of a payment."""
    chosen = sa.select(refunds.c.refund_id, refunds.c.payment_id, refunds.c.amount_fen, refunds.c.attempt).where(
        refunds.c.payment_id == payment_id
    )
    if due_only:
        chosen = chosen.where(refunds.c.state == RefundState.DUE.value)
    rows = await tx.rows(chosen.order_by(refunds.c.due_at, refunds.c.refund_id))
    return [Refund(row.refund_id, row.payment_id, row.amount_fen, row.attempt) for row in rows]


async def add_refund(tx: Tx, refund: Refund, reason: str) -> None:
    """Write a refund that is due, and promise it of its payment; the same one again changes nothing.

    The order is locked. The database refuses what would be more than was paid.
    """
    row = await tx.first(
        insert(refunds)
        .values(
            refund_id=refund.refund_id,
            payment_id=refund.payment_id,
            state=RefundState.DUE.value,
            amount_fen=refund.amount_fen,
            reason=reason,
            due_at=tx.now,
            touched_at=tx.now,
        )
        .on_conflict_do_nothing()
        .returning(refunds.c.refund_id)
    )
    if row is not None:
        await tx.execute(
            sa.update(payments)
            .where(payments.c.payment_id == refund.payment_id)
            .values(refunded_fen=payments.c.refunded_fen + refund.amount_fen)
        )


async def finish_refund(tx: Tx, refund_id: UUID) -> bool:
    """Write that a refund is done; False when it was before."""
    row = await tx.first(
        sa.update(refunds)
        .where(refunds.c.refund_id == refund_id, refunds.c.state == RefundState.DUE.value)
        .values(state=RefundState.DONE.value, done_at=tx.now, touched_at=tx.now)
        .returning(refunds.c.refund_id)
    )
    return row is not None


async def due_refunds_fen(tx: ReadTx, order_id: UUID) -> int:
    """Sum the refunds of an order that its payer has not got."""
    total: int = await tx.value(
        sa.select(sa.func.coalesce(sa.func.sum(refunds.c.amount_fen), 0))
        .join(payments, payments.c.payment_id == refunds.c.payment_id)
        .where(payments.c.order_id == order_id, sa.text(f"refunds.state IN ({sql_words(REFUND_OWED)})"))
    )
    return int(total)


async def paid_by_vendor(tx: ReadTx, order_id: UUID) -> list[Payment]:
    """Read what an order was paid by card or wallet, the last first."""
    rows = await tx.rows(
        _PAYMENT.where(
            payments.c.order_id == order_id,
            payments.c.method != PaymentMethod.BANK_TRANSFER.value,
            payments.c.state == PaymentState.PAID.value,
        ).order_by(payments.c.registered_at.desc(), payments.c.payment_id.desc())
    )
    return [_payment(row) for row in rows]


def _payment(row: Any) -> Payment:
    return Payment(**{**row._mapping, "method": PaymentMethod(row.method), "state": PaymentState(row.state)})
