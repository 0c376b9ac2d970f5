"""A database is empty again for the next test: rows are deleted where there are any.

Decision: no table is truncated. Why: most are empty anyhow, and PostgreSQL makes new files for each that it truncates:
of fifty tables a hundred times the work of deleting what one test wrote. Price: a superuser, past triggers and keys.
"""

from collections.abc import Sequence

import asyncpg


class Emptied:
    """Empties a database, on a connection of its own."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", tables: Sequence[str]) -> None:
        self._connection = connection
        self._hold = f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE"
        self._full = " UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in tables)  # noqa: S608

    @classmethod
    async def open(cls, admin_url: str, database_url: str, tables: Sequence[str]) -> "Emptied":
        """Connect to the database as the server's superuser."""
        connection = await asyncpg.connect(f"{admin_url.rpartition('/')[0]}/{database_url.rpartition('/')[2]}")
        await connection.execute("SET session_replication_role = replica")
        return cls(connection, tables)

    async def close(self) -> None:
        await self._connection.close()

    async def __call__(self) -> None:
        """Wait for whoever still writes, and delete what there is."""
        async with self._connection.transaction():
            await self._connection.execute(self._hold)
            full = [row[0] for row in await self._connection.fetch(self._full)]
            if full:
                await self._connection.execute("; ".join(f"DELETE FROM {name}" for name in full))  # noqa: S608
