"""Two processes enter the demo, each its share of every stage, because one Python uses one core.

Decision: the second process is a fork of the first, and both hold the same plan, so that a stage is asked for by its
name alone. Why: a fork has everything imported; and two share the work evenly when each takes every other thing.
Price: stages end together, and whoever is done first waits.

The two speak over a socket, a line at a time: the first asks `{"stage": …, "facts": [year, month]}`, the second says
`{"more": n}` while it works and `{"done": n}` or `{"failed": why}` at the end. When the socket closes it ends.
"""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable, Container, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
import uvloop

from deploy.operator.demo.plan import Plan
from deploy.operator.demo.world import World
from deploy.operator.programs import opened
from shared.app import Program, leave_the_lasting_alone
from shared.clock import SettableClock

T = TypeVar("T")
More = Callable[[int], None]
Stage = Callable[[World, "Share", Sequence[int], More], Coroutine[Any, Any, int]]
USED = ("procurement_quota", "catalog", "order")
POOLS: Mapping[str, Any] = {"pool_connections_max": 6, "commits_wait": False}
"""Of each program to its database, in each process. Nobody waits for the disk: a demo that breaks off begins anew."""
LINE_BYTES_MAX = 64 * 1024
END_SECONDS_MAX = 20.0


class HandFailed(Exception):
    """The other process could not do its share; says why."""


@dataclass(frozen=True, slots=True)
class Share:
    """Which things of a list are one's own: every `of`th, from the `part`th."""

    part: int = 0
    of: int = 2

    def own(self, things: Sequence[T]) -> Sequence[T]:
        return things[self.part :: self.of]


class Hands:
    """The second process, as the first sees it."""

    def __init__(self, line: socket.socket, pid: int) -> None:
        self._line, self.pid = line, pid
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ready(self) -> None:
        """Wait until it hears. Raises HandFailed."""
        self._reader, self._writer = await asyncio.open_unix_connection(sock=self._line, limit=LINE_BYTES_MAX)
        await self._done(lambda n: None)

    async def ask(self, stage: str, facts: Sequence[int], more: More) -> int:
        """Let it do its share of a stage; gives how many things it did. Raises HandFailed."""
        assert self._writer is not None
        self._writer.write(orjson.dumps({"stage": stage, "facts": list(facts)}) + b"\n")
        return await self._done(more)

    async def _done(self, more: More) -> int:
        assert self._reader is not None
        async for line in self._reader:
            said = orjson.loads(line)
            if "more" in said:
                more(said["more"])
            elif "failed" in said:
                raise HandFailed(said["failed"])
            else:
                return int(said["done"])
        raise HandFailed("the second process of the demo ended")

    async def end(self, *, at_once: bool) -> None:
        """Wait until it has ended, and end it when that takes long; `at_once` where nobody wants its work any more."""
        if at_once:
            os.kill(self.pid, signal.SIGKILL)
        if self._writer is not None:
            self._writer.close()
        else:
            self._line.close()
        ended = asyncio.create_task(asyncio.to_thread(os.waitpid, self.pid, 0))
        await asyncio.wait([ended], timeout=END_SECONDS_MAX)
        if not ended.done():
            os.kill(self.pid, signal.SIGKILL)
        await ended


async def all_hear(programs: Mapping[str, Program], names: Container[str]) -> None:
    """Wait until JetStream keeps what these programs have not heard yet."""
    for name, program in programs.items():
        for consumer in program.consumers if name in names else ():
            await consumer.hears.wait()


def fork_hands(settings: Mapping[str, str], plan: Plan, stages: Mapping[str, Stage], hears: Sequence[str]) -> Hands:
    """Make the second process, which runs the consumers of some programs; to be called before anything is opened."""
    leave_the_lasting_alone()
    mine, others = socket.socketpair()
    pid = os.fork()
    if pid:
        others.close()
        return Hands(mine, pid)
    code = 1
    try:
        mine.close()
        # The loop of the first process counts as running in this thread, so the second's runs in one of its own.
        served: list[bool] = []
        thread = threading.Thread(target=_run, args=(served, _serve(others, settings, plan, stages, hears)))
        thread.start()
        thread.join()
        code = 0 if served else 1
    finally:
        os._exit(code)


def _run(served: list[bool], work: Any) -> None:
    uvloop.run(work)
    served.append(True)


async def _serve(
    line: socket.socket, settings: Mapping[str, str], plan: Plan, stages: Mapping[str, Stage], hears: Sequence[str]
) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=line, limit=LINE_BYTES_MAX)
    clock = SettableClock(plan.calendar.horizon)
    share = Share(part=1)

    def say(**said: object) -> None:
        writer.write(orjson.dumps(said) + b"\n")

    run = dict.fromkeys(hears, "consume")
    async with opened(settings, USED, run=run, clock=clock, **POOLS) as programs:
        world = World(plan, clock, {name: program.desk for name, program in programs.items()})
        await all_hear(programs, run)
        say(done=0)
        async for asked in reader:
            wanted = orjson.loads(asked)
            try:
                done = await stages[wanted["stage"]](world, share, wanted["facts"], lambda n: say(more=n))
            except Exception as error:  # noqa: BLE001 - told to the first process, which ends the demo
                say(failed=f"{type(error).__name__}: {error}")
            else:
                say(done=done)
