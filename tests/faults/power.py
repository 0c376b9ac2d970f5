"""A power cut for one program or part: everything of it is killed at once, and it comes back on what it had on disk."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from deploy.local import Running, start_parts
from deploy.local.child import Child
from deploy.operator.migrate import migrate_all
from tests.whole import Whole

PROGRAMS = ("gateway", "catalog", "order", "procurement_quota")
PARTS = ("postgres", "nats", "s3", "stripe")
AWAY = (502, 503, 504)
"""What a door may answer while something behind it is away; anything else of the 500s is a fault."""
REPEAT_SECONDS_MAX = 45.0
REPEAT_EVERY_SECONDS = 0.1


class Standing:
    """Parts and programs of their own, each of which can be cut off and come back."""

    def __init__(self, parts: Running, programs: Whole) -> None:
        self.parts = parts
        self.programs = programs
        self.env = programs.env
        self.base_url = programs.base_url
        self.cuts: list[str] = []

    async def cut(self, name: str) -> None:
        """Kill -9 whatever belongs to this name."""
        child = self.programs.children[name] if name in PROGRAMS else self._part(name).child
        assert child is not None
        _kill_family(child)
        await child.ended()
        self.cuts.append(name)

    async def come_back(self, name: str) -> None:
        """Start it again and wait until it is ready."""
        if name in PROGRAMS:
            await self.programs.start(name)
        else:
            await self._part(name).start()

    async def ready(self) -> None:
        """Wait until the door says that the whole is ready."""
        async with httpx.AsyncClient(trust_env=False) as http:
            until = time.monotonic() + REPEAT_SECONDS_MAX
            while time.monotonic() < until:
                with contextlib.suppress(httpx.TransportError):
                    if (await http.get(f"{self.base_url}/health/ready", timeout=5)).status_code == 200:
                        return
                await asyncio.sleep(REPEAT_EVERY_SECONDS)
        raise AssertionError(f"not ready again after {self.cuts}")

    def _part(self, name: str) -> Any:
        return next(part for part in self.parts.parts if part.name == name)


def _kill_family(child: Child) -> None:
    assert child.process is not None
    leader = psutil.Process(child.process.pid)
    for process in [leader, *leader.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            process.kill()


@asynccontextmanager
async def standing(folder: Path) -> AsyncIterator[Standing]:
    """Start parts and programs below one folder; everything ends with the block."""
    parts = await start_parts(folder / "var")
    programs: Whole | None = None
    try:
        env = await parts.create_databases()
        await asyncio.to_thread(migrate_all, env)
        programs = Whole(folder / "var", env)
        await programs.start()
        yield Standing(parts, programs)
    finally:
        if programs is not None:
            await programs.stop()
        await parts.stop()


Answered = Callable[[], Awaitable[httpx.Response]]


async def until_taken(ask: Answered) -> httpx.Response:
    """Repeat one and the same request until it is taken, as a person or a script would; gives the answer.

    Raises AssertionError for a refusal, and for any 500 that is not "away".
    """
    until = time.monotonic() + REPEAT_SECONDS_MAX
    last = "nothing was answered"
    while time.monotonic() < until:
        try:
            answer = await ask()
        except httpx.TransportError as error:
            last = repr(error)
        else:
            if answer.is_success:
                return answer
            last = f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:500]}"
            assert answer.status_code in AWAY, last
        await asyncio.sleep(REPEAT_EVERY_SECONDS)
    raise AssertionError(last)
