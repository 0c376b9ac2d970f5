"""An organisation's program on loopback that keeps each message that it was sent, and answers as a test says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.integration.gateway.upstream import listening


@dataclass
class Program:
    """What was heard, and with which statuses the next messages are answered."""

    url: str = ""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    usual: int = 204
    holds: asyncio.Event | None = None
    reading: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, request: Request) -> Response:
        self.heard.append((dict(request.headers), await request.body()))
        self.reading.set()
        if self.holds is not None:
            await self.holds.wait()
        status = self.answers.pop(0) if self.answers else self.usual
        return Response(status_code=status, headers={"location": f"{self.url}/elsewhere"})


@asynccontextmanager
async def a_program() -> AsyncIterator[Program]:
    """Open a program on a free port."""
    program = Program()
    routes = [Route("/{path:path}", program.hear, methods=["GET", "POST"])]
    async with listening(Starlette(routes=routes)) as url:
        program.url = url
        yield program
