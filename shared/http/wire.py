"""A request's head is bounded in bytes, in headers and in time before anything of ours sees it, and so are connections.

uvicorn's protocol on httptools leaves them open: a stranger could send headers for ever, or one letter a minute, or
open connections until the program has no files left.
"""

import asyncio
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

URL_BYTES_MAX = 8 * 1024
HEADERS_MAX = 64
HEAD_BYTES_MAX = 32 * 1024
HEAD_SECONDS_MAX = 15.0
CONNECTIONS_MAX = 2_000
_BODY = orjson.dumps({"type": "/problems/unreadable", "title": "This is no request that we can read.", "status": 400})
_FULL = orjson.dumps(
    {"type": "/problems/too-many-connections", "title": "Too many are connected; try again soon.", "status": 503}
)


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's protocol with bounds; hand it to `uvicorn.run(http=…)`."""

    _in_head = True
    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS_MAX:
            self._end_with(b"503 Service Unavailable\r\nretry-after: 1", _FULL)
            return
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self.send_400_response("The head is too large.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = 0
        if self._head_timer is None:
            self._expect_head()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > URL_BYTES_MAX:
            raise ValueError("the address is too long")

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(self.headers) >= HEADERS_MAX or len(value) > HEAD_BYTES_MAX:
            raise ValueError("the head is too large")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._head_came()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        self._head_bytes = 0
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Say as a problem document that this is no request, and end the connection."""
        self._end_with(b"400 Bad Request", _BODY)

    def _end_with(self, status: bytes, body: bytes) -> None:
        head = (
            b"HTTP/1.1 %b\r\ncontent-type: application/problem+json\r\nx-content-type-options: nosniff\r\n"
            b"connection: close\r\ncontent-length: %d\r\n\r\n" % (status, len(body))
        )
        self.transport.write(head + body)
        self.transport.close()

    def _expect_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS_MAX, self._too_slow)

    def _head_came(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_slow(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()
