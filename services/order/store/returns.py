"""Returns are proposed and agreed; credits are booked at once; each keeps the amount of its own step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.actors import Actor
from services.order.domain.states import RETURN, Remedy, ReturnState
from services.order.store.return_tables import return_steps
from services.order.store.tables import credit_lines, credits_given, return_lines, returns
from shared.db.unit_of_work import ReadTx, Tx
from shared.states import WrongState


@dataclass(frozen=True, slots=True)
class Return:
    """A return and what goes back: (line, quantity, reason)."""

    return_id: UUID
    order_id: UUID
    state: ReturnState
    proposed_by: UUID
    remedy: Remedy | None
    """What is wanted for it; None where that was not told."""
    reply_due_at: datetime | None
    """Until when the supplier answers; None for one of before there was a bound."""
    escalate_until: datetime | None
    """Until when a refused one is taken above."""
    ruling_due_at: datetime | None
    """Until when the unit above rules on it."""
    ruling_told_at: datetime | None
    ruling_with: UUID | None
    """The unit that was told of it last, and when it was told that it is late."""
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
        sa.select(
            returns.c.return_id,
            returns.c.order_id,
            returns.c.state,
            returns.c.proposed_by,
            returns.c.remedy,
            returns.c.reply_due_at,
            returns.c.escalate_until,
            returns.c.ruling_due_at,
            returns.c.ruling_told_at,
            returns.c.ruling_with,
        ).where(returns.c.return_id == return_id)
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
        row.proposed_by,
        None if row.remedy is None else Remedy(row.remedy),
        row.reply_due_at,
        row.escalate_until,
        row.ruling_due_at,
        row.ruling_told_at,
        row.ruling_with,
        tuple((line.line_id, line.quantity, line.reason) for line in lines),
    )


async def count_returns(tx: ReadTx, order_id: UUID) -> int:
    """Count the returns of an order, whatever came of them."""
    return int(await tx.value(sa.select(sa.func.count()).where(returns.c.order_id == order_id)))


async def propose(
    tx: Tx,
    *,
    return_id: UUID,
    order_id: UUID,
    by: Actor,
    remedy: Remedy,
    reply_due_at: datetime,
    lines: Sequence[tuple[UUID, int, str]],
) -> bool:
    """Write a proposed return; False when this id is there."""
    row = await tx.first(
        insert(returns)
        .values(
            return_id=return_id,
            order_id=order_id,
            state=ReturnState.PROPOSED.value,
            proposed_at=tx.now,
            proposed_by=by.account_id,
            remedy=remedy.value,
            reply_due_at=reply_due_at,
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
    await _add_step(tx, return_id, "propose", ReturnState.PROPOSED, by, lines[0][2])
    return True


async def move_return(tx: Tx, found: Return, verb: str, *, by: Actor | None, reason: str = "", **values: Any) -> None:
    """Move a return on by a verb and write the step; `by` None is the system itself. Raises WrongState."""
    target = RETURN.check(found.state, verb)
    row = await tx.first(
        sa.update(returns)
        .where(returns.c.return_id == found.return_id, returns.c.state.in_(RETURN.open_from(verb)))
        .values(state=target.value, **values)
        .returning(returns.c.return_id)
    )
    if row is None:
        raise WrongState(state=found.state.value, step=verb)
    await _add_step(tx, found.return_id, verb, target, by, reason)


async def _add_step(tx: Tx, return_id: UUID, step: str, state: ReturnState, by: Actor | None, reason: str) -> None:
    await tx.execute(
        sa.insert(return_steps).values(
            return_id=return_id,
            at=tx.now,
            step=step,
            state=state.value,
            account_id=None if by is None else by.account_id,
            account_name="" if by is None else by.name,
            acted_as=None if by is None or by.acted_as is None else by.acted_as.value,
            reason=reason,
        )
    )


async def who_took_steps(tx: ReadTx, return_id: UUID) -> set[UUID]:
    """Tell who had a hand in a return so far."""
    rows = await tx.rows(sa.select(return_steps.c.account_id).where(return_steps.c.return_id == return_id).distinct())
    return {row.account_id for row in rows if row.account_id is not None}


async def unanswered(tx: ReadTx, now: datetime, most: int) -> list[tuple[UUID, UUID]]:
    """List returns (order, return) that the supplier has not answered in time, the longest due first."""
    rows = await tx.rows(
        sa.select(returns.c.order_id, returns.c.return_id)
        .where(returns.c.state == ReturnState.PROPOSED.value, returns.c.reply_due_at <= now)
        .order_by(returns.c.reply_due_at)
        .limit(most)
    )
    return [(row.order_id, row.return_id) for row in rows]


def _wait_of(kind: ReturnState, days: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.and_(returns.c.state == sa.literal_column(f"'{kind.value}'"), days.is_(None))


async def without_days(tx: ReadTx, most: int) -> list[tuple[UUID, UUID]]:
    """List returns (order, return) of before there were days for what they wait for."""
    missing = sa.or_(
        _wait_of(ReturnState.ESCALATED, returns.c.ruling_due_at),
        _wait_of(ReturnState.REFUSED, returns.c.escalate_until),
    )
    rows = await tx.rows(sa.select(returns.c.order_id, returns.c.return_id).where(missing).limit(most))
    return [(row.order_id, row.return_id) for row in rows]


async def late_rulings(tx: ReadTx, now: datetime, told_before: datetime, most: int) -> list[tuple[UUID, UUID]]:
    """List returns (order, return) nobody ruled on in time and of which none was told since, the longest due first."""
    rows = await tx.rows(
        sa.select(returns.c.order_id, returns.c.return_id)
        .where(
            sa.text(f"returns.state = '{ReturnState.ESCALATED}'"),
            returns.c.ruling_due_at <= now,
            sa.func.coalesce(returns.c.ruling_told_at <= told_before, True),
        )
        .order_by(returns.c.ruling_due_at)
        .limit(most)
    )
    return [(row.order_id, row.return_id) for row in rows]


async def set_days(tx: Tx, return_id: UUID, **values: Any) -> None:
    """Write until when a return whose order is locked waits, or whom it was told to."""
    await tx.execute(sa.update(returns).where(returns.c.return_id == return_id).values(**values))


async def agree(
    tx: Tx, agreed: Return, verb: str, *, by: Actor, reason: str, on: date, steps_fen: Mapping[UUID, int]
) -> None:
    """Write that a return is agreed, or upheld, and each line's booked step. Raises WrongState."""
    await move_return(tx, agreed, verb, by=by, reason=reason, agreed_at=tx.now, agreed_on=on, agreed_by=by.account_id)
    for line_id, step_fen in sorted(steps_fen.items()):
        await tx.execute(
            sa.update(return_lines)
            .where(return_lines.c.return_id == agreed.return_id, return_lines.c.line_id == line_id)
            .values(amount_fen=step_fen)
        )


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
