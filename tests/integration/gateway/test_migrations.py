"""The gateway's migrations build exactly the tables in code, and go all the way down and up again."""

import asyncio

import asyncpg

from gateway.store.all_tables import metadata
from shared.db import migrate
from shared.ids import new_id
from tests.build.checks import differing_checks
from tests.build.own_set import own_set

SCRIPTS, APP = "gateway/migrations", "gateway_app"


class TestMigrations:
    async def test_go_down_and_up_and_match_the_code(self, env: dict[str, str]) -> None:
        url = (await own_set(env, "doors"))["GATEWAY_OWNER_DATABASE_URL"]
        await asyncio.to_thread(migrate.check, SCRIPTS, url, APP)
        assert await differing_checks(url, metadata) == set()
        await asyncio.to_thread(migrate.downgrade, SCRIPTS, url, APP, "base")
        connection = await asyncpg.connect(url)
        left = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        await connection.close()
        assert [row["tablename"] for row in left] == ["alembic_version"]
        await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP)
        await asyncio.to_thread(migrate.check, SCRIPTS, url, APP)

    async def test_a_seat_of_a_role_that_was_not_known_before_goes_with_it(self, env: dict[str, str]) -> None:
        url = (await own_set(env, "roles"))["GATEWAY_OWNER_DATABASE_URL"]
        connection = await asyncpg.connect(url)
        account, supplier = new_id(), new_id()
        await connection.execute(
            "INSERT INTO accounts (id, account, name, password_hash, language, created_at)"
            " VALUES ($1, 'chen.hong', '陈小红', 'x', 'zh', now())",
            account,
        )
        for role in ("supplier", "seller", "packer", "helper"):
            await connection.execute(
                "INSERT INTO seats (account_id, role, organisation_id, organisation_kind, granted_at)"
                " VALUES ($1, $2, $3, 'supplier', now())",
                account,
                role,
                supplier,
            )
        await asyncio.to_thread(migrate.downgrade, SCRIPTS, url, APP, "0001")
        assert [row["role"] for row in await connection.fetch("SELECT role FROM seats")] == ["supplier"]
        await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP)
        await connection.close()
