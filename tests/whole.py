"""The four programs run as processes of their own on this worker's databases, and one can be killed and come back."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.local.child import Child, kill_group
from deploy.local.forks import Nursery
from deploy.local.layout import Layout
from deploy.local.ports import remembered_ports
from deploy.local.programs import PROGRAMS, address_of, program_child, surroundings, until_ready

READY_SECONDS_MAX = 60.0


class Whole:
    """The running programs of one set of settings."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._layout = Layout.at(folder)
        ports = remembered_ports(self._layout)
        self.env = dict(env)
        for program in PROGRAMS:
            listen = f"127.0.0.1:{ports[program.name]}"
            self.env[program.listen] = listen
            self.env[program.listen.replace("_LISTEN", "_URL")] = f"http://{listen}"
        self.base_url = self.env["PUBLIC_URL"] = f"http://{self.env['GATEWAY_LISTEN']}"
        self.children: dict[str, Child] = {}
        self.nursery = Nursery(self._layout, surroundings()) if Nursery.can_be() else None

    async def start(self, *names: str) -> None:
        """Start these programs, or all, and wait until each is ready."""
        programs = [program for program in PROGRAMS if not names or program.name in names]
        if self.nursery:
            await self.nursery.ready()
        for program in programs:
            child = self.children[program.name] = program_child(program, self._layout, self.env, self.nursery)
            child.start()
        for program in programs:
            await until_ready(self.children[program.name], address_of(program, self.env), READY_SECONDS_MAX)

    async def kill(self, name: str) -> None:
        """End a program as a power cut would."""
        child = self.children[name]
        kill_group(child.pid)
        await child.ended()

    async def stop(self) -> None:
        await asyncio.gather(*(child.stop() for child in self.children.values()))
        if self.nursery:
            await self.nursery.stop()

    def log_of(self, name: str) -> str:
        """Give the end of a program's log, for a test's message."""
        return self.children[name].last_lines(40)


@asynccontextmanager
async def whole(folder: Path, env: Mapping[str, str]) -> AsyncIterator[Whole]:
    """Run all four for as long as the block lasts."""
    running = Whole(folder, env)
    try:
        await running.start()
        yield running
    finally:
        await running.stop()
