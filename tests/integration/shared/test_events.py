"""What is in the outbox reaches those who hear it: once, in order by key, and put aside when nothing helps."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from shared.contracts.envelope import Event, seal
from shared.contracts.order import OrderMoved, StockChanged
from shared.db.plumbing import inbox, outbox, parked
from shared.db.unit_of_work import UnitOfWork
from shared.errors import Conflict
from shared.events import Broker, Consumer, Delivery, Relay, Subscription
from shared.events import broker as broker_module
from shared.events import consumer as consumer_module
from shared.events.broker import GATHER_SECONDS_MAX
from shared.events.consumer import settle
from shared.telemetry import Telemetry
from shared.worker import Worker


def listing(number: int) -> UUID:
    return UUID(int=number)


class Refused(Conflict):
    """No."""


class Heard:
    """A use case that remembers what it acted on, and refuses what it is told to."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self.acted: list[tuple[int, int]] = []
        self.batches: list[int] = []
        self.refuse: set[int] = set()

    async def act(self, desk: Any, deliveries: Sequence[Delivery[StockChanged]]) -> None:
        done = []
        async with self.uow.begin(once=list(deliveries)) as tx:
            for delivery in tx.fresh:
                if delivery.event.listing_id.int in self.refuse:
                    raise Refused()
                done.append((delivery.event.listing_id.int, delivery.event.version))
        self.acted += done
        self.batches.append(len(deliveries))


def a_broker(env: dict[str, str], name: str) -> Broker:
    return Broker(env["NATS_URL"], program=name, prefix=f"{env['STREAM_PREFIX']}{name}_")


def a_consumer(uow: UnitOfWork, broker: Broker, name: str, subscriptions: Sequence[Subscription]) -> Consumer:
    return Consumer(
        program=name,
        stream="order",
        subscriptions=subscriptions,
        desk=None,
        uow=uow,
        broker=broker,
        telemetry=Telemetry(name),
    )


@asynccontextmanager
async def running(uow: UnitOfWork, env: dict[str, str], name: str) -> AsyncIterator[tuple[Heard, Consumer, Broker]]:
    broker = a_broker(env, name)
    await broker.connect()
    heard = Heard(uow)
    consumer = a_consumer(uow, broker, name, [Subscription((StockChanged,), heard.act)])
    worker = Worker()
    worker.start("relay", Relay(uow, broker, Telemetry(name)).run)
    worker.start("consumer", consumer.run)
    try:
        yield heard, consumer, broker
    finally:
        await worker.stop()
        await broker.close()


async def say(uow: UnitOfWork, *facts: tuple[int, int]) -> None:
    async with uow.begin() as tx:
        for number, version in facts:
            await tx.publish(StockChanged(listing_id=listing(number), version=version, available=True))


def changed(number: int) -> StockChanged:
    return StockChanged(listing_id=listing(number), version=1, available=True)


def moved(number: int) -> OrderMoved:
    ids = dict.fromkeys(("order_id", "canteen_id", "supplier_id"), listing(number))
    return OrderMoved(**ids, version=number, state="packed", at=datetime.now(UTC))


async def publish(broker: Broker, *events: Event) -> None:
    """Say these past the outbox, at once."""
    sealed = [(event.subject(), *seal(event, source="order", at=datetime.now(UTC), request_id="")) for event in events]
    assert all(await broker.publish([(subject, str(name), body.encode()) for subject, name, body in sealed]))


async def all_sent(uow: UnitOfWork) -> None:
    async with asyncio.timeout(10):
        while True:
            async with uow.glance() as tx:
                if not await tx.value(sa.select(sa.func.count()).where(outbox.c.sent_at.is_(None))):
                    return
            await asyncio.sleep(0.02)


async def test_a_consumer_ends_though_a_cancellation_is_lost(uow: UnitOfWork, env: dict[str, str]) -> None:
    began, lost = asyncio.Event(), asyncio.Event()

    async def act(desk: None, deliveries: Sequence[Delivery[StockChanged]]) -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            lost.set()

    broker = a_broker(env, "lost")
    await broker.connect()
    worker = Worker()
    worker.start("consumer", a_consumer(uow, broker, "lost", [Subscription((StockChanged,), act)]).run)
    async with asyncio.timeout(20):
        while not began.is_set():
            await publish(broker, changed(1))
            await asyncio.sleep(0.05)
        await worker.stop()
    assert lost.is_set()
    await broker.close()


class TestTravel:
    async def test_each_is_acted_on_once_in_order(self, uow: UnitOfWork, env: dict[str, str]) -> None:
        async with running(uow, env, "once") as (heard, consumer, _):
            await say(uow, *((number, 1) for number in range(1, 300)))
            await all_sent(uow)
            await settle([consumer])
            assert heard.acted == [(number, 1) for number in range(1, 300)]
            assert max(heard.batches) > 1

    async def test_sent_twice_is_acted_on_once(self, uow: UnitOfWork, env: dict[str, str]) -> None:
        async with running(uow, env, "twice") as (heard, consumer, broker):
            await say(uow, (1, 1))
            await all_sent(uow)
            async with uow.glance() as tx:
                row = await tx.first(sa.select(outbox))
            assert row is not None
            sent = await broker.publish([("order.stock.changed", "another-id", row.body.encode())])
            assert sent == [True]
            await settle([consumer])
            assert heard.acted == [(1, 1)]

    async def test_what_was_said_while_away_arrives(self, uow: UnitOfWork, env: dict[str, str]) -> None:
        await say(uow, (7, 1))
        async with running(uow, env, "away") as (heard, consumer, _):
            await all_sent(uow)
            await settle([consumer])
            assert heard.acted == [(7, 1)]


class TestUnhurried:
    async def test_gathers_and_holds_nothing_else_up(
        self, uow: UnitOfWork, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(broker_module, "GATHER_SECONDS_MAX", 1.0)
        stock, steps, broker = Heard(uow), list[int](), a_broker(env, "gathers")

        async def step(desk: Any, deliveries: Sequence[Delivery[OrderMoved]]) -> None:
            steps.extend(delivery.event.version for delivery in deliveries)

        subscriptions = [Subscription((StockChanged,), stock.act, unhurried=True), Subscription((OrderMoved,), step)]
        await broker.connect()
        consumer = a_consumer(uow, broker, "gathers", subscriptions)
        await publish(broker, *(changed(number) for number in range(300)))
        worker = Worker()
        worker.start("consumer", consumer.run)
        await consumer.hears.wait()
        await settle([consumer])
        assert stock.batches == [300]
        for number in range(300, 320):
            await publish(broker, changed(number), moved(number))
        while len(steps) < 20 or await consumer.backlog(unhurried=False):
            await asyncio.sleep(0.01)
        assert len(stock.batches) == 1, "the pause is not over"
        assert await consumer.backlog() == 20
        await settle([consumer])
        await worker.stop()
        await broker.close()
        assert stock.batches == [300, 20]
        assert stock.acted == [(number, 1) for number in range(320)]
        assert steps == list(range(300, 320))

    async def test_a_single_one_does_not_wait(self, uow: UnitOfWork, env: dict[str, str]) -> None:
        stock, broker = Heard(uow), a_broker(env, "single")
        await broker.connect()
        consumer = a_consumer(uow, broker, "single", [Subscription((StockChanged,), stock.act, unhurried=True)])
        worker = Worker()
        worker.start("consumer", consumer.run)
        await consumer.hears.wait()
        for number in range(3):
            said = time.perf_counter()
            await publish(broker, changed(number))
            await settle([consumer])
            assert time.perf_counter() - said < GATHER_SECONDS_MAX
        await worker.stop()
        await broker.close()
        assert stock.batches == [1, 1, 1]


class TestRefusal:
    async def test_parks_the_event_and_what_follows_for_its_key(
        self, uow: UnitOfWork, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(consumer_module, "REFUSALS_MAX", 2)
        async with running(uow, env, "parks") as (heard, consumer, _):
            heard.refuse = {2}
            await say(uow, (1, 1), (2, 1), (3, 1))
            await all_sent(uow)
            await settle([consumer])
            heard.refuse = set()
            await say(uow, (2, 2), (3, 2))
            await all_sent(uow)
            await settle([consumer])
            assert sorted(heard.acted) == [(1, 1), (3, 1), (3, 2)]
            async with uow.glance() as tx:
                rows = await tx.rows(sa.select(parked.c.key, parked.c.why).order_by(parked.c.id))
                stamps = await tx.value(sa.select(sa.func.count()).select_from(inbox))
            assert [row.key for row in rows] == [str(listing(2)), str(listing(2))]
            assert "Refused" in rows[0].why
            assert stamps == 3

    async def test_parks_what_cannot_be_read(self, uow: UnitOfWork, env: dict[str, str]) -> None:
        async with running(uow, env, "unread") as (heard, consumer, broker):
            await broker.publish([("order.stock.changed", "x", b"not an envelope")])
            await settle([consumer])
            async with uow.glance() as tx:
                rows = await tx.rows(sa.select(parked.c.body))
            assert [row.body for row in rows] == ["not an envelope"]
            assert heard.acted == []

    async def test_parks_what_is_not_what_it_came_as(self, uow: UnitOfWork, env: dict[str, str]) -> None:
        async with running(uow, env, "other") as (heard, consumer, broker):
            _, body = seal(changed(1), source="order", at=datetime.now(UTC), request_id="")
            other = body.replace("stock.changed", "order.moved")
            await broker.publish([("order.stock.changed", "x", other.encode())])
            await settle([consumer])
            async with uow.glance() as tx:
                rows = await tx.rows(sa.select(parked.c.body, parked.c.why))
            assert [(row.body, row.why) for row in rows] == [(other, "order.moved came as order.stock.changed")]
            assert heard.acted == []
