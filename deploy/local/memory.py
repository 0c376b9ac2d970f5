"""What the whole weighs is told by process: memory that several share is divided among them (PSS) where Linux tells."""

from collections.abc import Iterable

import psutil

from deploy.local.record import Entry


def bytes_of(entry: Entry) -> int:
    """Weigh a process and all that it started; 0 when it has ended."""
    process = entry.process()
    if process is None:
        return 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0
    return sum(map(_weigh, family))


def _weigh(process: psutil.Process) -> int:
    try:
        weight = process.memory_full_info()
        return int(getattr(weight, "pss", 0) or weight.rss)
    except psutil.AccessDenied:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def table(entries: Iterable[Entry]) -> tuple[list[tuple[Entry, int]], int]:
    """Weigh each, and all together, in bytes."""
    weights = [(entry, bytes_of(entry)) for entry in entries]
    return weights, sum(weight for _, weight in weights)


def megabytes(weight: int) -> str:
    """Write bytes as people read them."""
    return f"{weight / 1024 / 1024:.0f} MB"
