"""Orders that something falls due of are found by the moment since when, the longest first."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.states import RETURN, DisputeState, ReturnState
from services.order.store.payment_tables import disputes, payments
from services.order.store.tables import order_reminders, orders, returns
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import ReadTx, Tx
from shared.states import sql_words

_WAITING = frozenset(state for state in ReturnState if RETURN.open_verbs(state)) - {ReturnState.REFUSED}
"""Returns that wait for somebody: their order is not closed over them, nor while a refusal may be taken above."""


async def unanswered_since(tx: ReadTx, moment: datetime, limit: int) -> list[UUID]:
    """List orders that their sellers have not answered, though they were to from before a moment on."""
    chosen = sa.select(orders.c.order_id).where(
        sa.text("orders.state = 'placed'"),
        orders.c.placed_at <= moment,
        sa.or_(orders.c.answer_from.is_(None), orders.c.answer_from <= moment),
    )
    return [row.order_id for row in await tx.rows(chosen.order_by(orders.c.placed_at).limit(limit))]


async def asked_to_cancel_since(tx: ReadTx, moment: datetime, limit: int, only: UUID | None = None) -> list[UUID]:
    """List packed orders whose seller was asked up to a moment whether they may be cancelled; `only` looks at one."""
    asked_at = sa.func.greatest(
        sa.cast(orders.c.cancel_asked["at"].astext, sa.DateTime(timezone=True)), orders.c.answer_from
    )
    chosen = sa.select(orders.c.order_id).where(orders.c.cancel_asked.is_not(None), asked_at <= moment)
    if only is not None:
        chosen = chosen.where(orders.c.order_id == only)
    return [row.order_id for row in await tx.rows(chosen.order_by(asked_at).limit(limit))]


async def shipped_since(tx: ReadTx, moment: datetime, kind: NoticeKind, limit: int) -> list[UUID]:
    """List orders shipped up to a moment and not accepted, of which nobody was told this."""
    told = sa.exists().where(order_reminders.c.order_id == orders.c.order_id, order_reminders.c.kind == kind.value)
    chosen = sa.select(orders.c.order_id).where(
        sa.text("orders.state = 'shipped'"), orders.c.shipped_at <= moment, ~told
    )
    return [row.order_id for row in await tx.rows(chosen.order_by(orders.c.shipped_at).limit(limit))]


async def settled_since(
    tx: ReadTx, moment: datetime, limit: int, only: UUID | None = None, *, now: datetime
) -> list[UUID]:
    """List settled orders accepted up to a moment, with no return or dispute that waits or may be taken above."""
    refused = sa.func.coalesce(returns.c.escalate_until > now, True)
    disputed = sa.exists().where(
        returns.c.order_id == orders.c.order_id,
        sa.or_(
            sa.text(f"returns.state IN ({sql_words(_WAITING)})"),
            sa.and_(sa.text(f"returns.state = '{ReturnState.REFUSED}'"), refused),
        ),
    )
    at_the_bank = sa.exists().where(
        disputes.c.payment_id == payments.c.payment_id,
        payments.c.order_id == orders.c.order_id,
        sa.text(f"disputes.state = '{DisputeState.OPEN}'"),
    )
    chosen = sa.select(orders.c.order_id).where(
        sa.text("orders.state = 'settled'"), orders.c.accepted_at <= moment, ~disputed, ~at_the_bank
    )
    if only is not None:
        chosen = chosen.where(orders.c.order_id == only)
    return [row.order_id for row in await tx.rows(chosen.order_by(orders.c.accepted_at).limit(limit))]


async def wanted_on(tx: ReadTx, order_id: UUID) -> date:
    """Read the day on which the goods of an order that is there are wanted."""
    day: date = await tx.value(sa.select(orders.c.wanted_on).where(orders.c.order_id == order_id))
    return day


async def remember(tx: Tx, order_id: UUID, kind: NoticeKind) -> bool:
    """Write that an order's people are told something; False when they were."""
    told = insert(order_reminders).values(order_id=order_id, kind=kind.value, at=tx.now).on_conflict_do_nothing()
    return await tx.first(told.returning(order_reminders.c.order_id)) is not None
