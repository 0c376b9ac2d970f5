"""A child ends when it is told to, when its time is up, or when the one who started it is gone; nothing stays behind.

Each child leads a session of its own, so a Ctrl-C reaches the supervisor alone and a kill reaches all that the child
started. On Linux the kernel signals it when its parent dies (PR_SET_PDEATHSIG; the parent is the *thread* that started
it, so start children from a thread that stays). Elsewhere the next start sweeps by the record of `record.py`.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import psutil

from deploy.local.layout import CannotStart

LOG_BYTES_MAX = 32 * 1024 * 1024
LOOK_EVERY_SECONDS = 0.05
PR_SET_PDEATHSIG = 1
Ask = Callable[[], Awaitable[object]]
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Process(Protocol):
    """What is asked of a process that was started: the part of `subprocess.Popen` that a fork has too."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def send_signal(self, sig: int) -> None: ...


@dataclass(frozen=True)
class User:
    """The unprivileged user that a child becomes before it begins."""

    uid: int
    gid: int


@dataclass
class Child:
    """One process and all that it starts."""

    name: str
    argv: Sequence[str]
    log: Path
    env: Mapping[str, str]
    cwd: str = "/"
    user: User | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    orphan_signal: signal.Signals | None = None
    """What the kernel sends it when its parent dies; `stop_signal` unless told otherwise."""
    pass_fds: Sequence[int] = ()
    shows: bool = False
    """Whether its output goes to whoever started this process, and not to its log."""
    process: Process | None = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)

    def start(self) -> None:
        """Start the process; its output is appended to its log."""
        rotate(self.log)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in self.argv],
                stdin=subprocess.DEVNULL,
                stdout=None if self.shows else log,
                stderr=None if self.shows else subprocess.STDOUT,
                env=dict(self.env),
                cwd=self.cwd,
                start_new_session=True,
                pass_fds=tuple(self.pass_fds),
                preexec_fn=die_with_parent(self.orphan_signal or self.stop_signal),
                **identity(self.user),
            )
        self.started_at = time.time()

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative for a signal; None while it runs or before it began."""
        return self.process.poll() if self.process else None

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    async def ended(self, within_seconds: float | None = None) -> bool:
        """Wait until the process has ended; False when the time is up first."""
        until = None if within_seconds is None else time.monotonic() + within_seconds
        while self.runs:
            if until is not None and time.monotonic() > until:
                return False
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        return True

    async def until(self, answers: Ask, within_seconds: float, not_yet: tuple[type[Exception], ...]) -> None:
        """Ask again and again until it answers; raise `CannotStart` with the end of its log when it ends or is late."""
        until = time.monotonic() + within_seconds
        while True:
            try:
                await answers()
                return
            except not_yet as error:
                if not self.runs:
                    told = f"{self.name} ended with code {self.exit_code}"
                elif time.monotonic() > until:
                    told = f"{self.name} was not ready within {within_seconds:.0f} s ({error})"
                else:
                    await asyncio.sleep(LOOK_EVERY_SECONDS)
                    continue
                raise CannotStart(f"{told}. The end of {self.log}:\n{self.last_lines()}") from error

    async def stop(self) -> None:
        """Ask it to end, wait as long as it may take, then end it and all that it started, and wait until they did."""
        if self.process is None:
            return
        killed: list[psutil.Process] = []
        if self.runs:
            family = _descendants(self.process.pid)
            self.process.send_signal(self.stop_signal)
            if not await self.ended(self.stop_seconds):
                for process in family:  # A descendant may lead a session of its own, as PostgreSQL's do.
                    with contextlib.suppress(psutil.Error):
                        process.kill()
                        killed.append(process)
        kill_group(self.process.pid)
        await self.ended()
        while group_lives(self.process.pid) or any(map(_lives, killed)):
            kill_group(self.process.pid)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def last_lines(self, count: int = 15) -> str:
        """The end of its log, for a report of why it did not come up."""
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - 16_384))
                lines = log.read().decode(errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join(f"    {line}" for line in lines[-count:])


def rotate(log: Path) -> None:
    """Keep the log of the run before, and begin this one's anew once it is large."""
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX // 8:
        os.replace(log, log.with_name(f"{log.name}.1"))


def bound(log: Path) -> None:
    """Cut the log of a running child once it is large; what is cut stays beside it until the next time."""
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.with_name(f"{log.name}.1").write_bytes(log.read_bytes())
        os.truncate(log, 0)


def kill_group(leader_pid: int) -> None:
    """Kill every process of the group that this child leads."""
    try:
        os.killpg(leader_pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def group_lives(leader_pid: int) -> bool:
    """Say whether a process of this group runs; one that has ended and waits to be reaped does not."""
    try:
        os.killpg(leader_pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # macOS answers so for a group of zombies, and then the look below decides.
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == leader_pid and process.status() != psutil.STATUS_ZOMBIE:
                return True
        except (ProcessLookupError, psutil.Error):
            continue
    return False


def _lives(process: psutil.Process) -> bool:
    """Say whether a process runs, that was killed or not; one that has ended and waits to be reaped does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.Error:
        return []


def prctl(option: int, value: int | bytes) -> None:
    """Set one trait of this process; nothing off Linux."""
    if _libc is not None:
        _libc.prctl(option, value, 0, 0, 0)


def identity(user: User | None) -> dict[str, Any]:
    """Name a user as `subprocess` wants it: no group of root's stays."""
    return {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}


def die_with_parent(signal_number: int) -> Callable[[], None] | None:
    """Give what a child does before it begins, so that it is signalled when this process dies; None off Linux."""
    if _libc is None:
        return None
    parent = os.getpid()

    def in_the_child() -> None:
        prctl(PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:
            os._exit(1)

    return in_the_child
