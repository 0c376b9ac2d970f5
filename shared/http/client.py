"""A service is asked over a kept connection, in bounded time, and asked again only where asking twice is harmless.

    incoming = await client.ask("GET", b"/listings?limit=24", headers)
    try:
        whole = await incoming.read(bytes_max)        # or: async for piece in incoming.pieces()
    finally:
        incoming.close()

What is bounded: connections, the wait for one, connecting, the wait for an answer and for each piece of it, the size
of its head, and what is buffered of a body that nobody takes (reading pauses).

Asked again, at most `RETRIES_MAX` times and only while nothing of an answer has come: any request of which nothing
was sent, because there was no connection; and after a connection broke, GET, HEAD, PUT, DELETE, and a POST that has
an Idempotency-Key. Never after a time-out, and never a body that was streamed.

Decision: a pool of our own on asyncio and httptools. Why: measured side by side (`tests/bench/hop.py`), it keeps more
of a service's throughput than aiohttp's client does, because nothing between two sockets is turned into objects.
Price: this file, and its tests against services that die, hang, lie and trickle.
"""

import asyncio
import random
import re
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import httptools

from shared.errors import Invalid, Unavailable
from shared.logs import logger

log = logger(__name__)

Header = tuple[bytes, bytes]
T = TypeVar("T")

RETRIES_MAX = 2
HARMLESS_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE"})
IDEMPOTENCY_KEY = b"idempotency-key"
BUFFERED_BYTES_MAX = 256 * 1024
HEADERS_MAX = 100
READY_SECONDS = 3.0
HEAD_BYTES_MAX = 64 * 1024
_SAFE_TARGET = re.compile(rb"/[\x21-\x7e]*")
_SAFE_NAME = re.compile(rb"[0-9A-Za-z!#$%&'*+.^_`|~-]+")
_UNSAFE_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class ServiceUnavailable(Unavailable):
    """A part of the platform is away right now; try again in a moment.

    zh: 平台的一部分暂时不可用，请稍后重试。
    """


class UnsafeRequest(Invalid):
    """A header or the address holds characters that may not be sent on.

    zh: 请求头或地址中含有不能转发的字符。
    """


class _Broken(Exception):
    """The connection broke; `sent` tells whether the service may have seen something of the request."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.sent = sent


class _TimedOut(Exception):
    """The service did not answer, or go on answering, in time."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long, and how much at once."""

    connections_max: int = 64
    connect_seconds: float = 2.0
    wait_seconds: float = 5.0
    """For a free connection."""
    answer_seconds: float = 20.0
    """From the end of the request to the head of its answer."""
    piece_seconds: float = 20.0
    """From one piece of a body to the next, either way."""
    idle_seconds: float = 30.0
    """After this a kept connection is not used again; less than the services keep theirs."""


class _Connection(asyncio.Protocol):
    """One connection: one exchange at a time."""

    def __init__(self, pool: "ServiceClient", loop: asyncio.AbstractEventLoop) -> None:
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
            self._fail(_Broken(f"not HTTP: {error}", sent=True))
            self.abort()

    def eof_received(self) -> None:
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if self.busy and not self.complete:
            self._fail(_Broken(repr(exc) if exc else "closed", sent=self.sent))
        self._wake(self._writable)
        self._pool.forget(self)

    def pause_writing(self) -> None:
        self._writing_paused = True

    def resume_writing(self) -> None:
        self._writing_paused = False
        self._wake(self._writable)

    # ── what the parser says ──

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
            raise _Broken("closed", sent=self.sent)
        self.sent = True
        self.transport.write(data)

    async def drain(self, seconds: float) -> None:
        """Wait until more can be written, or the answer begins."""
        if self._writing_paused and not self.has_head and self.failure is None:
            self._writable = self._loop.create_future()
            await _within(self._writable, seconds)

    async def head(self, seconds: float) -> None:
        """Wait for the head of the answer."""
        if not self.has_head and self.failure is None:
            self._head = self._loop.create_future()
            await _within(self._head, seconds)
        if not self.has_head:
            raise self.failure or _Broken("closed", sent=True)

    async def more(self, seconds: float) -> None:
        """Wait until there is a piece, or the answer is complete."""
        while not self.pieces and not self.complete:
            if self.failure is not None:
                raise self.failure
            self._more = self._loop.create_future()
            await _within(self._more, seconds)

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


async def _within(waiter: asyncio.Future[T], seconds: float) -> T:
    timer = waiter.get_loop().call_later(seconds, _expire, waiter)
    try:
        return await waiter
    finally:
        timer.cancel()


def _expire(waiter: asyncio.Future[Any]) -> None:
    if not waiter.done():
        waiter.set_exception(_TimedOut())


class Incoming:
    """An answer whose head has come; close it whether or not its body was taken."""

    __slots__ = ("_client", "_connection", "headers", "status")

    def __init__(self, client: "ServiceClient", connection: _Connection) -> None:
        self._client = client
        self._connection = connection
        self.status = connection.status
        self.headers = connection.headers
        """Names in lower case."""

    def whole(self) -> bytes | None:
        """Give the body if all of it has come already, without waiting."""
        return b"".join(self._connection.take()) if self._connection.complete else None

    async def read(self, bytes_max: int) -> bytes:
        """Wait for the whole body; raises ServiceUnavailable when it breaks off or is larger."""
        taken: list[bytes] = []
        size = 0
        async for piece in self.pieces():
            size += len(piece)
            if size > bytes_max:
                raise ServiceUnavailable(service=self._client.service, reason="its answer is too large")
            taken.append(piece)
        return b"".join(taken)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Give the body piece by piece as it comes; raises ServiceUnavailable when it breaks off."""
        connection, seconds = self._connection, self._client.bounds.piece_seconds
        try:
            while True:
                await connection.more(seconds)
                for piece in connection.take():
                    yield piece
                if connection.complete and not connection.pieces:
                    return
        except (_Broken, _TimedOut) as error:
            connection.abort()
            raise ServiceUnavailable(service=self._client.service, reason=_reason(error)) from error

    def close(self) -> None:
        """Give the connection back, or end it when the answer was not taken to its end."""
        self._client.release(self._connection)


class ServiceClient:
    """Asks one service over a bounded pool of kept connections."""

    def __init__(self, url: str, *, service: str, bounds: Bounds | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"{url} should be http://host:port")
        self.service = service
        self.bounds = bounds or Bounds()
        self._host = parts.hostname
        self._port = parts.port or 80
        self._authority = parts.netloc.encode("ascii")
        self._idle: list[_Connection] = []
        self._open: set[_Connection] = set()
        self._connecting = 0
        self.breaks = 0
        """How many connections were lost without our doing: when it grows, another process may answer now."""
        self._waiting: deque[asyncio.Future[_Connection | None]] = deque()

    async def ask(
        self,
        method: str,
        target: bytes,
        headers: Sequence[Header] = (),
        body: bytes | AsyncIterator[bytes] = b"",
        *,
        length: int | None = None,
    ) -> Incoming:
        """Send a request and wait for the head of its answer.

        `target` is the path and query as they go over the wire. `length` tells how long a streamed body is; without
        it the body is sent in chunks. Raises ServiceUnavailable, UnsafeRequest, and what the body's iterator raises.
        """
        head = self._head(method, target, headers, body, length)
        harmless = method in HARMLESS_METHODS or any(name == IDEMPOTENCY_KEY for name, _ in headers)
        attempt = 0
        while True:
            try:
                return await self._exchange(head, body, chunked=length is None)
            except _Broken as error:
                again = not error.sent or (harmless and isinstance(body, bytes))
                if not again or attempt == RETRIES_MAX:
                    raise ServiceUnavailable(service=self.service, reason=_reason(error)) from error
            except _TimedOut as error:
                raise ServiceUnavailable(service=self.service, reason=_reason(error)) from error
            attempt += 1
            await asyncio.sleep(random.uniform(0.02, 0.08) * attempt)  # noqa: S311 - jitter, not a secret

    async def ready(self) -> bool:
        """Ask the service's `/health/ready`; False also while it is away."""
        try:
            async with asyncio.timeout(READY_SECONDS):
                incoming = await self.ask("GET", b"/health/ready")
        except (ServiceUnavailable, TimeoutError):
            return False
        incoming.close()
        return incoming.status == 200

    async def close(self) -> None:
        """End every connection."""
        for connection in list(self._open):
            connection.abort()
        await asyncio.sleep(0)

    def release(self, connection: _Connection) -> None:
        """Take a connection back; it is kept only after a complete answer."""
        if not connection.busy:
            return
        connection.busy = False
        if connection.lost or not connection.complete or not connection.keep:
            connection.abort()
            self._open.discard(connection)
            self._hand_on(None)
        else:
            self._hand_on(connection)

    def forget(self, connection: _Connection) -> None:
        """Drop a connection that was lost."""
        self.breaks += connection in self._open
        self._open.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        if not connection.busy:
            self._hand_on(None)

    def _head(
        self,
        method: str,
        target: bytes,
        headers: Sequence[Header],
        body: bytes | AsyncIterator[bytes],
        length: int | None,
    ) -> bytes:
        if not _SAFE_TARGET.fullmatch(target) or not _SAFE_NAME.fullmatch(method.encode()):
            raise UnsafeRequest(part="address")
        lines = [method.encode() + b" " + target + b" HTTP/1.1\r\nhost: " + self._authority]
        for name, value in headers:
            if not _SAFE_NAME.fullmatch(name) or _UNSAFE_VALUE.search(value):
                raise UnsafeRequest(part=name.decode("latin-1"))
            lines.append(name + b": " + value)
        if not isinstance(body, bytes):
            framing = b"transfer-encoding: chunked" if length is None else b"content-length: %d" % length
            lines.append(framing)
        elif body or method not in ("GET", "HEAD", "DELETE"):
            lines.append(b"content-length: %d" % len(body))
        return b"\r\n".join(lines) + b"\r\n\r\n"

    async def _exchange(self, head: bytes, body: bytes | AsyncIterator[bytes], *, chunked: bool) -> Incoming:
        connection = await self._acquire()
        connection.begin()
        try:
            if isinstance(body, bytes):
                connection.write(head + body)
                if len(body) > BUFFERED_BYTES_MAX:
                    await connection.drain(self.bounds.piece_seconds)
            else:
                await self._stream(connection, head, body, chunked=chunked)
            await connection.head(self.bounds.answer_seconds)
        except BaseException:
            connection.complete = False
            self.release(connection)
            raise
        return Incoming(self, connection)

    async def _stream(self, connection: _Connection, head: bytes, body: AsyncIterator[bytes], *, chunked: bool) -> None:
        connection.write(head)
        async for piece in body:
            if connection.has_head:
                connection.keep = False  # It has answered before the end; the rest is not sent.
                return
            if piece:
                connection.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                await connection.drain(self.bounds.piece_seconds)
        if chunked:
            connection.write(b"0\r\n\r\n")

    async def _acquire(self) -> _Connection:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.bounds.wait_seconds
        while True:
            while self._idle:
                connection = self._idle.pop()
                if not connection.lost and loop.time() - connection.idle_since < self.bounds.idle_seconds:
                    return connection
                connection.abort()
                self._open.discard(connection)
            if len(self._open) + self._connecting < self.bounds.connections_max:
                return await self._connect(loop)
            connection_or_turn = await self._wait(loop, deadline)
            if connection_or_turn is not None and not connection_or_turn.lost:
                return connection_or_turn

    async def _wait(self, loop: asyncio.AbstractEventLoop, deadline: float) -> _Connection | None:
        """Wait for a connection that another gives back, or for the turn to make one (None)."""
        waiter: asyncio.Future[_Connection | None] = loop.create_future()
        self._waiting.append(waiter)
        try:
            return await _within(waiter, max(deadline - loop.time(), 0.0))
        except BaseException:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._hand_on(waiter.result())  # What came too late is another's.
            raise
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    async def _connect(self, loop: asyncio.AbstractEventLoop) -> _Connection:
        self._connecting += 1
        try:
            async with asyncio.timeout(self.bounds.connect_seconds):
                _, connection = await loop.create_connection(lambda: _Connection(self, loop), self._host, self._port)
        except (OSError, TimeoutError) as error:
            self._hand_on(None)
            raise _Broken(repr(error), sent=False) from error
        finally:
            self._connecting -= 1
        self._open.add(connection)
        return connection

    def _hand_on(self, connection: _Connection | None) -> None:
        """Give the connection, or the turn to make one, to who waits longest; keep it when nobody waits."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        if connection is not None:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)


def _reason(error: Exception) -> str:
    return "it did not answer in time" if isinstance(error, _TimedOut) else "its connection broke"
