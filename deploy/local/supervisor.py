"""The whole comes up in order, is watched, and goes down in order: parts, tables, demo data, programs; and back.

Whatever ends unasked is reported and started again, ever later: half a second at first, half a minute at last.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from deploy.local import memory
from deploy.local.child import Child, bound
from deploy.local.demo_data import begin_again_if_unfinished, is_empty, is_wanted
from deploy.local.forks import Nursery
from deploy.local.layout import CannotStart, Layout
from deploy.local.ports import is_free
from deploy.local.programs import (
    PROGRAMS,
    Program,
    address_of,
    program_child,
    run_command,
    surroundings,
    until_ready,
)
from deploy.local.record import Entry, Record
from deploy.local.running import NAMES, Part, Running, start_parts, together
from deploy.local.settings import GATEWAY_PORT, gateway_listen, keep_settings, loopback

READY_WITHIN_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.25
BOUND_LOGS_EVERY_SECONDS = 30.0
WEIGH_AFTER_SECONDS = 5.0
BACKOFF_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
STEADY_AFTER_SECONDS = 60.0

REPLACED_BY = {"postgres": "POSTGRES_URL", "nats": "NATS_URL", "s3": "S3_URL", "stripe": "STRIPE_API_BASE"}


def say(text: str) -> None:
    """Tell the person who started it, at once."""
    with contextlib.suppress(OSError):  # The terminal may have gone; the whole still ends in order.
        print(text, flush=True)


@dataclass
class Watched:
    """A child that is to run, and how to start it again."""

    name: str
    address: str
    child: Child
    again: Callable[[], "asyncio.Future[Child]"]
    failures: int = 0
    restart: "asyncio.Task[None] | None" = None


@dataclass
class Whole:
    """Every process of one checkout."""

    layout: Layout
    given: Mapping[str, str]
    record: Record
    running: Running | None = None
    watched: list[Watched] = field(default_factory=list)
    nursery: Nursery | None = None

    @property
    def settings(self) -> dict[str, str]:
        assert self.running is not None
        return self.running.env

    async def start(self) -> None:
        """Bring everything up; return when the gateway says that the whole is ready."""
        began = time.monotonic()
        if begin_again_if_unfinished(self.layout, self.given):
            say("The demo was cut off while it was loaded; it is loaded again.")
        if Nursery.can_be():
            self.nursery = Nursery(self.layout, surroundings())
            self.nursery.start()
            self.record.children.append(Entry.of("nursery", self.nursery.pid))
        self.running = await start_parts(
            self.layout.var,
            self.given,
            gateway_port=GATEWAY_PORT,
            with_postgres=self._prepare_databases,
            on_ready=self._part_is_ready,
        )
        keep_settings(self.layout, self.settings | {"POSTGRES_URL": self.running.admin_url})
        for name in NAMES:
            if name not in self.running.seconds:
                say(f"  {name:<19}{'replaced by ' + REPLACED_BY[name]}")
        if is_wanted(self.given) and await is_empty(self.settings):
            began += await self._load_demo()
        else:
            await self._zhucai("load-reference", shows=False)
        await together(*(self._start_program(program) for program in PROGRAMS))
        say(f"\nZhucai is ready at {self.settings['PUBLIC_URL']} ({time.monotonic() - began:.1f} s, demo data apart)")
        if sign_ins := (await self._zhucai("sign-ins", shows=False)).rstrip():
            say(f"Sign in as (demo):\n{sign_ins}")
        self.record.is_ready = True
        self.record.keep(self.layout)

    async def watch(self) -> None:
        """Look after the children for ever: restart what ended, bound the logs, weigh the whole once."""
        weigh_at = time.monotonic() + WEIGH_AFTER_SECONDS
        bound_at = 0.0
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            for watched in self.watched:
                if not watched.child.runs and (watched.restart is None or watched.restart.done()):
                    watched.restart = asyncio.create_task(self._restart(watched))
            now = time.monotonic()
            if weigh_at and now > weigh_at:
                _, total = await asyncio.to_thread(memory.table, [self.record.supervisor, *self.record.children])
                say(f"Idle memory: {memory.megabytes(total)} in all; each by `make status`.")
                weigh_at = 0.0
            if now > bound_at:
                for watched in self.watched:
                    bound(watched.child.log)
                bound_at = now + BOUND_LOGS_EVERY_SECONDS

    async def stop(self) -> None:
        """End the programs, then the parts; each within its bound, then hard."""
        restarts = [watched.restart for watched in self.watched if watched.restart and not watched.restart.done()]
        for task in restarts:
            task.cancel()
        await asyncio.gather(*restarts, return_exceptions=True)
        programs = {program.name for program in PROGRAMS}
        await asyncio.gather(*(watched.child.stop() for watched in self.watched if watched.name in programs))
        if self.nursery:
            await self.nursery.stop()
        if self.running:
            await self.running.stop()
        self.record.drop(self.layout)

    async def _load_demo(self) -> float:
        began = time.monotonic()
        self.layout.demo_unfinished.touch()
        await self._zhucai("demo")
        self.layout.demo_unfinished.unlink()
        say(f"  {'demo data':<42}{'':<13}{time.monotonic() - began:5.1f} s")
        return time.monotonic() - began

    async def _zhucai(self, *arguments: str, shows: bool = True) -> str:
        return await run_command(
            *arguments, settings=self.settings, layout=self.layout, nursery=self.nursery, shows=shows
        )

    async def _prepare_databases(self, running: Running) -> None:
        await running.create_databases()
        if self.nursery:
            await self.nursery.ready()
            say(f"  {'imports':<42}{'':<13}{time.time() - self.nursery.started_at:5.1f} s")
        began = time.monotonic()
        await run_command("migrate", settings=running.env, layout=self.layout, nursery=self.nursery, shows=False)
        say(f"  {'migrations':<42}{'':<13}{time.monotonic() - began:5.1f} s")

    def _part_is_ready(self, part: Part, seconds: float) -> None:
        async def again() -> Child:
            await part.stop()
            return await part.start()

        assert part.child is not None
        watched = Watched(part.name, part.address, part.child, lambda: asyncio.ensure_future(again()))
        self._has_started(watched, seconds)

    async def _start_program(self, program: Program) -> None:
        child = program_child(program, self.layout, self.settings, self.nursery)
        address = address_of(program, self.settings)

        async def again() -> Child:
            await child.stop()
            if self.nursery:
                await self.nursery.ready()
            child.start()
            await until_ready(child, address, READY_WITHIN_SECONDS)
            return child

        watched = Watched(program.name, address, child, lambda: asyncio.ensure_future(again()))
        if self.nursery:
            await self.nursery.ready()
        began = time.monotonic()
        child.start()
        self.watched.append(watched)
        self._write_down(watched)
        await until_ready(child, address, READY_WITHIN_SECONDS)
        say(line(watched, time.monotonic() - began))

    def _has_started(self, watched: Watched, seconds: float) -> None:
        self.watched.append(watched)
        self._write_down(watched)
        say(line(watched, seconds))

    def _write_down(self, watched: Watched) -> None:
        others = [entry for entry in self.record.children if entry.name != watched.name]
        self.record.children = [*others, Entry.of(watched.name, watched.child.pid, watched.address)]
        self.record.keep(self.layout)

    async def _restart(self, watched: Watched) -> None:
        if time.time() - watched.child.started_at > STEADY_AFTER_SECONDS:
            watched.failures = 0
        wait = BACKOFF_SECONDS[min(watched.failures, len(BACKOFF_SECONDS) - 1)]
        watched.failures += 1
        how = _ending(watched.child.exit_code)
        say(f"{watched.name} {how}, see {watched.child.log}; starting it again in {wait:g} s")
        await asyncio.sleep(wait)
        began = time.monotonic()
        try:
            watched.child = await watched.again()
        except CannotStart as error:
            say(str(error))
        else:
            self._write_down(watched)
            say(line(watched, time.monotonic() - began))


def line(watched: Watched, seconds: float) -> str:
    """Tell of one process: name, address, process id, and how long it took."""
    return f"  {watched.name:<19}{watched.address:<23}pid {watched.child.pid:<9}{seconds:5.1f} s"


def _ending(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        with contextlib.suppress(ValueError):
            return f"was ended by {signal.Signals(-exit_code).name}"
    return f"ended with code {exit_code}"


def plan(layout: Layout, given: Mapping[str, str]) -> Whole:
    """Refuse what cannot work before anything starts, and name the address."""
    listen = gateway_listen(given, GATEWAY_PORT)
    host, _, port = listen.rpartition(":")
    if not is_free(int(port), host):
        raise CannotStart(f"Port {port} is taken by another program. Way out: PORT={int(port) + 80} make up")
    address = given.get("PUBLIC_URL", f"http://{loopback(listen)}")
    return Whole(layout, given, Record(Entry.of("supervisor", os.getpid()), address))


async def run(whole: Whole) -> int:
    """Keep the whole up until SIGINT, SIGTERM or SIGHUP; give the exit code."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, asked.set)
    whole.record.keep(whole.layout)
    life = asyncio.create_task(_live(whole))
    told = asyncio.create_task(asked.wait())
    code = 0
    try:
        await asyncio.wait({life, told}, return_when=asyncio.FIRST_COMPLETED)
        if life.done():
            life.result()
    except CannotStart as error:
        say(f"\n{error}")
        code = 1
    finally:
        say("Stopping …")
        for task in (life, told):
            task.cancel()
        await asyncio.gather(life, told, return_exceptions=True)
        await whole.stop()
        say("Everything has ended.")
    return code


async def _live(whole: Whole) -> None:
    await whole.start()
    await whole.watch()
