"""A transaction is a block you can see, and the only commit in the codebase is where that block ends.

    async with uow.begin(once=deliveries) as tx:      writes; commits here and only here
        await tx.publish(OrderPlaced(…))              an outbox row of the same transaction
    async with uow.read() as tx:                      one consistent snapshot, read only
    await uow.statement(SQL, …)                       one statement on the hot pool, without BEGIN and COMMIT

Decision: inbox stamps are written first in the block, and whoever comes second waits for the first to commit.
Why: HTTP idempotency keys, vendors' event ids and JetStream deliveries are the same question: was this done?
Price: two simultaneous repeats hold a connection each until the first is done; `lock_timeout` bounds it.
"""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.clock import Clock
from shared.contracts.envelope import Event, seal
from shared.db import direct
from shared.db.hot_pool import HotPool
from shared.db.plumbing import inbox
from shared.errors import Conflict, Unavailable
from shared.logs import request_id


class KeyReused(Conflict):
    """This Idempotency-Key was used for another request.

    zh: 这个幂等键（Idempotency-Key）已用于另一个请求。
    """


class Busy(Unavailable):
    """Others are changing the same thing; try again in a moment.

    zh: 他人正在修改同一数据，请稍后重试。
    """


class DatabaseUnavailable(Unavailable):
    """The records cannot be reached right now; try again in a moment.

    zh: 数据库暂时不可用，请稍后重试。
    """


_STAMP = sa.text(
    "INSERT INTO inbox (door, key, fingerprint, at) SELECT door, key, fingerprint, :at FROM unnest("
    "CAST(:doors AS text[]), CAST(:keys AS text[]), CAST(:fingerprints AS text[])) AS one (door, key, fingerprint) "
    "ON CONFLICT DO NOTHING RETURNING door, key"
)
"""One text however many stamps: a batch of 200 took 140 ms of compiling as a multi-row insert."""

_SAY = sa.text(
    "INSERT INTO outbox (event_id, type, key, body, written_at) SELECT event_id, type, key, body, :at FROM unnest("
    "CAST(:event_ids AS uuid[]), CAST(:types AS text[]), CAST(:keys AS text[]), CAST(:bodies AS text[])) "
    "WITH ORDINALITY AS one (event_id, type, key, body, place) ORDER BY place"
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """One thing to be done once: through which door, by which key, and what exactly was asked."""

    door: str
    key: str
    fingerprint: str | None = None

    @staticmethod
    def of_request(door: str, key: str, body: bytes) -> "Stamp":
        return Stamp(door, key, hashlib.sha256(body).hexdigest())


class ReadTx:
    """One snapshot to read from."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def execute(
        self,
        statement: sa.Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """Run a statement whose rows nobody wants."""
        if not await direct.run(self.connection, statement, parameters):
            await self.connection.execute(statement, parameters)

    async def rows(
        self, statement: sa.Executable, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[sa.Row[Any]]:
        rows = await direct.fetch(self.connection, statement, parameters)
        return (await self.connection.execute(statement, parameters)).all() if rows is None else rows

    async def first(self, statement: sa.Executable, parameters: Mapping[str, Any] | None = None) -> sa.Row[Any] | None:
        rows = await self.rows(statement, parameters)
        return rows[0] if rows else None

    async def value(self, statement: sa.Executable, parameters: Mapping[str, Any] | None = None) -> Any:
        rows = await self.rows(statement, parameters)
        return rows[0][0] if rows else None


class Tx(ReadTx):
    """One transaction to write in."""

    def __init__(self, connection: AsyncConnection, source: str, clock: Clock) -> None:
        super().__init__(connection)
        self.source = source
        self.now = clock.now()
        self._clock = clock
        self.fresh: list[Any] = []
        """Of what was given as `once`, those that nobody had done before, in the order given."""
        self.answered: Any = None
        """For a single stamp that was done before: what was answered then."""
        self._stamp: Stamp | None = None
        self._published: list[dict[str, Any]] = []
        self._put_off: dict[PutOff, list[Any]] = {}

    def look_at_the_clock(self) -> datetime:
        """Set `now` anew, as after waiting for a lock, so that what is written is not dated before the wait."""
        self.now = self._clock.now()
        return self.now

    async def publish(self, *events: Event) -> None:
        """Say these events if and only if this transaction commits."""
        for event in events:
            envelope_id, body = seal(event, source=self.source, at=self.now, request_id=request_id.get())
            self._published.append(
                {
                    "event_id": envelope_id,
                    "type": event.type,
                    "key": event.key,
                    "body": body,
                }
            )

    def put_off(self, do: "PutOff", what: Iterable[Any]) -> None:
        """Have `do` done before the commit, once with all that was given for it: for locks that many wait for."""
        self._put_off.setdefault(do, []).extend(what)

    async def answer(self, value: Any) -> None:
        """Keep what will be answered, for a repeat of the same stamp. JSON-ready, not None."""
        if self._stamp is not None:
            await self.execute(
                sa.update(inbox)
                .where(inbox.c.door == self._stamp.door, inbox.c.key == self._stamp.key)
                .values(answer=value)
            )

    async def flush(self) -> bool:
        """Do what was put off and write the outbox rows; tells whether there were any."""
        while self._put_off:
            do = next(iter(self._put_off))
            await do(self, self._put_off.pop(do))
        if not self._published:
            return False
        await self.execute(
            _SAY,
            {
                "event_ids": [one["event_id"] for one in self._published],
                "types": [one["type"] for one in self._published],
                "keys": [one["key"] for one in self._published],
                "bodies": [one["body"] for one in self._published],
                "at": self.now,
            },
        )
        self._published = []
        return True

    async def stamp(self, once: Sequence[Any]) -> None:
        """Write the inbox stamps of `once` (each a Stamp, or a thing with `.stamp`) and keep the fresh ones."""
        stamps = [one if isinstance(one, Stamp) else one.stamp for one in once]
        ordered = sorted(stamps, key=lambda stamp: (stamp.door, stamp.key))
        written = await self.rows(
            _STAMP,
            {
                "doors": [stamp.door for stamp in ordered],
                "keys": [stamp.key for stamp in ordered],
                "fingerprints": [stamp.fingerprint for stamp in ordered],
                "at": self.now,
            },
        )
        new = {(row.door, row.key) for row in written}
        for one, stamp in zip(once, stamps, strict=True):
            if (stamp.door, stamp.key) in new:
                new.discard((stamp.door, stamp.key))
                self.fresh.append(one)
        if len(stamps) == 1:
            self._stamp = stamps[0]
            if not self.fresh:
                await self._recall(stamps[0])

    async def _recall(self, stamp: Stamp) -> None:
        row = await self.first(
            sa.select(inbox.c.answer, inbox.c.fingerprint).where(inbox.c.door == stamp.door, inbox.c.key == stamp.key)
        )
        if row is not None and stamp.fingerprint is not None and row.fingerprint != stamp.fingerprint:
            raise KeyReused(key=stamp.key)
        self.answered = row.answer if row is not None else None


PutOff = Callable[[Tx, list[Any]], Awaitable[None]]


class UnitOfWork:
    """The transactions of one database."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        source: str,
        clock: Clock,
        hot_pool: HotPool | None = None,
    ) -> None:
        self.engine = engine
        self.source = source
        self.clock = clock
        self.hot_pool = hot_pool
        self._on_publish: list[Callable[[], None]] = []

    def on_publish(self, wake: Callable[[], None]) -> None:
        """Call `wake` after a commit that said something; the relay asks for this."""
        self._on_publish.append(wake)

    def published(self) -> None:
        """Wake the relay; for the hot statement, which writes its outbox row itself."""
        for wake in self._on_publish:
            wake()

    @asynccontextmanager
    async def begin(self, *, once: Any | Iterable[Any] | None = None) -> AsyncIterator[Tx]:
        """Open a writing transaction; it commits when the block ends, and leaves nothing when the block raises.

        `once`: a Stamp, a delivery, or a sequence of them; see `Tx.fresh` and `Tx.answered`.
        Raises Busy when a lock was not had in time, KeyReused when a key comes with another request.
        """
        asked = [] if once is None else list(once) if isinstance(once, (list, tuple)) else [once]
        try:
            async with self.engine.connect() as connection:
                tx = Tx(connection, self.source, self.clock)
                if asked:
                    await tx.stamp(asked)
                yield tx
                said = await tx.flush()
                await direct.commit(connection)
        except UNREACHABLE as error:
            if known := _known(error):
                raise known from error
            raise
        if said:
            self.published()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadTx]:
        """Open one read-only snapshot (REPEATABLE READ); nothing can be written in it."""
        try:
            async with self.engine.connect() as connection:
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                yield ReadTx(connection)
        except UNREACHABLE as error:
            if known := _known(error):
                raise known from error
            raise

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[ReadTx]:
        """Read single statements without BEGIN and COMMIT; each sees its own moment."""
        try:
            async with self.engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                yield ReadTx(connection)
        except UNREACHABLE as error:
            if known := _known(error):
                raise known from error
            raise

    async def statement(self, sql: str, *parameters: Any) -> list[Any]:
        """Run one statement on the hot pool, a transaction by itself; gives asyncpg records. Raises Busy."""
        if self.hot_pool is None:
            raise RuntimeError(f"{self.source} has no hot pool")
        try:
            return await self.hot_pool.fetch(sql, *parameters)
        except UNREACHABLE as error:
            if known := _known(error):
                raise known from error
            raise


UNREACHABLE = (DBAPIError, PoolTimeout, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
"""What may say that the database is away; nothing else in such a block opens a connection of its own."""
_BUSY_STATES = {"55P03", "40P01", "40001", "57014"}
_AWAY_STATES = {"57P01", "57P02", "57P03", "53300"}


def _known(error: Exception) -> Busy | DatabaseUnavailable | None:
    """Tell whether an error says that others hold a lock, or that the database is away."""
    inner = error.orig if isinstance(error, DBAPIError) else error
    state = str(getattr(inner, "sqlstate", None) or getattr(getattr(inner, "__cause__", None), "sqlstate", None) or "")
    if state in _BUSY_STATES:
        return Busy(reason=state)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    away = isinstance(error, (PoolTimeout, OSError, asyncpg.InterfaceError))
    if lost or away or state in _AWAY_STATES or state.startswith("08"):
        return DatabaseUnavailable(reason=type(inner).__name__)
    return None
