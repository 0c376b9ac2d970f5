"""A program hears PostgreSQL's notices on a connection of its own, and knows whether it is hearing.

Notices are sent in a transaction (`pg_notify`) and come with its commit; what was said while nobody listened is lost,
so `on_hearing(True)` means: whatever you kept before is old.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

CHECK_SECONDS = 5.0


async def listen(
    engine: AsyncEngine, channel: str, on_notice: Callable[[str], None], on_hearing: Callable[[bool], None]
) -> None:
    """Listen until cancelled or the connection is lost, which raises ConnectionError; a worker starts it again."""
    lost = asyncio.Event()

    def heard(_: Any, __: int, ___: str, payload: str) -> None:
        on_notice(payload)

    def ended(_: Any) -> None:
        on_hearing(False)
        lost.set()

    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        driver: Any = (await connection.get_raw_connection()).driver_connection
        driver.add_termination_listener(ended)
        await driver.add_listener(channel, heard)
        on_hearing(True)
        try:
            while True:
                try:
                    async with asyncio.timeout(CHECK_SECONDS):
                        await lost.wait()
                except TimeoutError:
                    await driver.fetchval("SELECT 1", timeout=CHECK_SECONDS / 2)
                else:
                    raise ConnectionError("the connection that listens was lost")
        finally:
            on_hearing(False)
            driver.remove_termination_listener(ended)
            if driver.is_closed() or lost.is_set():
                await connection.invalidate()
            else:
                await driver.remove_listener(channel, heard)
