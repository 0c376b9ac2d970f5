"""Whatever is in the outbox reaches JetStream: one relay per database sends the unsent rows by id.

The relay holds an advisory lock on a connection of its own; a second one waits its turn. A row is marked sent after
JetStream has acknowledged it: a crash between the two sends it again, and the inboxes know it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.plumbing import outbox
from shared.db.unit_of_work import UnitOfWork
from shared.events.broker import Broker
from shared.logs import logger
from shared.telemetry import Telemetry

log = logger(__name__)

BATCH_ROWS_MAX = 2_000
POLL_SECONDS = 0.25
LOCK = 7_310_001


class Relay:
    """Sends what one database's outbox holds."""

    def __init__(self, uow: UnitOfWork, broker: Broker, telemetry: Telemetry) -> None:
        self._uow = uow
        self._broker = broker
        self._telemetry = telemetry
        self._written = asyncio.Event()
        uow.on_publish(self._written.set)

    async def run(self) -> None:
        """Send until cancelled. Raises what the database or the broker raises; the worker starts it again."""
        async with self._alone() as connection:
            while True:
                self._written.clear()
                if await self._send_some(connection) == 0:
                    await self._wait()

    async def drain(self) -> None:
        """Send all there is, and end; for whoever decides when things are said, as the demo does."""
        async with self._alone() as connection:
            while await self._has_unsent(connection):
                await self._send_some(connection)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[AsyncConnection]:
        """Hold the lock of this database's relay on a connection of its own; wait for it when another has it."""
        async with self._uow.engine.connect() as connection:
            connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            while not await connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK))):
                await asyncio.sleep(1)
            try:
                yield connection
            finally:
                if not connection.invalidated:  # A connection that broke has let go of the lock by itself.
                    await connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK)))

    async def _has_unsent(self, connection: AsyncConnection) -> bool:
        return bool(await connection.scalar(sa.select(sa.exists().where(outbox.c.sent_at.is_(None)))))

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._written.wait()
        except TimeoutError:
            return

    async def _send_some(self, connection: AsyncConnection) -> int:
        rows = (
            await connection.execute(
                sa.select(outbox.c.id, outbox.c.event_id, outbox.c.type, outbox.c.body)
                .where(outbox.c.sent_at.is_(None))
                .order_by(outbox.c.id)
                .limit(BATCH_ROWS_MAX)
            )
        ).all()
        self._telemetry.outbox_backlog.set(len(rows))
        if not rows:
            return 0
        sent = await self._broker.publish(
            [(f"{self._uow.source}.{row.type}", str(row.event_id), row.body.encode()) for row in rows]
        )
        ids = [row.id for row, ok in zip(rows, sent, strict=True) if ok]
        if ids:
            await connection.execute(
                sa.update(outbox)
                .where(outbox.c.id == sa.any_(sa.cast(ids, sa.ARRAY(sa.BigInteger))))
                .values(sent_at=sa.func.now())
            )
            self._telemetry.events_sent.inc(len(ids))
        if len(ids) < len(rows):
            log.warning("relay.unsent", unsent=len(rows) - len(ids))
            await asyncio.sleep(0.5)
        return len(ids)
