"""Single statements run on kept connections that are handed from one request to the next without ceremony.

Decision: a pool of our own around asyncpg's connections, for single statements only.
Why: asyncpg's pool shields each release with a task and resets what a session may have left; with eight waiting it cost
75 to 100 µs a statement where the statement itself takes 120. Price: these lines, and their tests.
"""

import asyncio
from collections import deque
from typing import Any

import asyncpg

from shared.db.acquainted import AcquaintedConnection


class HotPool:
    """At most `connections_max` connections, made when first wanted."""

    def __init__(self, url: str, *, connections_max: int, server_settings: dict[str, str]) -> None:
        self._url = url
        self._connections_max = connections_max
        self._server_settings = server_settings
        self._idle: list[asyncpg.Connection[Any]] = []
        self._open = 0
        self._waiting: deque[asyncio.Future[asyncpg.Connection[Any] | None]] = deque()
        self._closed = False

    async def fetch(self, sql: str, *parameters: Any) -> list[Any]:
        """Run one statement, a transaction by itself; gives its records. A connection that broke is not used again."""
        connection = await self._take()
        try:
            rows: list[Any] = await connection.fetch(sql, *parameters)
        except asyncpg.PostgresError:
            self._give(connection)
            raise
        except BaseException:  # Cancelled halfway, or broken: what stands on that connection nobody knows.
            connection.terminate()
            self._give(connection)
            raise
        self._give(connection)
        return rows

    async def connect(self) -> None:
        """Make the first connection, so that a wrong address shows at once."""
        self._give(await self._take())

    async def close(self) -> None:
        """Close what is idle now, and the others when their statement ends."""
        self._closed = True
        while self._idle:
            await self._idle.pop().close()

    async def _take(self) -> "asyncpg.Connection[Any]":
        while True:
            if self._closed:
                raise asyncpg.InterfaceError("the pool is closed")
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
                self._open -= 1
            if self._open < self._connections_max:
                return await self._make()
            handed = await self._wait()
            if handed is not None and not handed.is_closed():
                return handed
            if handed is not None:
                self._open -= 1

    async def _make(self) -> "asyncpg.Connection[Any]":
        self._open += 1
        try:
            return await asyncpg.connect(
                self._url,
                timeout=10,
                connection_class=AcquaintedConnection,
                server_settings=self._server_settings,
            )
        except BaseException:
            self._open -= 1
            self._wake(None)
            raise

    async def _wait(self) -> "asyncpg.Connection[Any] | None":
        handed: asyncio.Future[asyncpg.Connection[Any] | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(handed)
        try:
            return await handed
        except asyncio.CancelledError:
            if handed.done() and not handed.cancelled():
                self._pass_on(handed.result())
            raise

    def _give(self, connection: "asyncpg.Connection[Any]") -> None:
        if self._closed:
            connection.terminate()
        elif connection.is_closed():
            self._open -= 1
            self._wake(None)
        else:
            self._pass_on(connection)

    def _pass_on(self, connection: "asyncpg.Connection[Any] | None") -> None:
        if not self._wake(connection) and connection is not None:
            self._idle.append(connection)

    def _wake(self, connection: "asyncpg.Connection[Any] | None") -> bool:
        """Hand a connection, or the leave to make one, to who has waited longest; tells whether anybody waits."""
        while self._waiting:
            handed = self._waiting.popleft()
            if not handed.done():
                handed.set_result(connection)
                return True
        return False
