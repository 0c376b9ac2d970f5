"""Tables of open data are read by few at once, so that whoever reads slowly leaves the connections to everybody else.

An answer that streams holds one of the gateway's connections to its service until its reader has taken it. A page of a
table (`limit`) is short and has more places than a table without end; both together hold less than half of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl

from gateway.usecases.refusals import DownloadsFull

TABLES_MAX = 4
PAGES_MAX = 16
RETRY_AFTER_SECONDS = 30
BOUNDED = frozenset({"get_supply_data"})


class Downloads:
    """Counts what is being read of open data."""

    def __init__(self) -> None:
        self._under_way = {TABLES_MAX: 0, PAGES_MAX: 0}

    @contextmanager
    def place_for(self, operation: str, query: bytes) -> Iterator[None]:
        """Keep a place as long as the block lasts. Raises DownloadsFull."""
        if operation not in BOUNDED:
            yield
            return
        most = PAGES_MAX if any(name == "limit" for name, _ in parse_qsl(query.decode("latin-1"))) else TABLES_MAX
        if self._under_way[most] >= most:
            raise DownloadsFull(at_once_max=most, retry_after_seconds=RETRY_AFTER_SECONDS)
        self._under_way[most] += 1
        try:
            yield
        finally:
            self._under_way[most] -= 1
