"""A day's payments by card and wallet are read with their refunds, and what was found is written once."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.reconciling import Difference, OurRefund, Ours
from services.order.domain.states import PaymentState, RefundState
from services.order.store.payment_tables import payments, refunds
from services.order.store.reconciliation_tables import reconciliations
from services.order.store.tables import units
from shared.clock import business_date
from shared.db.unit_of_work import ReadTx, Tx

_MOVED = sa.select(
    payments.c.payment_id,
    payments.c.intent_id,
    payments.c.state,
    payments.c.paid_fen,
    payments.c.touched_at,
    sa.select(
        sa.func.coalesce(
            sa.func.json_agg(
                sa.func.json_build_array(refunds.c.refund_id, refunds.c.state, refunds.c.amount_fen, refunds.c.due_at)
            ),
            sa.text("'[]'::json"),
        )
    )
    .where(refunds.c.payment_id == payments.c.payment_id, refunds.c.sent_at.is_(None))
    .scalar_subquery()
    .label("refunds"),
).where(payments.c.intent_id.is_not(None))


async def days_not_reconciled(tx: ReadTx, first: date, last: date) -> list[date]:
    """List the days from one to another of which there is no report, in order."""
    rows = await tx.rows(sa.select(reconciliations.c.day).where(reconciliations.c.day.between(first, last)))
    there = {row.day for row in rows}
    days = (first + timedelta(days=one) for one in range((last - first).days + 1))
    return [day for day in days if day not in there]


async def first_day_by_vendor(tx: ReadTx) -> date | None:
    """Name the day on which the vendor was first asked for a payment."""
    first = await tx.value(sa.select(sa.func.min(payments.c.registered_at)).where(payments.c.intent_id.is_not(None)))
    return None if first is None else business_date(first)


async def moved_between(tx: ReadTx, since: datetime, until: datetime, limit: int) -> list[Ours]:
    """Read the payments that went by the vendor and moved last in this time."""
    rows = await tx.rows(
        _MOVED.where(payments.c.touched_at >= since, payments.c.touched_at < until)
        .order_by(payments.c.touched_at, payments.c.payment_id)
        .limit(limit)
    )
    return [_ours(row) for row in rows]


async def still_so(tx: ReadTx, ours: Ours) -> bool:
    """Tell whether a payment stands as it was read."""
    touched_at = await tx.value(
        sa.select(payments.c.touched_at).where(
            payments.c.payment_id == ours.payment_id, payments.c.asked_until.is_(None)
        )
    )
    return bool(touched_at == ours.touched_at)


async def known_intents(tx: ReadTx, intent_ids: Sequence[str]) -> set[str]:
    """Tell which of the vendor's intents are ours to charge: a spare is not."""
    rows = await tx.rows(sa.select(payments.c.intent_id).where(payments.c.intent_id.in_(intent_ids)))
    return {row.intent_id for row in rows}


async def topmost_units(tx: ReadTx, limit: int) -> list[tuple[UUID, str]]:
    """List the units that have nobody above them, and their paths."""
    rows = await tx.rows(
        sa.select(units.c.unit_id, units.c.path)
        .where(units.c.path.regexp_match("^/[^/]+/$"))
        .order_by(units.c.path, units.c.unit_id)
        .limit(limit)
    )
    return [(row.unit_id, row.path) for row in rows]


async def add_reconciliation(tx: Tx, day: date, found: Sequence[Difference], kept: int, **sums: Any) -> bool:
    """Write what was found of a day; False where it was written before."""
    told = [
        {name: str(value) if isinstance(value, UUID) else value for name, value in asdict(one).items()}
        for one in found[:kept]
    ]
    row = await tx.first(
        insert(reconciliations)
        .values(day=day, made_at=tx.now, differing=len(found), differences=told, **sums)
        .on_conflict_do_nothing()
        .returning(reconciliations.c.day)
    )
    return row is not None


async def list_reconciled(tx: ReadTx, before: date | None, limit: int) -> Sequence[sa.Row[Any]]:
    """Read what was found, the newest day first."""
    chosen = sa.select(reconciliations)
    if before is not None:
        chosen = chosen.where(reconciliations.c.day < before)
    return await tx.rows(chosen.order_by(reconciliations.c.day.desc()).limit(limit))


def _ours(row: Any) -> Ours:
    return Ours(
        payment_id=row.payment_id,
        intent_id=row.intent_id,
        state=PaymentState(row.state),
        paid_fen=row.paid_fen,
        touched_at=row.touched_at,
        refunds={
            str(refund_id): OurRefund(RefundState(state), amount_fen, datetime.fromisoformat(due_at))
            for refund_id, state, amount_fen, due_at in row.refunds
        },
    )
