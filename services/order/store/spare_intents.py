"""An intent beside its payment's own is written down before it is confirmed, and until it is let go."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.states import SPARE, PaymentState, SpareState
from services.order.store.payment_tables import payments, spare_intents
from services.order.store.payments import Payment
from shared.db.unit_of_work import ReadTx, Tx


async def candidate_of(tx: ReadTx, payment_id: UUID) -> tuple[str | None, int]:
    """Give the intent that is to take the place of a payment's own, if there is one, and the number of the next."""
    row = await tx.first(
        sa.select(
            sa.func.max(spare_intents.c.intent_id)
            .filter(spare_intents.c.state == SpareState.CANDIDATE.value)
            .label("intent_id"),
            sa.func.count().label("made"),
        ).where(spare_intents.c.payment_id == payment_id)
    )
    assert row is not None
    return row.intent_id, int(row.made) + 1


async def add_candidate(tx: Tx, payment: Payment, intent_id: str) -> bool:
    """Write down an intent that is to take the place of a payment's own; False where the payment has gone on."""
    still = await tx.first(
        sa.select(payments.c.payment_id)
        .where(payments.c.payment_id == payment.payment_id, payments.c.state == PaymentState.AUTHORISED.value)
        .with_for_update(key_share=True)
    )
    state = SpareState.LEAVING if still is None else SpareState.CANDIDATE
    await _add(tx, payment.payment_id, intent_id, state)
    return still is not None


async def put_in_place(tx: Tx, payment: Payment, intent_id: str, capture_before: datetime, renew_at: datetime) -> bool:
    """Put a candidate in the place of the intent that stood when `payment` was read, which leaves.

    False, and nothing done, where the payment is not held any more.
    """
    assert payment.intent_id is not None
    row = await tx.first(
        sa.update(payments)
        .where(
            payments.c.payment_id == payment.payment_id,
            payments.c.state == PaymentState.AUTHORISED.value,
            payments.c.intent_id == payment.intent_id,
        )
        .values(intent_id=intent_id, capture_before=capture_before, renew_at=renew_at, reason="", touched_at=tx.now)
        .returning(payments.c.payment_id)
    )
    if row is None:
        return False
    await _move(tx, "take_place", spare_intents.c.intent_id == intent_id)
    await _move(tx, "leave", spare_intents.c.intent_id == payment.intent_id)
    await _add(tx, payment.payment_id, payment.intent_id, SpareState.LEAVING)
    return True


async def renewal_failed(tx: Tx, payment: Payment, reason: str, again_at: datetime) -> bool:
    """Write why a hold was not renewed, and when to try again; False where the payment is not held any more."""
    row = await tx.first(
        sa.update(payments)
        .where(payments.c.payment_id == payment.payment_id, payments.c.state == PaymentState.AUTHORISED.value)
        .values(reason=reason, renew_at=again_at, touched_at=tx.now)
        .returning(payments.c.payment_id)
    )
    return row is not None


async def spares_leave(tx: Tx, payment_id: UUID) -> None:
    """Have the candidate of a payment let go, if there is one."""
    await _move(
        tx,
        "leave",
        sa.and_(spare_intents.c.payment_id == payment_id, spare_intents.c.state == SpareState.CANDIDATE.value),
    )


async def spares_leaving(tx: ReadTx, payment_id: UUID) -> list[str]:
    """List the intents of a payment that are to be let go."""
    rows = await tx.rows(
        sa.select(spare_intents.c.intent_id)
        .where(spare_intents.c.payment_id == payment_id, spare_intents.c.state == SpareState.LEAVING.value)
        .order_by(spare_intents.c.made_at, spare_intents.c.intent_id)
    )
    return [row.intent_id for row in rows]


async def spare_goes(tx: Tx, intent_id: str) -> None:
    """Write that an intent was let go."""
    await _move(tx, "go", spare_intents.c.intent_id == intent_id)


async def _add(tx: Tx, payment_id: UUID, intent_id: str, state: SpareState) -> None:
    await tx.execute(
        insert(spare_intents)
        .values(intent_id=intent_id, payment_id=payment_id, state=state.value, made_at=tx.now, touched_at=tx.now)
        .on_conflict_do_nothing()
    )


async def _move(tx: Tx, verb: str, which: sa.ColumnElement[bool]) -> None:
    await tx.execute(
        sa.update(spare_intents)
        .where(which, spare_intents.c.state.in_(SPARE.open_from(verb)))
        .values(state=SPARE.edges[verb][1].value, touched_at=tx.now)
    )
