"""Catalog's migrations build exactly the tables in code, and go all the way down and up again."""

import asyncio

import asyncpg
import pytest

from services.catalog.usecases.desk import Desk
from shared.db import migrate
from tests.build.catalog import admitted, on_sale
from tests.build.own_set import own_set
from tests.integration.catalog.conftest import Kept

SCRIPTS, APP = "services/catalog/migrations", "catalog_app"


class TestMigrations:
    async def test_go_down_and_up_and_match_the_code(self, env: dict[str, str]) -> None:
        url = (await own_set(env, "migrations"))["CATALOG_OWNER_DATABASE_URL"]
        await asyncio.to_thread(migrate.check, SCRIPTS, url, APP)
        await asyncio.to_thread(migrate.downgrade, SCRIPTS, url, APP, "base")
        connection = await asyncpg.connect(url)
        left = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        await connection.close()
        assert [row["tablename"] for row in left] == ["alembic_version"]
        await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP)
        await asyncio.to_thread(migrate.check, SCRIPTS, url, APP)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE supplier_reviews SET reason = 'x'",
            "DELETE FROM supplier_reviews",
            "TRUNCATE supplier_reviews",
            "UPDATE listing_reviews SET reason = 'x'",
            "DELETE FROM listing_reviews",
            "TRUNCATE listing_reviews",
        ],
    )
    async def test_the_program_cannot_change_a_decision(
        self, env: dict[str, str], desk: Desk, kept: Kept, statement: str
    ) -> None:
        await on_sale(desk, await admitted(desk))
        connection = await asyncpg.connect(env["CATALOG_DATABASE_URL"])
        async with kept.unchanged():
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        await connection.close()
