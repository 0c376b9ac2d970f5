"""Every request that enters a program has an id, a bound on its body, no NUL in its text, and is counted.

Plain ASGI, because a `BaseHTTPMiddleware` costs more than a small handler.

Decision: NUL, which JSON may escape and a query may encode and which PostgreSQL's text cannot hold, is refused here.
Why: one field that forgets it would answer 500. Price: a look through each JSON body for six bytes.
"""

import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from shared.errors import InvalidFields, Refusal, TooLarge, field_problem
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
_NUL = b"\\u0000"
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
                await _refuse(scope, receive, answer, BodyTooLarge(bytes_max=limit))
                return
            if b"%00" in scope["query_string"]:
                await _refuse(scope, receive, answer, _nul_in(_name_in_query(scope["query_string"])))
                return
            await self._app(scope, _bounded(receive, limit), answer)
            request_id.reset(token)  # Not after a surprise: whoever records and answers it stands outside this door.
        finally:
            self._count(scope, status, time.perf_counter() - started)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        program = getattr(scope["app"].state, "program", None) if "app" in scope else None
        if program is not None:
            program.telemetry.answered(scope["method"], status, seconds)


def _bounded(receive: Receive, limit: int) -> Receive:
    total = 0

    async def bounded() -> Message:
        nonlocal total
        message = await receive()
        if message["type"] == "http.request":
            body = message.get("body", b"")
            total += len(body)
            if total > limit:
                raise BodyTooLarge(bytes_max=limit)
            if limit == JSON_BYTES_MAX and _NUL in body and (place := _place_in_json(body)):
                raise _nul_in(place)
        return message

    return bounded


def _nul_in(field: str) -> InvalidFields:
    return InvalidFields(field_problem(field, "holds a NUL character", "含有空字符（NUL）", rule="nul"))


def _name_in_query(query: bytes) -> str:
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace")
    return next((name.replace("\0", "") for name, value in pairs if "\0" in name + value), "") or "query"


def _place_in_json(body: bytes) -> str:
    """Name the field that holds the NUL; empty where the six bytes were no NUL, `body` where it came in pieces."""
    try:
        return _place_of_nul(orjson.loads(body), "")
    except orjson.JSONDecodeError:
        return "body"


def _place_of_nul(value: Any, place: str) -> str:
    if isinstance(value, str):
        return (place or "body") if "\0" in value else ""
    if isinstance(value, dict):
        if any("\0" in name for name in value):
            return place or "body"
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)  # type: ignore[assignment]  # both give a part of the place and what stands there
    else:
        return ""
    return next((found for part, one in inner if (found := _place_of_nul(one, f"{place}.{part}".lstrip(".")))), "")


async def _refuse(scope: Scope, receive: Receive, send: Send, refusal: Refusal) -> None:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    response = problem_response(refusal, language=language_of(headers))
    await response(scope, receive, send)
