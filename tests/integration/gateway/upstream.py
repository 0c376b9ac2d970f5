"""A service as the gateway meets it: a real server on loopback that verifies who is asking and keeps what it was asked.

It stands where a service would, so that a test can say what it answers; the services themselves have their own tests.
"""

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from shared.clock import Clock
from shared.contracts.authority import Identity
from shared.http.door import Door
from shared.http.identity import IdentityVerifier
from shared.http.wire import BoundedHttp

Says = Callable[[Request], Awaitable[Response]]


class Server(uvicorn.Server):
    """uvicorn in this process, its signals left alone."""

    def capture_signals(self) -> Any:
        return nullcontext()


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an application on a free port as long as the block lasts; gives its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, http=BoundedHttp, log_config=None, server_header=False, date_header=False, timeout_graceful_shutdown=1
    )
    server = Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
        if task.done():
            task.result()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@dataclass
class Asked:
    """One request as it reached the service."""

    method: str
    target: str
    headers: dict[str, str]
    names: list[str]
    body_bytes: int
    body_sha256: str
    body: bytes
    identity: Identity | None


class Upstream:
    """One service; `says` chooses its answers by path, and everything else answers 200 `{}`."""

    def __init__(self, name: str, public_key: bytes, clock: Clock) -> None:
        self.name = name
        self.asked: list[Asked] = []
        self.says: dict[str, Says] = {}
        self.verifier = IdentityVerifier(public_key, name, clock)
        starlette = Starlette()
        starlette.add_middleware(Door, program=name)
        starlette.router.default = self._serve
        self.app = starlette

    @property
    def last(self) -> Asked:
        return self.asked[-1]

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        digest, size, first = hashlib.sha256(), 0, b""
        async for piece in request.stream():
            digest.update(piece)
            size += len(piece)
            first = first or piece[:4096]
        bearer = request.headers.get("authorization", "")
        identity = self.verifier.verify(bearer.removeprefix("Bearer ")) if bearer else None
        if not request.url.path.startswith(("/health", "/openapi.json")):
            self.asked.append(
                Asked(
                    request.method,
                    request.url.path + (f"?{request.url.query}" if request.url.query else ""),
                    dict(request.headers),
                    [name.decode() for name, _ in request.headers.raw],
                    size,
                    digest.hexdigest(),
                    first,
                    identity,
                )
            )
        answer = self.says.get(request.url.path, _nothing)
        await (await answer(request))(scope, receive, send)


async def _nothing(request: Request) -> Response:
    return JSONResponse({})
