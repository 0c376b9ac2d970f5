"""What goes back to a payer, by a refund or by its bank: what was booked stays, and is booked back where it failed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.refund_looks import LOOK_AFTER
from services.order.domain.states import REFUND, RefundState
from services.order.store.payment_tables import payments, refund_failures, refunds
from services.order.store.payments import Refund
from shared.db.unit_of_work import ReadTx, Tx

REFUND_MOVES = """(
    SELECT refund_id, payment_id, attempt, false AS undone, done_at AS at, amount_fen FROM refunds
    WHERE done_at IS NOT NULL
    UNION ALL SELECT refund_id, payment_id, attempt, false, done_at, amount_fen FROM refund_failures
    WHERE done_at IS NOT NULL
    UNION ALL SELECT refund_id, payment_id, attempt, true, failed_at, -amount_fen FROM refund_failures
    WHERE done_at IS NOT NULL
    UNION ALL SELECT move_id, payment_id, 0, false, at, amount_fen FROM dispute_moves)"""
"""What was booked as paid back, and booked back where it failed later, each at its moment: none is ever taken away.

What a bank took back by a dispute that was lost is one of these, and so is what it gave again.
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A refund as it stands."""

    refund: Refund
    order_id: UUID
    state: RefundState


async def find_refund(tx: ReadTx, refund_id: UUID) -> Standing | None:
    """Read a refund; its order is locked by whoever changes it."""
    row = await tx.first(
        sa.select(refunds, payments.c.order_id)
        .join(payments, payments.c.payment_id == refunds.c.payment_id)
        .where(refunds.c.refund_id == refund_id)
    )
    if row is None:
        return None
    refund = Refund(row.refund_id, row.payment_id, row.amount_fen, row.attempt)
    return Standing(refund, row.order_id, RefundState(row.state))


async def refunds_by_vendor(tx: ReadTx, payment_id: UUID) -> list[Refund]:
    """Read the refunds of a payment that the vendor is to do, or has done."""
    rows = await tx.rows(
        sa.select(refunds.c.refund_id, refunds.c.payment_id, refunds.c.amount_fen, refunds.c.attempt)
        .where(
            refunds.c.payment_id == payment_id,
            refunds.c.state.in_(REFUND.open_from("fail")),
            refunds.c.sent_at.is_(None),
        )
        .order_by(refunds.c.due_at, refunds.c.refund_id)
    )
    return [Refund(row.refund_id, row.payment_id, row.amount_fen, row.attempt) for row in rows]


async def fail_refund(tx: Tx, refund: Refund, reason: str) -> bool | None:
    """Write that a try of paying back failed, with its order locked; tells whether it was booked as done.

    None where it is not this try's turn any more: it failed before, or goes by bank.
    """
    row = await tx.first(
        sa.select(refunds.c.done_at)
        .where(
            refunds.c.refund_id == refund.refund_id,
            refunds.c.attempt == refund.attempt,
            refunds.c.state.in_(REFUND.open_from("fail")),
            refunds.c.sent_at.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        return None
    await tx.execute(
        insert(refund_failures).values(
            refund_id=refund.refund_id,
            attempt=refund.attempt,
            payment_id=refund.payment_id,
            amount_fen=refund.amount_fen,
            done_at=row.done_at,
            failed_at=tx.now,
            reason=reason[:500],
        )
    )
    await tx.execute(
        sa.update(refunds)
        .where(refunds.c.refund_id == refund.refund_id)
        .values(state=RefundState.FAILED.value, done_at=None, attempt=refund.attempt + 1, looks=0, touched_at=tx.now)
    )
    return row.done_at is not None


async def refunded_to_look_at(tx: Tx, limit: int) -> list[UUID]:
    """Take the payments whose refunds were booked as done and are to be looked at again; the look is written first.

    Of the looks that were missed while nobody looked, one makes up for all.
    """
    passed: sa.ColumnElement[int] = sa.literal(0)
    for gap in LOOK_AFTER:
        passed = passed + sa.case((refunds.c.done_at <= tx.now - gap, 1), else_=0)
    due = (
        sa.select(refunds.c.refund_id)
        .where(
            sa.text(f"refunds.state = 'done' AND refunds.sent_at IS NULL AND refunds.looks < {len(LOOK_AFTER)}"),
            refunds.c.looks < passed,
        )
        .order_by(refunds.c.done_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await tx.rows(
        sa.update(refunds)
        .where(refunds.c.refund_id.in_(due.scalar_subquery()))
        .values(looks=passed)
        .returning(refunds.c.payment_id)
    )
    return sorted({row.payment_id for row in rows})


async def move_refund(tx: Tx, refund_id: UUID, verb: str, **values: Any) -> bool:
    """Move a refund on by a verb, with further columns; False when the step is not open."""
    row = await tx.first(
        sa.update(refunds)
        .where(refunds.c.refund_id == refund_id, refunds.c.state.in_(REFUND.open_from(verb)))
        .values(state=REFUND.edges[verb][1].value, touched_at=tx.now, **values)
        .returning(refunds.c.refund_id)
    )
    return row is not None
