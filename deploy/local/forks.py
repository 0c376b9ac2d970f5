"""The supervisor's side of the nursery: a fork is born on order, and is watched as any child is."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psutil

from deploy.local.child import Child, die_with_parent, rotate
from deploy.local.layout import ROOT, CannotStart, Layout

READY_WITHIN_SECONDS = 60.0
BORN_WITHIN_SECONDS = 10.0
LOOK_EVERY_SECONDS = 0.05
STOP_SIGNAL = 9
MODULES = (
    "services.catalog.main",
    "services.order.main",
    "services.procurement_quota.main",
    "gateway.main",
    "deploy.operator.main",
)
"""What a fork may run: the four programs and the operator's command."""


@dataclass
class Fork:
    """A process that the nursery forked, seen as `subprocess.Popen` is seen."""

    nursery: "Nursery"
    pid: int

    def poll(self) -> int | None:
        """The exit code once it has ended, negative for a signal."""
        return self.nursery.exit_code(self.pid)

    def send_signal(self, sig: int) -> None:
        """Send a signal while it runs; one that has just ended, of which the nursery has not told yet, wants none."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sig)


@dataclass
class ForkedChild(Child):
    """A child that the nursery bears; `await nursery.ready()` before `start`."""

    nursery: "Nursery | None" = None
    module: str = ""
    arguments: Sequence[str] = ()

    def start(self) -> None:
        """Have the process born."""
        assert self.nursery is not None
        rotate(self.log)
        output = None if self.shows else str(self.log)
        self.process = self.nursery.fork(
            {
                "name": self.name,
                "module": self.module,
                "arguments": list(self.arguments),
                "env": dict(self.env),
                "output": output,
                "stop_signal": int(self.stop_signal),
            }
        )
        self.started_at = time.time()


@dataclass
class Nursery:
    """The process that has imported everything; started early, so that it imports while the parts come up."""

    layout: Layout
    env: Mapping[str, str]
    modules: Sequence[str] = MODULES
    started_at: float = 0.0
    _process: "subprocess.Popen[bytes] | None" = None
    _heard: bytes = b""
    _is_ready: bool = False
    _born: list[int] = field(default_factory=list)
    _died: dict[int, int] = field(default_factory=dict)

    @staticmethod
    def can_be() -> bool:
        """Say whether this system forks safely after imports."""
        return sys.platform == "linux"

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def _runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Begin to import."""
        log = self.layout.log / "nursery.log"
        rotate(log)
        self._close_pipes()
        self._heard, self._is_ready, self._born = b"", False, []
        self.started_at = time.time()
        terminal = os.dup(1)
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "deploy.local.nursery", str(terminal), *self.modules],
                pass_fds=(terminal,),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=dict(self.env),
                cwd=str(ROOT),
                start_new_session=True,
                preexec_fn=die_with_parent(STOP_SIGNAL),
            )
        os.close(terminal)
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)

    async def ready(self) -> None:
        """Wait until everything is imported; start again if it was killed. Raises `CannotStart`."""
        if not self._runs:
            self.start()
        until = time.monotonic() + READY_WITHIN_SECONDS
        while not self._is_ready:
            self._listen()
            if not self._runs or time.monotonic() > until:
                log = self.layout.log / "nursery.log"
                end = "\n".join(f"    {line}" for line in log.read_text(errors="replace").splitlines()[-20:])
                raise CannotStart(f"The programs cannot be imported. The end of {log}:\n{end}")
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def fork(self, order: Mapping[str, Any]) -> Fork:
        """Give birth to a process that runs `module.main()`; call it after `ready`. It answers within milliseconds."""
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise CannotStart("The nursery has ended.") from error
        until = time.monotonic() + BORN_WITHIN_SECONDS
        while not self._born:
            self._listen()
            if not self._runs or time.monotonic() > until:
                raise CannotStart("The nursery gave no birth.")
            time.sleep(0.001)
        return Fork(self, self._born.pop(0))

    def exit_code(self, pid: int) -> int | None:
        """The exit code of a fork once it has ended."""
        self._listen()
        if pid not in self._died and not self._runs and _has_ended(pid):
            self._died[pid] = -STOP_SIGNAL  # How it ended nobody heard: the nursery was gone.
        return self._died.get(pid)

    async def stop(self) -> None:
        """End it; what it forked has ended before."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.kill()
        while self._process.poll() is None:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        self._close_pipes()

    def _close_pipes(self) -> None:
        if self._process is None:
            return
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _listen(self) -> None:
        if self._process is None or self._process.stdout is None or self._process.stdout.closed:
            return
        try:
            heard = os.read(self._process.stdout.fileno(), 1 << 16)
        except BlockingIOError:
            return
        *lines, self._heard = (self._heard + heard).split(b"\n")
        for line in lines:
            self._learn(json.loads(line))

    def _learn(self, fact: dict[str, Any]) -> None:
        if "born" in fact:
            self._born.append(fact["born"])
        elif "died" in fact:
            self._died[fact["died"]] = fact["code"]
        else:
            self._is_ready = True


def _has_ended(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return True
