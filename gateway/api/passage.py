"""A request passes to the service that owns it, and its answer passes back, as bytes, and with no header unnamed here.

A body or answer of up to `WHOLE_BYTES_MAX` passes whole: a request can then be repeated where that is harmless, and an
answer that breaks off is a problem document instead of half an answer. What is larger streams, piece by piece, each
side waiting for the other; when it breaks off, so does what the reader gets, and its length tells.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from gateway.api.table import Place
from gateway.clients.services import Services
from gateway.session import Session
from gateway.usecases.refusals import HeaderRepeated, TooSlow
from shared.http.client import Header, Incoming, ServiceUnavailable
from shared.logs import logger, request_id

log = logger(__name__)

PREFIX = "/api/v1"
WHOLE_BYTES_MAX = 256 * 1024
PIECE_SECONDS = 30.0
STREAM_SECONDS = 180.0

PASSED_IN = frozenset(
    {b"accept", b"accept-language", b"content-type", b"idempotency-key", b"if-match", b"if-none-match"}
)
PASSED_IN_ALSO = {
    "hear_stripe": frozenset({b"stripe-signature"}),
    "put_case_paper": frozenset({b"case-code"}),
}
PASSED_OUT = frozenset(
    {
        b"content-disposition",
        b"content-language",
        b"content-length",
        b"content-type",
        b"etag",
        b"last-modified",
        b"retry-after",
        b"www-authenticate",
    }
)
NO_STORE = (b"cache-control", b"no-store")


async def pass_on(
    services: Services, place: Place, session: Session | None, scope: Scope, receive: Receive, send: Send
) -> None:
    """Pass one request to its service and the answer back. Raises ServiceUnavailable, TooSlow, BodyTooLarge."""
    service = place.operation.program
    target: bytes = scope["path"][len(PREFIX) :].encode()
    if scope["query_string"]:
        target += b"?" + scope["query_string"]
    headers, length, has_body = _headers_in(place, scope)
    headers.append((b"x-request-id", request_id.get().encode()))
    if session is not None:
        headers.append((b"authorization", services.authorization(session.identity, service)))
    client = services[service]
    if not has_body:
        incoming = await client.ask(scope["method"], target, headers)
    elif length is not None and length <= WHOLE_BYTES_MAX:
        incoming = await client.ask(scope["method"], target, headers, await _whole_body(receive))
    else:
        incoming = await client.ask(scope["method"], target, headers, _body(receive), length=length)
    try:
        await _answer(incoming, place, None if has_body else receive, send)
    finally:
        incoming.close()


def _headers_in(place: Place, scope: Scope) -> tuple[list[Header], int | None, bool]:
    also = PASSED_IN_ALSO.get(place.name, frozenset())
    passed: list[Header] = []
    length: int | None = None
    has_body = False
    for name, value in scope["headers"]:
        if name in PASSED_IN or name in also:
            if any(name == known for known, _ in passed):
                raise HeaderRepeated(header=name.decode())
            passed.append((name, value))
        elif name == b"content-length":
            length = int(value)
            has_body = True
        elif name == b"transfer-encoding":
            has_body = True
    return passed, length, has_body


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await _received(receive)
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return


async def _whole_body(receive: Receive) -> bytes:
    message = await _received(receive)
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        return body
    return body + b"".join([piece async for piece in _body(receive)])


async def _received(receive: Receive) -> Message:
    try:
        async with asyncio.timeout(PIECE_SECONDS):
            message = await receive()
    except TimeoutError as error:
        raise TooSlow() from error
    if message["type"] == "http.disconnect":
        raise ClientDisconnect()
    return message


async def _answer(incoming: Incoming, place: Place, receive: Receive | None, send: Send) -> None:
    headers, length = _headers_out(incoming, place)
    start = {"type": "http.response.start", "status": incoming.status, "headers": headers}
    whole = incoming.whole()
    if whole is None and length is not None and length <= WHOLE_BYTES_MAX:
        whole = await incoming.read(WHOLE_BYTES_MAX)
    await send(start)
    if whole is not None:
        await send({"type": "http.response.body", "body": whole})
        return
    try:
        async with asyncio.timeout(STREAM_SECONDS):
            if receive is None:
                await _stream(incoming, send)
            else:
                await _while_read(receive, _stream(incoming, send))
    except (ServiceUnavailable, TimeoutError) as error:
        # The head has left already: ending here, without the rest, makes the server end the connection.
        log.warning("passage.broken", operation=place.name, error=repr(error)[:200])


async def _stream(incoming: Incoming, send: Send) -> None:
    async for piece in incoming.pieces():
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body"})


async def _while_read(receive: Receive, streaming: Coroutine[Any, Any, None]) -> None:
    """Stream as long as the reader, whose request had no body, is there. Raises ClientDisconnect once they are gone."""
    stream, gone = asyncio.ensure_future(streaming), asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({stream, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not stream.done():
            raise ClientDisconnect()
        await stream
    finally:
        stream.cancel()
        gone.cancel()
        await asyncio.gather(stream, gone, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _headers_out(incoming: Incoming, place: Place) -> tuple[list[Header], int | None]:
    passed: list[Header] = []
    length: int | None = None
    cache: Header = NO_STORE
    for header in incoming.headers:
        name = header[0]
        if name in PASSED_OUT:
            passed.append(header)
            if name == b"content-length":
                length = int(header[1])
        elif name == b"cache-control" and place.is_public:
            cache = header
        elif name == b"location" and header[1].startswith(b"/"):
            passed.append((name, PREFIX.encode() + header[1]))
    passed.append(cache)
    return passed, length
