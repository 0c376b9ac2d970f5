"""Who is running is written down with start times, so that a reused process id is never taken for ours.

One start at a time: the supervisor holds a lock on `var/lock`, which the kernel lets go of however it dies.
"""

import contextlib
import fcntl
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil

from deploy.local.child import kill_group
from deploy.local.layout import Layout, write_private

START_TIME_SLACK_SECONDS = 2.0
SWEEP_SECONDS = 8.0


@dataclass
class Entry:
    """One process: who it is, and since when."""

    name: str
    pid: int
    started: float
    address: str = ""

    @classmethod
    def of(cls, name: str, pid: int, address: str = "") -> "Entry":
        """Write down a process that was just started; one that has ended already is nobody's."""
        try:
            started = psutil.Process(pid).create_time()
        except psutil.Error:
            started = 0.0
        return cls(name, pid, started, address)

    def process(self) -> psutil.Process | None:
        """Find the process, if it is still the same one and has not ended."""
        try:
            process = psutil.Process(self.pid)
            is_same = abs(process.create_time() - self.started) < START_TIME_SLACK_SECONDS
            return process if is_same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None


@dataclass
class Record:
    """The supervisor, what it started, and whether the whole is ready."""

    supervisor: Entry
    address: str
    is_ready: bool = False
    children: list[Entry] = field(default_factory=list)

    def keep(self, layout: Layout) -> None:
        """Write the record for `status`, `down` and the next start."""
        write_private(layout.record, json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def kept(cls, layout: Layout) -> "Record | None":
        """Read the record of the last start, alive or not; None when nothing was started or all was ended."""
        try:
            known: dict[str, Any] = json.loads(layout.record.read_text())
            return cls(
                Entry(**known["supervisor"]),
                known["address"],
                known["is_ready"],
                [Entry(**child) for child in known["children"]],
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def drop(self, layout: Layout) -> None:
        """Forget: everything has ended."""
        layout.record.unlink(missing_ok=True)


class RunningAlready(Exception):
    """Another supervisor holds this folder."""


@contextmanager
def sole(layout: Layout) -> Iterator[None]:
    """Hold the folder for as long as the block lasts, or raise `RunningAlready`."""
    descriptor = os.open(layout.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise RunningAlready from error
    try:
        yield
    finally:
        os.close(descriptor)


def is_held(layout: Layout) -> bool:
    """Say whether a supervisor holds this folder now."""
    try:
        with sole(layout):
            return False
    except RunningAlready:
        return True


def sweep(layout: Layout) -> list[str]:
    """End what a killed supervisor left behind, and name it. Call it while no other supervisor holds the folder."""
    record = Record.kept(layout)
    if record is None:
        return []
    left = [(child, process) for child in record.children if (process := child.process())]
    for child, process in left:
        with contextlib.suppress(psutil.Error):
            process.send_signal(signal.SIGINT if child.name == "postgres" else signal.SIGTERM)
    _, stubborn = psutil.wait_procs([process for _, process in left], timeout=SWEEP_SECONDS if left else 0)
    for process in stubborn:
        kill_group(process.pid)
    psutil.wait_procs(stubborn, timeout=5)
    record.drop(layout)
    return [child.name for child, _ in left]
