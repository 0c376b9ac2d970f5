"""The CHECKs of a migrated database can be held beside those of the tables in code, which Alembic does not compare."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

CODED = "as_coded"
_CHECKS = sa.text(
    "SELECT conrelid::regclass::text AS of, conname, pg_get_constraintdef(oid) AS wants FROM pg_constraint"
    " WHERE contype = 'c' AND connamespace = CAST(:schema AS regnamespace)"
)


async def differing_checks(url: str, metadata: sa.MetaData) -> set[tuple[str, str, str]]:
    """Give (table, name, what it wants) of each CHECK that only one of the two has: the migrated database, the code.

    The tables are made as the code has them in a schema of their own, and rolled back.
    """
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(sa.schema.CreateSchema(CODED))
        coded = await connection.execution_options(schema_translate_map={None: CODED})
        await coded.run_sync(metadata.create_all)
        migrated, made = [
            {(row.of.removeprefix(f"{CODED}."), row.conname, row.wants) for row in await _read(connection, schema)}
            for schema in ("public", CODED)
        ]
        await connection.rollback()
    await engine.dispose()
    tables = set(metadata.tables)
    return {one for one in migrated ^ made if one[0] in tables}


async def _read(connection: AsyncConnection, schema: str) -> Sequence[sa.Row[Any]]:
    return (await connection.execute(_CHECKS, {"schema": schema})).all()
