"""One transfer over several orders is kept beside the payments that it is made of, and moves with all or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.states import PAYMENT, PaymentState
from services.order.store.account_tables import account_lines, account_payment_parts, account_payments
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class AccountPayment:
    """A transfer over the orders of a statement."""

    payment_id: UUID
    statement_id: UUID
    state: PaymentState
    amount_fen: int
    voucher_sha256: str | None
    voucher_media_type: str | None


_PAYMENT = sa.select(*(account_payments.c[name] for name in AccountPayment.__dataclass_fields__))


async def find_account_payment(tx: ReadTx, payment_id: UUID, *, lock: bool = False) -> AccountPayment | None:
    chosen = _PAYMENT.where(account_payments.c.payment_id == payment_id)
    row = await tx.first(chosen.with_for_update(key_share=True) if lock else chosen)
    return None if row is None else AccountPayment(**{**row._mapping, "state": PaymentState(row.state)})


async def together_with(tx: ReadTx, part_id: UUID) -> AccountPayment | None:
    """Read the transfer over several orders that a payment is part of; None for one that stands alone."""
    row = await tx.first(
        _PAYMENT.join(account_payment_parts, account_payment_parts.c.payment_id == account_payments.c.payment_id).where(
            account_payment_parts.c.part_id == part_id
        )
    )
    return None if row is None else AccountPayment(**{**row._mapping, "state": PaymentState(row.state)})


async def count_account_payments(tx: ReadTx, statement_id: UUID) -> int:
    """Count the transfers over a statement, whatever came of them."""
    chosen = sa.select(sa.func.count()).where(account_payments.c.statement_id == statement_id)
    return int(await tx.value(chosen))


async def add_account_payment(tx: Tx, payment_id: UUID, statement_id: UUID, amount_fen: int, by: UUID) -> bool:
    """Write a registered transfer; False when this id is there."""
    row = await tx.first(
        insert(account_payments)
        .values(
            payment_id=payment_id,
            statement_id=statement_id,
            state=PaymentState.REGISTERED.value,
            amount_fen=amount_fen,
            registered_by=by,
            registered_at=tx.now,
        )
        .on_conflict_do_nothing()
        .returning(account_payments.c.payment_id)
    )
    return row is not None


async def add_parts(tx: Tx, payment_id: UUID, parts: Sequence[tuple[UUID, UUID, int]]) -> None:
    """Write of what a transfer is made: (part, order, fen)."""
    await tx.execute(
        sa.insert(account_payment_parts),
        [
            {"part_id": part_id, "payment_id": payment_id, "order_id": order_id, "amount_fen": amount_fen}
            for part_id, order_id, amount_fen in parts
        ],
    )


async def parts_of(tx: ReadTx, payment_id: UUID) -> list[tuple[UUID, UUID]]:
    """List the parts of a transfer, and their orders, by the orders' ids: in which order they are locked."""
    rows = await tx.rows(
        sa.select(account_payment_parts.c.part_id, account_payment_parts.c.order_id)
        .where(account_payment_parts.c.payment_id == payment_id)
        .order_by(account_payment_parts.c.order_id)
    )
    return [(row.part_id, row.order_id) for row in rows]


async def orders_of(tx: ReadTx, statement_id: UUID) -> list[UUID]:
    """List the orders of a statement by their ids."""
    rows = await tx.rows(
        sa.select(account_lines.c.order_id)
        .where(account_lines.c.statement_id == statement_id)
        .order_by(account_lines.c.order_id)
    )
    return [row.order_id for row in rows]


async def move_account_payment(tx: Tx, payment: AccountPayment, verb: str, **values: Any) -> None:
    """Move a locked transfer on by a verb. Raises WrongState."""
    state = PAYMENT.check(payment.state, verb)
    await tx.execute(
        sa.update(account_payments)
        .where(account_payments.c.payment_id == payment.payment_id)
        .values(state=state.value, **values)
    )
