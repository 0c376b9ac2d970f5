"""What the whole weighs is told by process: memory that several share is divided among them (PSS) where Linux tells."""

from collections.abc import Iterable

import psutil

from deploy.local.record import Entry


def table(entries: Iterable[Entry]) -> tuple[list[tuple[Entry, int]], int]:
    """Weigh each with all that it started and that is no entry of its own, and all together, in bytes."""
    entries = list(entries)
    known = {entry.pid for entry in entries}
    weights = [(entry, _with_family(process, known) if (process := entry.process()) else 0) for entry in entries]
    return weights, sum(weight for _, weight in weights)


def _with_family(process: psutil.Process, known: set[int]) -> int:
    try:
        children = [child for child in process.children() if child.pid not in known]
    except psutil.Error:
        children = []
    return _weigh(process) + sum(_with_family(child, known) for child in children)


def _weigh(process: psutil.Process) -> int:
    try:
        weight = process.memory_full_info()
        return int(getattr(weight, "pss", 0) or weight.rss)
    except psutil.AccessDenied:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def megabytes(weight: int) -> str:
    """Write bytes as people read them."""
    return f"{weight / 1024 / 1024:.0f} MB"
