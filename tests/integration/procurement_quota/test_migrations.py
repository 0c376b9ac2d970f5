"""The ledger's migrations build exactly the tables in code, go all the way down and up, and guard what only grows."""

import asyncio

import asyncpg
import pytest

from services.procurement_quota.store.tables import APPEND_ONLY, metadata
from shared.db import migrate
from tests.build.checks import differing_checks
from tests.build.own_set import own_set

SCRIPTS, APP = "services/procurement_quota/migrations", "procurement_quota_app"


class TestMigrations:
    async def test_go_down_and_up_and_match_the_code(self, env: dict[str, str]) -> None:
        own = await own_set(env, "ledgermigrations")
        url = own["PROCUREMENT_QUOTA_OWNER_DATABASE_URL"]
        await asyncio.to_thread(migrate.check, SCRIPTS, url, APP)
        assert await differing_checks(url, metadata) == set()
        await asyncio.to_thread(migrate.downgrade, SCRIPTS, url, APP, "base")
        connection = await asyncpg.connect(url)
        left = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        await connection.close()
        assert [row["tablename"] for row in left] == ["alembic_version"]
        await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP)
        await asyncio.to_thread(migrate.check, SCRIPTS, url, APP)
        owner = await asyncpg.connect(url)
        app = await asyncpg.connect(own["PROCUREMENT_QUOTA_DATABASE_URL"])
        try:
            may = "SELECT verb FROM unnest($2::text[]) AS verb WHERE has_table_privilege($1, verb)"
            for table in APPEND_ONLY:
                assert await app.fetch(may, table, ["UPDATE", "DELETE", "TRUNCATE"]) == [], table
                for connection in (app, owner):
                    with pytest.raises(asyncpg.PostgresError):
                        await connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a table of our own
        finally:
            await app.close()
            await owner.close()
