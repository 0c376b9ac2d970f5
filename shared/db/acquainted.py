"""A new connection knows PostgreSQL's own types, so that its first statements do not wait to be told."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import asyncpg

OWN_TYPES_BEGIN = 16_384
"""Below this number a type is PostgreSQL's own, and the same in every database."""


class _Known(NamedTuple):
    """Stands for the statement that would have asked; nothing was, so the caller need not prepare anew."""

    name: str = "known"


class AcquaintedConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that does not ask anew what PostgreSQL's own array types are.

    asyncpg asks on each connection, by a query that takes 15 to 45 ms to plan, when it first meets uuid[] or bigint[].
    """

    _BUILT_IN: dict[frozenset[int], Any] = {}

    async def _introspect_types(self, typeoids: Iterable[int], timeout: float) -> tuple[Any, Any]:
        asked = frozenset(typeoids)
        if asked in self._BUILT_IN:
            return self._BUILT_IN[asked], _Known()
        types, statement = await super()._introspect_types(asked, timeout)
        if max(asked) < OWN_TYPES_BEGIN:
            self._BUILT_IN[asked] = types
        return types, statement
