"""One connection to a service carries one exchange at a time, parsed in C, and says at once when it breaks.

It is the inner half of `shared/http/client.py`, which keeps a pool of these.
"""

import asyncio
from collections import deque
from typing import Any, Protocol, TypeVar, cast

import httptools

Header = tuple[bytes, bytes]
T = TypeVar("T")

BUFFERED_BYTES_MAX = 256 * 1024
"""Beyond this, reading pauses until somebody takes what has come."""
HEADERS_MAX = 100
HEAD_BYTES_MAX = 64 * 1024


class Pool(Protocol):
    """Who is told that a connection was lost."""

    def forget(self, connection: "Connection") -> None: ...


class Broken(Exception):
    """The connection broke; `sent` tells whether the service may have seen something of the request."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.sent = sent


class TimedOut(Exception):
    """The service did not answer, or go on answering, in time."""


class Connection(asyncio.Protocol):
    """One connection: one exchange at a time."""

    def __init__(self, pool: Pool, loop: asyncio.AbstractEventLoop) -> None:
        self._pool = pool
        self._loop = loop
        self._parser = httptools.HttpResponseParser(self)
        self.transport: asyncio.Transport | None = None
        self.lost = False
        self.idle_since = 0.0
        self.busy = False
        self.sent = False
        self._head: asyncio.Future[None] | None = None
        self._more: asyncio.Future[None] | None = None
        self._writable: asyncio.Future[None] | None = None
        self._writing_paused = False
        self._begin()

    def _begin(self) -> None:
        self.status = 0
        self.headers: list[Header] = []
        self._head_bytes = 0
        self.pieces: deque[bytes] = deque()
        self._buffered = 0
        self._reading_paused = False
        self.has_head = False
        self.complete = False
        self.keep = True
        self.failure: Exception | None = None

    # ── what the transport says ──

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one, though no subclass

    def data_received(self, data: bytes) -> None:
        if not self.busy or self.complete:
            self.abort()  # An answer that nobody asked for.
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._fail(Broken(f"not HTTP: {error}", sent=True))
            self.abort()

    def eof_received(self) -> None:
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if self.busy and not self.complete:
            self._fail(Broken(repr(exc) if exc else "closed", sent=self.sent))
        self._wake(self._writable)
        self._pool.forget(self)

    def pause_writing(self) -> None:
        self._writing_paused = True

    def resume_writing(self) -> None:
        self._writing_paused = False
        self._wake(self._writable)

    # ── what the parser says ──

    def on_message_begin(self) -> None:
        if self.complete:
            raise ValueError("a second answer to one request")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_bytes += len(name) + len(value)
        if len(self.headers) >= HEADERS_MAX or self._head_bytes > HEAD_BYTES_MAX:
            raise ValueError("the head is too large")
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        if self.status < 200:
            self.headers = []
            return
        names = {name for name, _ in self.headers}
        if self.status not in (204, 304) and not names & {b"content-length", b"transfer-encoding"}:
            raise ValueError("an answer without a length cannot be told from one that was cut")
        self.keep = self._parser.should_keep_alive()
        self.has_head = True
        self._wake(self._head)
        self._wake(self._writable)

    def on_body(self, body: bytes) -> None:
        self.pieces.append(body)
        self._buffered += len(body)
        if self._buffered > BUFFERED_BYTES_MAX and not self._reading_paused and self.transport is not None:
            self._reading_paused = True
            self.transport.pause_reading()
        self._wake(self._more)

    def on_message_complete(self) -> None:
        if self.has_head:
            self.complete = True
            self._wake(self._more)

    # ── what the pool asks ──

    def begin(self) -> None:
        """Make ready for the next exchange."""
        self._begin()
        self.busy = True
        self.sent = False

    def write(self, data: bytes) -> None:
        if self.lost or self.transport is None or self.transport.is_closing():
            raise Broken("closed", sent=self.sent)
        self.sent = True
        self.transport.write(data)

    async def drain(self, seconds: float) -> None:
        """Wait until more can be written, or the answer begins."""
        if self._writing_paused and not self.has_head and self.failure is None:
            self._writable = self._loop.create_future()
            await within(self._writable, seconds)

    async def head(self, seconds: float) -> None:
        """Wait for the head of the answer."""
        if not self.has_head and self.failure is None:
            self._head = self._loop.create_future()
            await within(self._head, seconds)
        if not self.has_head:
            raise self.failure or Broken("closed", sent=True)

    async def more(self, seconds: float) -> None:
        """Wait until there is a piece, or the answer is complete."""
        while not self.pieces and not self.complete:
            if self.failure is not None:
                raise self.failure
            self._more = self._loop.create_future()
            await within(self._more, seconds)

    def take(self) -> list[bytes]:
        """Take what has come of the body."""
        taken = list(self.pieces)
        self.pieces.clear()
        self._buffered = 0
        if self._reading_paused and self.transport is not None and not self.lost:
            self._reading_paused = False
            self.transport.resume_reading()
        return taken

    def abort(self) -> None:
        self.lost = True
        if self.transport is not None:
            self.transport.abort()

    def _fail(self, error: Exception) -> None:
        if self.failure is None:
            self.failure = error
        self._wake(self._head)
        self._wake(self._more)

    @staticmethod
    def _wake(waiter: asyncio.Future[None] | None) -> None:
        if waiter is not None and not waiter.done():
            waiter.set_result(None)


async def within(waiter: asyncio.Future[T], seconds: float) -> T:
    timer = waiter.get_loop().call_later(seconds, _expire, waiter)
    try:
        return await waiter
    finally:
        timer.cancel()


def _expire(waiter: asyncio.Future[Any]) -> None:
    if not waiter.done():
        waiter.set_exception(TimedOut())
