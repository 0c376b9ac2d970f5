"""Catalog's migrations build exactly the tables in code, and go all the way down and up again."""

import asyncio
import re

import asyncpg
import pytest

from services.catalog.domain.suppliers import DocumentKind
from services.catalog.usecases.desk import Desk
from shared.db import migrate
from tests.build.catalog import admitted, on_sale
from tests.build.own_set import own_set
from tests.integration.catalog.conftest import Kept

SCRIPTS, APP = "services/catalog/migrations", "catalog_app"


class TestMigrations:
    async def test_every_kind_of_document_is_one_that_the_table_holds(self, kept: Kept) -> None:
        check = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'supplier_documents_kind_check'"
        held = set(re.findall(r"'([a-z_]+)'", str(await kept.value(check))))
        assert held == {kind.value for kind in DocumentKind}

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
            "UPDATE listing_versions SET price_fen = 1",
            "DELETE FROM listing_versions",
            "UPDATE filing_reviews SET reason = 'x'",
            "DELETE FROM filing_reviews",
            "UPDATE supports SET amount_fen = 1",
            "DELETE FROM supports",
            "DELETE FROM recognitions",
            "UPDATE expiry_notices SET days = 0",
            "DELETE FROM expiry_notices",
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
