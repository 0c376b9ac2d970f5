"""The pool of single statements hands its connections on, and never again one that broke or was left halfway."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from shared.db.engine import make_hot_pool
from shared.db.hot_pool import HotPool

MINE = "SELECT pg_backend_pid() AS pid"


@pytest.fixture
async def pool(plumbing_url: str) -> AsyncIterator[HotPool]:
    pool = await make_hot_pool(plumbing_url, program="pool", connections_max=2)
    yield pool
    await pool.close()


class TestHotPool:
    async def test_runs_more_statements_at_once_than_it_has_connections(self, pool: HotPool) -> None:
        rows = await asyncio.gather(*(pool.fetch("SELECT $1::int AS n, pg_backend_pid() AS pid", n) for n in range(40)))
        assert [row[0]["n"] for row in rows] == list(range(40))
        assert len({row[0]["pid"] for row in rows}) <= 2

    async def test_keeps_a_connection_whose_statement_was_refused(self, pool: HotPool) -> None:
        before = (await pool.fetch(MINE))[0]["pid"]
        with pytest.raises(asyncpg.DivisionByZeroError):
            await pool.fetch("SELECT 1 / 0")
        assert (await pool.fetch(MINE))[0]["pid"] == before

    async def test_goes_on_after_its_connections_were_lost(self, pool: HotPool) -> None:
        pids = {row[0]["pid"] for row in await asyncio.gather(pool.fetch(MINE), pool.fetch(MINE))}
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await pool.fetch("SELECT pg_terminate_backend(pg_backend_pid())")
        again = await asyncio.gather(*(pool.fetch(MINE) for _ in range(6)))
        assert len({row[0]["pid"] for row in again} - pids) >= 1

    async def test_a_statement_given_up_leaves_room_for_others(self, pool: HotPool) -> None:
        slow = [asyncio.create_task(pool.fetch("SELECT pg_sleep(5)")) for _ in range(2)]
        waiting = [asyncio.create_task(pool.fetch(MINE)) for _ in range(2)]
        await asyncio.sleep(0.1)
        waiting[0].cancel()
        for one in slow:
            one.cancel()
        async with asyncio.timeout(3):
            assert (await waiting[1])[0]["pid"] > 0
            assert (await pool.fetch(MINE))[0]["pid"] > 0

    async def test_refuses_once_it_is_closed(self, pool: HotPool) -> None:
        await pool.close()
        with pytest.raises(asyncpg.InterfaceError):
            await pool.fetch(MINE)

    async def test_an_address_where_nobody_answers_shows_at_once(self) -> None:
        with pytest.raises(OSError, match="1"):
            await make_hot_pool("postgresql://nobody@127.0.0.1:1/none", program="pool")
