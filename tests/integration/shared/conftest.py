"""A database that holds the plumbing and nothing else."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from shared.clock import SettableClock
from shared.db.engine import make_engine, make_hot_pool
from shared.db.plumbing import Plumbing
from shared.db.unit_of_work import UnitOfWork

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
async def plumbing_url(env: dict[str, str]) -> str:
    name = f"plumbing_{env['WORKER']}"
    admin = await asyncpg.connect(env["POSTGRES_URL"])
    await admin.execute(f'CREATE DATABASE "{name}"')
    await admin.close()
    url = make_url(env["POSTGRES_URL"]).set(database=name).render_as_string(hide_password=False)
    engine = make_engine(url, program="plumbing")
    async with engine.begin() as connection:
        await connection.run_sync(Plumbing.metadata.create_all)
    await engine.dispose()
    return url


@pytest.fixture
async def uow(plumbing_url: str) -> AsyncIterator[UnitOfWork]:
    engine = make_engine(plumbing_url, program="plumbing")
    pool = await make_hot_pool(plumbing_url, program="plumbing", connections_max=2)
    async with engine.begin() as connection:
        await connection.execute(sa.text("TRUNCATE outbox, inbox, parked"))
    yield UnitOfWork(engine, source="order", clock=SettableClock(NOW), hot_pool=pool)
    await pool.close()
    await engine.dispose()
