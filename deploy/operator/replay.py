"""What was said can be said again from the outbox, and what was put aside can go on: doing it twice does it once.

Replayed events travel under a new message id, for JetStream drops an id that it has seen within its window; the
envelope's own id is the same, so whoever acted on it already acts no more.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from deploy.operator.programs import opened, settings_of, subscriptions
from deploy.operator.reading import snapshots
from shared.app import Program
from shared.db.plumbing import outbox, parked
from shared.errors import Refusal
from shared.events.broker import STREAMS, Broker, BrokerUnavailable
from shared.events.consumer import Consumer
from shared.ids import new_id

BATCH_ROWS = 500


class CannotReplay(Exception):
    """This cannot be replayed; says why, and the way out."""


@dataclass(frozen=True, slots=True)
class WentOn:
    """What became of the parked events of one consumer."""

    handled: int
    stuck: Sequence[str]


async def replay_outbox(
    settings: Mapping[str, str], service: str, *, since: datetime | None = None, kind: str | None = None
) -> int:
    """Publish a service's outbox again, in its order; gives how many events. Raises CannotReplay."""
    if service not in STREAMS:
        raise CannotReplay(f"{service} says nothing. Way out: one of {', '.join(STREAMS)}")
    wanted = sa.select(outbox.c.id, outbox.c.type, outbox.c.body).order_by(outbox.c.id).limit(BATCH_ROWS)
    if since is not None:
        wanted = wanted.where(outbox.c.written_at >= since)
    if kind is not None:
        wanted = wanted.where(outbox.c.type == kind)
    replay, done, after = new_id(), 0, 0
    async with snapshots(settings, (service,)) as read, _broker(settings) as broker:
        while rows := await read[service].rows(wanted.where(outbox.c.id > after)):
            messages = [(f"{service}.{row.type}", f"{replay}-{row.id}", row.body.encode()) for row in rows]
            if not all(await broker.publish(messages)):
                raise CannotReplay(f"JetStream took {done} events and then no more. Way out: see `zhucai doctor`")
            done, after = done + len(rows), rows[-1].id
    return done


async def replay_parked(settings: Mapping[str, str], consumer: str, *, key: str | None = None) -> WentOn:
    """Let a consumer's parked events go on, oldest first; a key that fails again stays. Raises CannotReplay."""
    names = {f"{program}-{stream}": program for program, streams in subscriptions().items() for stream in streams}
    if consumer not in names:
        raise CannotReplay(f"There is no consumer {consumer}. Way out: one of {', '.join(sorted(names))}")
    async with opened(settings, [names[consumer]]) as programs:
        program = programs[names[consumer]]
        (one,) = [one for one in program.consumers if one.name == consumer]
        return await let_go_on(program, one, key=key)


async def let_go_on(program: Program, consumer: Consumer, *, key: str | None = None) -> WentOn:
    """Act on what is parked until nothing is left but keys that fail."""
    handled, stuck = 0, dict[str, str]()
    while True:
        row = await _next_parked(program, consumer, key, list(stuck))
        if row is None:
            return WentOn(handled, [f"{key or 'unreadable'}: {why}" for key, why in stuck.items()])
        try:
            await consumer.handle_again(row.body)
        except (Refusal, ValueError, sa.exc.SQLAlchemyError) as error:
            stuck[row.key] = repr(error)[:300]
            continue
        async with program.uow.begin() as tx:
            await tx.execute(sa.delete(parked).where(parked.c.id == row.id))
        handled += 1


async def _next_parked(program: Program, consumer: Consumer, key: str | None, stuck: list[str]) -> sa.Row | None:
    wanted = sa.select(parked.c.id, parked.c.key, parked.c.body).where(
        parked.c.consumer == consumer.name, parked.c.key.not_in(stuck)
    )
    if key is not None:
        wanted = wanted.where(parked.c.key == key)
    async with program.uow.glance() as tx:
        return await tx.first(wanted.order_by(parked.c.id).limit(1))


@asynccontextmanager
async def _broker(settings: Mapping[str, str]) -> AsyncIterator[Broker]:
    read = settings_of("procurement_quota", settings)
    broker = Broker(read.nats_url, program="operator", prefix=read.stream_prefix)
    try:
        await broker.connect()
        yield broker
    except BrokerUnavailable as error:
        raise CannotReplay("JetStream does not answer. Way out: start it, or see NATS_URL") from error
    finally:
        await broker.close()
