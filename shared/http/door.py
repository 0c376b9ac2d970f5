"""Every request that enters a program has an id, a bound on its body, and is counted.

Plain ASGI, because a `BaseHTTPMiddleware` costs more than a small handler.
"""

import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from shared.errors import TooLarge
from shared.http.problems import language_of, problem_response
from shared.ids import new_id
from shared.logs import request_id

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

JSON_BYTES_MAX = 1024**2
BODY_BYTES_MAX = 12 * 1024**2
REQUEST_ID_HEADER = b"x-request-id"
_REQUEST_ID = re.compile(rb"[0-9A-Za-z-]{8,64}")


class BodyTooLarge(TooLarge):
    """The request's body is larger than allowed.

    zh: 请求内容超过允许的大小。
    """


class Door:
    """Wraps an application; `trust_request_id` is False where strangers enter."""

    def __init__(self, app: App, *, program: str, trust_request_id: bool = True) -> None:
        self._app = app
        self._program = program
        self._trust = trust_request_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        asked = headers.get(REQUEST_ID_HEADER, b"") if self._trust else b""
        rid = asked if _REQUEST_ID.fullmatch(asked) else str(new_id()).encode()
        token = request_id.set(rid.decode())
        started, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (REQUEST_ID_HEADER, rid)]
            await send(message)

        try:
            limit = JSON_BYTES_MAX if b"json" in headers.get(b"content-type", b"json") else BODY_BYTES_MAX
            declared = headers.get(b"content-length", b"0")
            if not declared.isdigit() or int(declared) > limit:
                await _refuse(scope, receive, answer, limit)
                return
            await self._app(scope, _bounded(receive, limit), answer)
        finally:
            self._count(scope, status, time.perf_counter() - started)
            request_id.reset(token)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        program = getattr(scope["app"].state, "program", None) if "app" in scope else None
        if program is not None:
            program.telemetry.requests.labels(scope["method"], str(status)).inc()
            program.telemetry.request_seconds.observe(seconds)


def _bounded(receive: Receive, limit: int) -> Receive:
    total = 0

    async def bounded() -> Message:
        nonlocal total
        message = await receive()
        if message["type"] == "http.request":
            total += len(message.get("body", b""))
            if total > limit:
                raise BodyTooLarge(bytes_max=limit)
        return message

    return bounded


async def _refuse(scope: Scope, receive: Receive, send: Send, limit: int) -> None:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    response = problem_response(BodyTooLarge(bytes_max=limit), language=language_of(headers))
    await response(scope, receive, send)
