"""A closed loop of connections asks as fast as it is answered, and costs little itself.

Plain asyncio protocols on uvloop: on two cores the load runs beside what it measures, so every microsecond here is
taken from the figure. Requests are bytes written beforehand; answers are read by their Content-Length.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import cast

NextRequest = Callable[[int], bytes | None]


@dataclass
class Outcome:
    """What one run of load saw."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    latencies_ms: list[float] = field(default_factory=list)
    body_bytes: int = 0
    first_failure: bytes = b""

    @property
    def answered(self) -> int:
        return sum(count for status, count in self.statuses.items() if status < 400)

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds if self.seconds else 0.0

    def percentile_ms(self, percent: float) -> float:
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


class _Connection(asyncio.Protocol):
    """One connection that sends its next request when the last is answered."""

    def __init__(self, number: int, next_request: NextRequest, outcome: Outcome, until: float) -> None:
        self._number = number
        self._next_request = next_request
        self._outcome = outcome
        self._until = until
        self._buffer = b""
        self._sent_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one, though no subclass
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            head_end = self._buffer.find(b"\r\n\r\n")
            if head_end < 0:
                return
            head = self._buffer[:head_end].lower()
            length = _content_length(head)
            if len(self._buffer) < head_end + 4 + length:
                return
            self._answered(int(head[9:12]), self._buffer[head_end + 4 : head_end + 4 + length])
            self._buffer = self._buffer[head_end + 4 + length :]
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _answered(self, status: int, body: bytes) -> None:
        outcome = self._outcome
        outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
        outcome.latencies_ms.append((time.perf_counter() - self._sent_at) * 1000)
        outcome.body_bytes += len(body)
        if status >= 400 and not outcome.first_failure:
            outcome.first_failure = body[:500]

    def _send(self) -> None:
        assert self._transport is not None
        request = self._next_request(self._number) if time.perf_counter() < self._until else None
        if request is None:
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)


async def run_load(host: str, port: int, next_request: NextRequest, *, connections: int, seconds: float) -> Outcome:
    """Ask with this many connections for this long, or until `next_request(connection)` gives None."""
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    made: list[_Connection] = []
    for number in range(connections):
        connection = _Connection(number, next_request, outcome, started + seconds)
        await loop.create_connection(partial(_same, connection), host, port)
        made.append(connection)
    await asyncio.wait([connection.done for connection in made], timeout=seconds + 30)
    outcome.seconds = time.perf_counter() - started
    return outcome


def _same(connection: _Connection) -> _Connection:
    return connection


def request_bytes(method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """Write one HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", *(f"{k}: {v}" for k, v in (headers or {}).items())]
    if body or method in ("PUT", "POST"):
        lines += [f"content-length: {len(body)}", "content-type: application/json"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def one_after_another(requests: Iterator[bytes]) -> NextRequest:
    """Share one line of requests among all connections."""
    return lambda _: next(requests, None)


def _content_length(head: bytes) -> int:
    at = head.find(b"content-length:")
    if at < 0:
        return 0
    end = head.find(b"\r\n", at)
    return int(head[at + 15 : end if end > 0 else None])
