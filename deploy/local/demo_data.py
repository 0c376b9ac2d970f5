"""A first start shows something: where the databases are empty the demo is loaded, before any program runs."""

from collections.abc import Mapping

import asyncpg


async def is_wanted(given: Mapping[str, str], settings: Mapping[str, str]) -> bool:
    """Say whether to load it: nobody has an account yet, and `DEMO=0` was not asked for."""
    if given.get("DEMO", "1") in ("0", "no", "false"):
        return False
    connection = await asyncpg.connect(settings["GATEWAY_OWNER_DATABASE_URL"], timeout=20)
    try:
        return not await connection.fetchval("SELECT EXISTS (SELECT FROM accounts)")
    finally:
        await connection.close()
