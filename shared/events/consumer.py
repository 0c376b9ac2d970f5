"""What is heard is acted on once: in batches, singly after a failure, and put aside when nothing helps.

A subscription names the event types that one use case acts on. Its handler gets a list of deliveries and opens its
own transaction with `uow.begin(once=deliveries)`; a delivery is acknowledged only after that has committed.

message → ack, retry, park (the event door's one table):

    handled                                   ack
    Unavailable, or a surprise                retry, ever later, `ATTEMPTS_MAX` times, then park
    Invalid, Conflict, NotFound, Forbidden    retry `REFUSALS_MAX` times (its cause may still be on the way), then park

What is heard `unhurried` is let gather, on a durable consumer of its own, and holds nothing else up.

A parked event parks its key: what comes later for the same key is parked behind it, in order, until a person lets
it go on with `zhucai replay`.

Decision: after a failure deliveries are tried singly, and what cannot be acted on is put aside with its key. Why: one
bad event would stop all that come after it, and a later fact must not overtake it. Price: of a parked key nothing more
is known until somebody looks.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.envelope import Envelope, Event, Said, reader_of, unseal
from shared.db.plumbing import parked
from shared.db.unit_of_work import Stamp, UnitOfWork
from shared.errors import Refusal, Unavailable
from shared.events.broker import Broker, Received
from shared.logs import logger, request_id
from shared.telemetry import Telemetry
from shared.worker import end

log = logger(__name__)
E = TypeVar("E", bound=Event, covariant=True)

ATTEMPTS_MAX = 12
REFUSALS_MAX = 6
RETRY_SECONDS_MAX = 30.0


@dataclass(frozen=True, slots=True)
class Delivery(Generic[E]):
    """One event as it reached one consumer."""

    consumer: str
    envelope: Envelope
    event: E

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.consumer, str(self.envelope.id))


Handler = Callable[[Any, Sequence[Delivery[Any]]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subscription:
    """Which events one use case acts on: `Subscription((AcceptanceRecorded, ReturnRecorded), count_purchases)`.

    `unhurried`: nobody waits for these, so that they may gather for half a second where much is said.
    """

    events: tuple[type[Event], ...]
    handle: Handler
    unhurried: bool = False


@dataclass(frozen=True, slots=True)
class Hearing:
    """One durable consumer of JetStream: by what name which subjects are heard."""

    durable: str
    subjects: tuple[str, ...]
    unhurried: bool


def hearings(consumer: str, subscriptions: Sequence[Subscription]) -> list[Hearing]:
    """Tell how a consumer, called `<program>-<stream>`, hears: what is unhurried apart from what is not."""
    found = []
    for unhurried, durable in ((False, consumer), (True, f"{consumer}-unhurried")):
        chosen = [one for one in subscriptions if one.unhurried is unhurried]
        if subjects := tuple(event.subject() for one in chosen for event in one.events):
            found.append(Hearing(durable, subjects, unhurried))
    return found


class Consumer:
    """All that a program hears from one stream: `<program>-<stream>` in its inbox and among what is parked."""

    def __init__(
        self,
        *,
        program: str,
        stream: str,
        subscriptions: Sequence[Subscription],
        desk: Any,
        uow: UnitOfWork,
        broker: Broker,
        telemetry: Telemetry,
    ) -> None:
        self.name = f"{program}-{stream}"
        self.stream = stream
        self._desk = desk
        self._uow = uow
        self._broker = broker
        self._telemetry = telemetry
        self._by_type = {event.type: (event, sub) for sub in subscriptions for event in sub.events}
        self._readers = {event.subject(): reader_of(event) for sub in subscriptions for event in sub.events}
        self._hearings = hearings(self.name, subscriptions)
        self.hears = asyncio.Event()
        """Set once JetStream keeps what this consumer has not heard yet; until then its backlog tells nothing."""

    async def run(self) -> None:
        """Hear until cancelled."""
        for hearing in self._hearings:
            await self._broker.ensure_consumer(self.stream, hearing.durable, hearing.subjects)
        self.hears.set()
        together = [asyncio.create_task(self._hear(hearing)) for hearing in self._hearings]
        try:
            ended, _ = await asyncio.wait(together, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()
        finally:  # A group of tasks would cancel each once, and wait for ever for one that lost it.
            await end(together)

    async def _hear(self, hearing: Hearing) -> None:
        hear = self._broker.gather if hearing.unhurried else self._broker.pull
        async for batch in hear(self.stream, hearing.durable):
            if batch:
                await self._act_on(batch)

    async def backlog(self, *, unhurried: bool = True) -> int:
        """Count what is not acted on yet; without what is unhurried, if so asked."""
        counted = [hearing.durable for hearing in self._hearings if unhurried or not hearing.unhurried]
        return sum([await self._broker.backlog(self.stream, durable) for durable in counted])

    async def handle_again(self, body: bytes | str) -> None:
        """Act on one envelope, for `replay`; raises what the use case raises. Doing it twice does it once."""
        opened = unseal(body)
        if known := self._by_type.get(opened.type):
            await self._handle(known[1], [Delivery(self.name, opened, known[0].model_validate(opened.data))])

    async def _act_on(self, batch: list[Received]) -> None:
        held = await self._parked_keys()
        groups: dict[int, tuple[Subscription, list[tuple[Received, Delivery[Any]]]]] = {}
        for received in batch:
            delivery = await self._open(received, held)
            if delivery is not None:
                subscription = self._by_type[delivery.envelope.type][1]
                groups.setdefault(id(subscription), (subscription, []))[1].append((received, delivery))
        for subscription, pairs in groups.values():
            await self._act_on_group(subscription, pairs)

    async def _open(self, received: Received, held: set[str]) -> Delivery[Any] | None:
        try:
            read = self._readers.get(received.subject)
            if read is None:
                await received.ack()
                return None
            said: Said[Any] = read(received.body)
            if said.type != said.data.type:
                raise ValueError(f"{said.type} came as {received.subject}")
        except (ValidationError, ValueError, TypeError) as error:
            log.error("consumer.unreadable", consumer=self.name, error=str(error)[:500])
            await self._park_unreadable(received, str(error))
            return None
        delivery: Delivery[Any] = Delivery(self.name, said, said.data)
        if said.key in held:
            await self._park(received, delivery, "waits behind a parked event of the same key")
            return None
        return delivery

    async def _act_on_group(self, subscription: Subscription, pairs: list[tuple[Received, Delivery[Any]]]) -> None:
        try:
            await self._handle(subscription, [delivery for _, delivery in pairs])
        except Exception as error:  # noqa: BLE001 - whatever it was, each delivery gets its own try next
            if len(pairs) == 1:
                await self._refused(*pairs[0], error)
                return
            log.info("consumer.singly", consumer=self.name, batch=len(pairs), error=repr(error)[:300])
            stuck: set[str] = set()
            for received, delivery in pairs:
                if delivery.envelope.key in stuck:
                    await received.retry(1.0)
                    continue
                try:
                    await self._handle(subscription, [delivery])
                    await received.ack()
                except Exception as single:  # noqa: BLE001 - decided by the table above
                    stuck.add(delivery.envelope.key)
                    await self._refused(received, delivery, single)
            return
        for received, _ in pairs:
            await received.ack()

    async def _handle(self, subscription: Subscription, deliveries: list[Delivery[Any]]) -> None:
        token = request_id.set(deliveries[0].envelope.request_id if len(deliveries) == 1 else "")
        try:
            await subscription.handle(self._desk, deliveries)
        finally:
            request_id.reset(token)
        self._telemetry.events_handled.labels(self.name).inc(len(deliveries))

    async def _refused(self, received: Received, delivery: Delivery[Any], error: Exception) -> None:
        final = isinstance(error, Refusal) and not isinstance(error, Unavailable)
        limit = REFUSALS_MAX if final else ATTEMPTS_MAX
        if received.attempts >= limit:
            await self._park(received, delivery, repr(error)[:2000])
            return
        delay = min(RETRY_SECONDS_MAX, 0.1 * 2**received.attempts)
        log.warning(
            "consumer.retry",
            consumer=self.name,
            type=delivery.envelope.type,
            key=delivery.envelope.key,
            attempt=received.attempts,
            delay_seconds=delay,
            error=repr(error)[:500],
            exc_info=None if final else error,
        )
        await received.retry(delay)

    async def _park(self, received: Received, delivery: Delivery[Any], why: str) -> None:
        await self._write_parked(delivery.envelope.id, delivery.envelope.key, received.body, why)
        await received.ack()
        log.error("consumer.parked", consumer=self.name, key=delivery.envelope.key, why=why)

    async def _park_unreadable(self, received: Received, why: str) -> None:
        from_body = sa.func.md5(received.body.decode("utf-8", "replace"))
        async with self._uow.begin() as tx:
            event_id = await tx.value(sa.select(sa.cast(from_body, sa.Uuid)))
        await self._write_parked(event_id, "", received.body, why[:2000])
        await received.ack()

    async def _write_parked(self, event_id: Any, key: str, body: bytes, why: str) -> None:
        async with self._uow.begin() as tx:
            await tx.execute(
                insert(parked)
                .values(
                    consumer=self.name,
                    key=key,
                    event_id=event_id,
                    body=body.decode("utf-8", "replace"),
                    why=why,
                )
                .on_conflict_do_nothing()
            )
        self._telemetry.events_parked.labels(self.name).inc()

    async def _parked_keys(self) -> set[str]:
        async with self._uow.glance() as tx:
            rows = await tx.rows(sa.select(parked.c.key).where(parked.c.consumer == self.name).distinct().limit(10_000))
        return {row.key for row in rows if row.key}


async def settle(consumers: Sequence[Consumer], *, seconds: float = 30.0) -> None:
    """Wait until these consumers have acted on all there is; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while sum([await consumer.backlog() for consumer in consumers]) > 0:
            await asyncio.sleep(0.02)
