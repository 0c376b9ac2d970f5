"""Which account of a supplier's is paid now follows from what was put, and when it begins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.states import PaymentState
from services.order.store.payee_tables import payee_accounts
from services.order.store.payments import Payment
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Payee:
    """An account as it was put."""

    payee_id: UUID
    supplier_id: UUID
    stripe_account: str | None
    put_by_name: str
    put_at: datetime
    effective_at: datetime


_ROW = sa.select(*(payee_accounts.c[name] for name in Payee.__dataclass_fields__))
_LATER = payee_accounts.alias("later")


async def find_payee(tx: ReadTx, payee_id: UUID) -> Payee | None:
    row = await tx.first(_ROW.where(payee_accounts.c.payee_id == payee_id))
    return None if row is None else Payee(*row._mapping.values())


async def newest_payee(tx: ReadTx, supplier_id: UUID) -> Payee | None:
    """Read what was put last, begun or not."""
    newest = _ROW.where(payee_accounts.c.supplier_id == supplier_id)
    row = await tx.first(newest.order_by(payee_accounts.c.put_at.desc(), payee_accounts.c.payee_id.desc()).limit(1))
    return None if row is None else Payee(*row._mapping.values())


async def paid_account(tx: ReadTx, supplier_id: UUID, now: datetime) -> str | None:
    """Name the account that is paid now; None where none is. What another replaced before it began never begins."""
    replaced = sa.exists().where(
        _LATER.c.supplier_id == payee_accounts.c.supplier_id,
        sa.tuple_(_LATER.c.put_at, _LATER.c.payee_id) > sa.tuple_(payee_accounts.c.put_at, payee_accounts.c.payee_id),
        _LATER.c.put_at < payee_accounts.c.effective_at,
    )
    found: str | None = await tx.value(
        sa.select(payee_accounts.c.stripe_account)
        .where(payee_accounts.c.supplier_id == supplier_id, payee_accounts.c.effective_at <= now, ~replaced)
        .order_by(payee_accounts.c.put_at.desc(), payee_accounts.c.payee_id.desc())
        .limit(1)
    )
    return found


async def destination_of(tx: Tx, payment: Payment, supplier_id: UUID) -> str | None:
    """Name the account that a payment goes to: the one that is paid when its vendor is first asked, and no other."""
    if payment.state is not PaymentState.REGISTERED:
        return payment.destination
    return await paid_account(tx, supplier_id, tx.now)


async def put_since(tx: ReadTx, supplier_id: UUID, since: datetime) -> int:
    """Count how often an account was put since a moment."""
    counted = sa.select(sa.func.count()).where(
        payee_accounts.c.supplier_id == supplier_id, payee_accounts.c.put_at > since
    )
    return int(await tx.value(counted))


async def add_payee(tx: Tx, values: dict[str, Any]) -> bool:
    """Write an account; False where this id is there."""
    row = await tx.first(
        insert(payee_accounts).values(values).on_conflict_do_nothing().returning(payee_accounts.c.payee_id)
    )
    return row is not None
