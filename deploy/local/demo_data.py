"""A first start shows something: where the databases are empty the demo is loaded, before any program runs."""

from collections.abc import Mapping

import asyncpg

from deploy.local.programs import run_command


async def is_wanted(given: Mapping[str, str], settings: Mapping[str, str]) -> bool:
    """Say whether to load it: nobody has an account yet, and `DEMO=0` was not asked for."""
    if given.get("DEMO", "1") in ("0", "no", "false"):
        return False
    connection = await asyncpg.connect(settings["GATEWAY_OWNER_DATABASE_URL"], timeout=20)
    try:
        return not await connection.fetchval("SELECT EXISTS (SELECT FROM accounts)")
    finally:
        await connection.close()


async def load(settings: Mapping[str, str]) -> None:
    """Load the demo with its progress shown."""
    await run_command("demo", settings=settings)


async def sign_ins(settings: Mapping[str, str]) -> str:
    """Ask for the lines that name one demo account a role; empty where there is no demo."""
    return (await run_command("sign-ins", settings=settings, quiet=True)).rstrip()
