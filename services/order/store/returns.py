"""Returns are proposed and agreed; credits are booked at once; each keeps the amount of its own step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.states import RETURN, ReturnState
from services.order.store.tables import credit_lines, credits_given, return_lines, returns
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Return:
    """A return and what goes back: (line, quantity, reason)."""

    return_id: UUID
    order_id: UUID
    state: ReturnState
    lines: tuple[tuple[UUID, int, str], ...]


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit and by how much each line costs less."""

    credit_id: UUID
    order_id: UUID
    reason: str
    lines: tuple[tuple[UUID, int], ...]


async def find_return(tx: ReadTx, return_id: UUID) -> Return | None:
    """Read a return; None for one that is not there."""
    row = await tx.first(
        sa.select(returns.c.return_id, returns.c.order_id, returns.c.state).where(returns.c.return_id == return_id)
    )
    if row is None:
        return None
    lines = await tx.rows(
        sa.select(return_lines.c.line_id, return_lines.c.quantity, return_lines.c.reason)
        .where(return_lines.c.return_id == return_id)
        .order_by(return_lines.c.line_id)
    )
    return Return(
        row.return_id,
        row.order_id,
        ReturnState(row.state),
        tuple((line.line_id, line.quantity, line.reason) for line in lines),
    )


async def propose(tx: Tx, *, return_id: UUID, order_id: UUID, by: UUID, lines: Sequence[tuple[UUID, int, str]]) -> bool:
    """Write a proposed return; False when this id is there."""
    row = await tx.first(
        insert(returns)
        .values(
            return_id=return_id,
            order_id=order_id,
            state=ReturnState.PROPOSED.value,
            proposed_at=tx.now,
            proposed_by=by,
        )
        .on_conflict_do_nothing()
        .returning(returns.c.return_id)
    )
    if row is None:
        return False
    await tx.execute(
        sa.insert(return_lines),
        [
            {"return_id": return_id, "line_id": line_id, "quantity": quantity, "reason": reason}
            for line_id, quantity, reason in lines
        ],
    )
    return True


async def agree(tx: Tx, agreed: Return, *, by: UUID, on: date, steps_fen: Mapping[UUID, int]) -> bool:
    """Write that a return is agreed, and each line's booked step; False when it was agreed before."""
    row = await tx.first(
        sa.update(returns)
        .where(returns.c.return_id == agreed.return_id, returns.c.state.in_(RETURN.open_from("agree")))
        .values(state=ReturnState.AGREED.value, agreed_at=tx.now, agreed_on=on, agreed_by=by)
        .returning(returns.c.return_id)
    )
    if row is None:
        return False
    for line_id, step_fen in sorted(steps_fen.items()):
        await tx.execute(
            sa.update(return_lines)
            .where(return_lines.c.return_id == agreed.return_id, return_lines.c.line_id == line_id)
            .values(amount_fen=step_fen)
        )
    return True


async def find_credit(tx: ReadTx, credit_id: UUID) -> Credit | None:
    """Read a credit; None for one that is not there."""
    row = await tx.first(
        sa.select(credits_given.c.credit_id, credits_given.c.order_id, credits_given.c.reason).where(
            credits_given.c.credit_id == credit_id
        )
    )
    if row is None:
        return None
    lines = await tx.rows(
        sa.select(credit_lines.c.line_id, credit_lines.c.amount_fen)
        .where(credit_lines.c.credit_id == credit_id)
        .order_by(credit_lines.c.line_id)
    )
    return Credit(row.credit_id, row.order_id, row.reason, tuple((line.line_id, line.amount_fen) for line in lines))


async def add_credit(tx: Tx, credit: Credit, *, by: UUID, on: date) -> bool:
    """Write a credit; False when this id is there."""
    row = await tx.first(
        insert(credits_given)
        .values(
            credit_id=credit.credit_id,
            order_id=credit.order_id,
            agreed_at=tx.now,
            agreed_on=on,
            agreed_by=by,
            reason=credit.reason,
        )
        .on_conflict_do_nothing()
        .returning(credits_given.c.credit_id)
    )
    if row is None:
        return False
    await tx.execute(
        sa.insert(credit_lines),
        [
            {"credit_id": credit.credit_id, "line_id": line_id, "amount_fen": amount_fen}
            for line_id, amount_fen in credit.lines
        ],
    )
    return True
