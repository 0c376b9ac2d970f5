"""A commit is answered when it is on disk, unless a program says that it need not be."""

import pytest
import sqlalchemy as sa

from shared.clock import SystemClock
from shared.db.engine import make_engine, make_hot_pool
from shared.db.unit_of_work import UnitOfWork

SHOW = "SELECT current_setting('synchronous_commit') AS waits"


@pytest.mark.parametrize(
    ("asked", "waits"), [({}, "on"), ({"commits_wait": True}, "on"), ({"commits_wait": False}, "off")]
)
async def test_wait_for_the_disk_on_both_pools(plumbing_url: str, asked: dict[str, bool], waits: str) -> None:
    engine = make_engine(plumbing_url, program="commits", **asked)
    pool = await make_hot_pool(plumbing_url, program="commits", **asked)  # type: ignore[arg-type]
    uow = UnitOfWork(engine, source="commits", clock=SystemClock(), hot_pool=pool)
    try:
        async with uow.glance() as tx:
            assert await tx.value(sa.text(SHOW)) == waits
        assert (await uow.statement(SHOW))[0]["waits"] == waits
    finally:
        await pool.close()
        await engine.dispose()
