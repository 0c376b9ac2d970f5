"""A first start shows something: where the databases are empty the demo is loaded, before any program runs."""

from collections.abc import Mapping

import asyncpg


async def is_first_start(settings: Mapping[str, str]) -> bool:
    """Say whether nobody has an account yet."""
    connection = await asyncpg.connect(settings["GATEWAY_OWNER_DATABASE_URL"], timeout=20)
    try:
        return not await connection.fetchval("SELECT EXISTS (SELECT FROM accounts)")
    finally:
        await connection.close()


def is_wanted(given: Mapping[str, str]) -> bool:
    """Say whether the demo was not declined by `DEMO=0`."""
    return given.get("DEMO", "1") not in ("0", "no", "false")
