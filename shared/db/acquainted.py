"""A new connection knows PostgreSQL's own types, so that its first statements do not wait to be told."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import asyncpg

OWN_TYPES_BEGIN = 16_384
"""Below this number a type is PostgreSQL's own, and the same in every database."""
ARRAYS = (199, 1000, 1001, 1005, 1007, 1009, 1015, 1016, 1115, 1182, 1185, 1231, 2951, 3807)
"""Arrays of json, bool, bytea, int2, int4, text, varchar, int8, timestamp, date, timestamptz, numeric, uuid, jsonb."""


class _Known(NamedTuple):
    """Stands for the statement that would have asked; nothing was, so the caller need not prepare anew."""

    name: str = "known"


class AcquaintedConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that does not ask anew what PostgreSQL's own array types are.

    asyncpg asks on each connection, by a query that takes 15 to 45 ms to plan, whenever it first meets uuid[], bigint[]
    and so on; here the first to ask in a process asks for all of them, and the others are told.
    """

    _TOLD: dict[frozenset[int], Any] = {}

    async def _introspect_types(self, typeoids: Iterable[int], timeout: float) -> tuple[Any, Any]:
        wanted = frozenset(typeoids)
        asked = frozenset(ARRAYS) if wanted <= frozenset(ARRAYS) else wanted
        if asked in self._TOLD:
            return self._TOLD[asked], _Known()
        types, statement = await super()._introspect_types(asked, timeout)
        if max(asked) < OWN_TYPES_BEGIN:
            self._TOLD[asked] = types
        return types, statement
