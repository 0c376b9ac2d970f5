"""Disputes are written as the vendor has them, and the money that they moved is added up move by move."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.states import DISPUTE, REFUND, DisputeState, RefundState
from services.order.store.payment_tables import dispute_moves, disputes, payments, refunds
from services.order.store.tables import order_steps
from shared.db.unit_of_work import ReadTx, Tx
from shared.ids import derived_id


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute as the vendor has it."""

    dispute_id: str
    state: DisputeState
    amount_fen: int
    reason: str
    evidence_due_at: datetime | None


async def note_dispute(tx: Tx, payment_id: UUID, told: Dispute) -> bool:
    """Write a dispute as it stands, with its order locked; tells whether it is new, or was decided.

    Of an open one the amount and the date for evidence follow what is told; a decided one is never open again.
    """
    closed_at = None if told.state is DisputeState.OPEN else tx.now
    told_of = {"amount_fen": told.amount_fen, "evidence_due_at": told.evidence_due_at}
    row = await tx.first(
        insert(disputes)
        .values(
            dispute_id=told.dispute_id,
            payment_id=payment_id,
            state=told.state.value,
            reason=told.reason,
            opened_at=tx.now,
            closed_at=closed_at,
            **told_of,
        )
        .on_conflict_do_nothing()
        .returning(disputes.c.dispute_id)
    )
    if row is not None:
        return True
    this = disputes.c.dispute_id == told.dispute_id
    if closed_at is None:
        await tx.execute(sa.update(disputes).where(this, disputes.c.state == told.state.value).values(**told_of))
        return False
    verb = "win" if told.state is DisputeState.WON else "lose"
    row = await tx.first(
        sa.update(disputes)
        .where(this, disputes.c.state.in_(DISPUTE.open_from(verb)))
        .values(state=told.state.value, closed_at=closed_at, **told_of)
        .returning(disputes.c.dispute_id)
    )
    return row is not None


async def as_they_stand(tx: ReadTx, dispute_ids: Sequence[str]) -> dict[str, Dispute]:
    """Read the disputes of these that are known."""
    rows = await tx.rows(
        sa.select(*(disputes.c[name] for name in Dispute.__dataclass_fields__)).where(
            disputes.c.dispute_id.in_(dispute_ids)
        )
    )
    return {row.dispute_id: Dispute(**{**row._mapping, "state": DisputeState(row.state)}) for row in rows}


async def taken_back(tx: ReadTx, dispute_id: str) -> tuple[int, int]:
    """Tell what a dispute took back until now, in fen, and in how many moves."""
    row = await tx.first(
        sa.select(
            sa.func.coalesce(sa.func.sum(dispute_moves.c.amount_fen), 0).label("amount_fen"),
            sa.func.count().label("moves"),
        ).where(dispute_moves.c.dispute_id == dispute_id)
    )
    assert row is not None
    return int(row.amount_fen), int(row.moves)


async def add_dispute_move(tx: Tx, dispute_id: str, payment_id: UUID, number: int, amount_fen: int) -> UUID:
    """Write that a dispute took this much of a payment back, or gave it again where it is negative; names the move.

    The order is locked. The database refuses what would be more than is left of what was paid.
    """
    move_id = derived_id("dispute move", dispute_id, number)
    await tx.execute(
        insert(dispute_moves).values(
            move_id=move_id,
            dispute_id=dispute_id,
            payment_id=payment_id,
            number=number,
            amount_fen=amount_fen,
            at=tx.now,
        )
    )
    await tx.execute(
        sa.update(payments)
        .where(payments.c.payment_id == payment_id)
        .values(disputed_fen=payments.c.disputed_fen + amount_fen)
    )
    return move_id


async def cover_refunds(tx: Tx, payment_id: UUID) -> int:
    """End what a payment still owes its payer, whose bank took the money back; gives the sum."""
    rows = await tx.rows(
        sa.update(refunds)
        .where(refunds.c.payment_id == payment_id, refunds.c.state.in_(REFUND.open_from("cover")))
        .values(state=RefundState.COVERED.value, touched_at=tx.now)
        .returning(refunds.c.amount_fen)
    )
    covered_fen = sum(int(row.amount_fen) for row in rows)
    if covered_fen:
        await tx.execute(
            sa.update(payments)
            .where(payments.c.payment_id == payment_id)
            .values(refunded_fen=payments.c.refunded_fen - covered_fen)
        )
    return covered_fen


async def was_partly_accepted(tx: ReadTx, order_id: UUID) -> bool:
    """Tell whether an order was accepted in part, whatever became of it since."""
    partly = sa.exists().where(order_steps.c.order_id == order_id, order_steps.c.step == "accept_partly")
    return bool(await tx.value(sa.select(partly)))
