"""Messages to programs are claimed and ended by compare-and-set; an address that fails for days is ended with them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from gateway.domain.states import ENDPOINT, HOOK, EndpointState, HookState
from gateway.store.hook_tables import deliveries, endpoints
from shared.db.unit_of_work import ReadTx, Tx

WAITING_MAX = 1_000
"""How many messages wait for one address; what comes beside them it is not told."""
PER_ENDPOINT_MAX = 4
"""How many messages of one address are taken at once, so that one that hangs holds up nobody else."""
KEPT_FOR = timedelta(days=30)
LEASE = timedelta(minutes=2)

_ENQUEUE = sa.text(
    f"""
INSERT INTO webhook_deliveries (delivery_id, endpoint_id, event_id, body, state, tries, made_at, next_at)
SELECT uuidv7(), e.endpoint_id, :event_id, w.body, 'waiting', 0, :now, :now
FROM unnest(:organisations, :bodies) AS w(organisation_id, body)
JOIN webhook_endpoints e USING (organisation_id)
WHERE e.state = 'active' AND :kind = ANY(e.kinds) AND (
  SELECT count(*) FROM webhook_deliveries d WHERE d.endpoint_id = e.endpoint_id AND d.ended_at IS NULL
) < {WAITING_MAX}
ON CONFLICT (endpoint_id, event_id) DO NOTHING
"""  # noqa: S608 - our own bound
).bindparams(
    sa.bindparam("event_id", type_=sa.Uuid),
    sa.bindparam("kind", type_=sa.Text),
    sa.bindparam("now", type_=sa.DateTime(timezone=True)),
    sa.bindparam("organisations", type_=ARRAY(sa.Uuid)),
    sa.bindparam("bodies", type_=ARRAY(sa.Text)),
)


async def enqueue(tx: Tx, event_id: UUID, kind: str, bodies: dict[UUID, str]) -> None:
    """Have what was said told to the programs of these organisations that want its kind, once each."""
    values = {
        "event_id": event_id,
        "kind": kind,
        "now": tx.now,
        "organisations": list(bodies),
        "bodies": list(bodies.values()),
    }
    await tx.execute(_ENQUEUE, values)


async def find_endpoint(tx: ReadTx, endpoint_id: UUID, *, locked: bool = False) -> Any:
    """Find an address by its id."""
    asked = sa.select(endpoints).where(endpoints.c.endpoint_id == endpoint_id)
    return await tx.first(asked.with_for_update() if locked else asked)


async def endpoints_of(tx: ReadTx, organisations: Sequence[UUID], limit: int) -> Sequence[Any]:
    """List what these organisations named and did not remove, oldest first."""
    return await tx.rows(
        sa.select(endpoints)
        .where(endpoints.c.organisation_id.in_(organisations), endpoints.c.state != EndpointState.REMOVED.value)
        .order_by(endpoints.c.made_at, endpoints.c.endpoint_id)
        .limit(limit)
    )


async def hold_organisation(tx: Tx, organisation_id: UUID) -> None:
    """Let one at a time name addresses for an organisation, until the transaction ends."""
    await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(str(organisation_id), 7))))


async def count_endpoints(tx: ReadTx, organisation_id: UUID) -> int:
    """Count what an organisation ever named."""
    counted = sa.select(sa.func.count()).select_from(endpoints).where(endpoints.c.organisation_id == organisation_id)
    return int(await tx.value(counted) or 0)


async def add_endpoint(tx: Tx, values: dict[str, Any]) -> None:
    """Write a new address."""
    new = {"state": EndpointState.ACTIVE.value, "secret_version": 1, "made_at": tx.now}
    await tx.execute(insert(endpoints).values(**new, **values).on_conflict_do_nothing())


async def put_endpoint(tx: Tx, endpoint_id: UUID, url: str, kinds: Sequence[str]) -> None:
    """Change an address, which is then in use again."""
    await tx.execute(
        sa.update(endpoints)
        .where(endpoints.c.endpoint_id == endpoint_id, endpoints.c.state.in_(ENDPOINT.open_from("put")))
        .values(url=url, kinds=list(kinds), state=ENDPOINT.edges["put"][1].value, failing_since=None, disabled_at=None)
    )


async def renew_secret(tx: Tx, endpoint_id: UUID, version: int) -> None:
    """Go on to the next secret, where this one is still in use."""
    await tx.execute(
        sa.update(endpoints)
        .where(endpoints.c.endpoint_id == endpoint_id, endpoints.c.secret_version == version)
        .values(secret_version=version + 1)
    )


async def end_endpoint(tx: Tx, endpoint_id: UUID, verb: str) -> bool:
    """Disable or remove an address, and give up what waits for it; tells whether it was in that state before."""
    target = ENDPOINT.edges[verb][1]
    disabled_at = tx.now if target is EndpointState.DISABLED else None
    row = await tx.first(
        sa.update(endpoints)
        .where(endpoints.c.endpoint_id == endpoint_id, endpoints.c.state.in_(ENDPOINT.open_from(verb)))
        .values(state=target.value, disabled_at=disabled_at)
        .returning(endpoints.c.endpoint_id)
    )
    if row is None:
        return False
    await tx.execute(
        sa.update(deliveries)
        .where(deliveries.c.endpoint_id == endpoint_id, deliveries.c.state == HookState.WAITING.value)
        .values(state=HOOK.edges["give_up"][1].value, ended_at=tx.now)
    )
    return True


async def note_answer(tx: Tx, endpoint_id: UUID, *, well: bool) -> Any:
    """Note that an address took a message, or did not; gives it as it stands then."""
    if well:
        return await tx.first(
            sa.update(endpoints)
            .where(endpoints.c.endpoint_id == endpoint_id, endpoints.c.failing_since.is_not(None))
            .values(failing_since=None)
            .returning(endpoints)
        )
    return await tx.first(
        sa.update(endpoints)
        .where(endpoints.c.endpoint_id == endpoint_id)
        .values(failing_since=sa.func.coalesce(endpoints.c.failing_since, tx.now))
        .returning(endpoints)
    )


async def put_back_left(tx: Tx) -> None:
    """Put back what somebody claimed and left: its reader knows a repeat by its id."""
    await tx.execute(
        sa.update(deliveries)
        .where(deliveries.c.state == HookState.CLAIMED.value, deliveries.c.claimed_at < tx.now - LEASE)
        .values(state=HOOK.edges["put_back"][1].value, claim=None)
    )


async def claim_due(tx: Tx, claim: UUID, limit: int) -> Sequence[Any]:
    """Claim some messages that are due, few of each address, skipping those that others are claiming."""
    place = sa.func.row_number().over(partition_by=deliveries.c.endpoint_id, order_by=deliveries.c.next_at)
    waiting = (
        sa.select(deliveries.c.delivery_id, deliveries.c.next_at, place.label("place"))
        .where(deliveries.c.state == HookState.WAITING.value, deliveries.c.next_at <= tx.now)
        .subquery()
    )
    due = (
        sa.select(waiting.c.delivery_id)
        .where(waiting.c.place <= PER_ENDPOINT_MAX)
        .order_by(waiting.c.next_at)
        .limit(limit)
    )
    free = (
        sa.select(deliveries.c.delivery_id)
        .where(deliveries.c.delivery_id.in_(due), deliveries.c.state == HookState.WAITING.value)
        .with_for_update(skip_locked=True)
    )
    return await tx.rows(
        sa.update(deliveries)
        .where(deliveries.c.delivery_id.in_(free), endpoints.c.endpoint_id == deliveries.c.endpoint_id)
        .values(state=HOOK.edges["claim"][1].value, claim=claim, claimed_at=tx.now, tries=deliveries.c.tries + 1)
        .returning(
            deliveries.c.delivery_id,
            deliveries.c.endpoint_id,
            deliveries.c.body,
            deliveries.c.tries,
            endpoints.c.url,
            endpoints.c.state.label("endpoint_state"),
            endpoints.c.secret_version,
        )
    )


async def step(
    tx: Tx,
    delivery_id: UUID,
    claim: UUID,
    verb: str,
    *,
    status: int | None,
    problem: str | None,
    next_at: datetime | None = None,
) -> bool:
    """End a claim; tells whether it still held."""
    target = HOOK.edges[verb][1]
    values: dict[str, Any] = {"state": target.value, "claim": None, "status": status, "problem": problem}
    if target is not HookState.WAITING:
        values["ended_at"] = tx.now
    if next_at is not None:
        values["next_at"] = next_at
    row = await tx.first(
        sa.update(deliveries)
        .where(
            deliveries.c.delivery_id == delivery_id,
            deliveries.c.claim == claim,
            deliveries.c.state.in_(HOOK.open_from(verb)),
        )
        .values(**values)
        .returning(deliveries.c.delivery_id)
    )
    return row is not None


async def list_page(tx: ReadTx, endpoint_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[Any]:
    """List the messages to an address, newest first."""
    asked = sa.select(deliveries).where(deliveries.c.endpoint_id == endpoint_id)
    if after is not None:
        asked = asked.where(sa.tuple_(deliveries.c.made_at, deliveries.c.delivery_id) < after)
    return await tx.rows(asked.order_by(deliveries.c.made_at.desc(), deliveries.c.delivery_id.desc()).limit(limit))


async def forget_old(tx: Tx, limit: int) -> int:
    """Remove some messages that ended long ago; gives how many."""
    old = (
        sa.select(deliveries.c.delivery_id)
        .where(deliveries.c.made_at < tx.now - KEPT_FOR, deliveries.c.ended_at.is_not(None))
        .limit(limit)
    )
    gone = sa.delete(deliveries).where(deliveries.c.delivery_id.in_(old)).returning(deliveries.c.delivery_id)
    return len(await tx.rows(gone))
