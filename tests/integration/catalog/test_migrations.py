"""Catalog's migrations build exactly the tables in code, and go all the way down and up again."""

import asyncio
import re
from uuid import UUID

import asyncpg
import pytest
from structlog.testing import capture_logs

from services.catalog.domain.suppliers import DocumentKind
from services.catalog.store.all_tables import metadata
from services.catalog.usecases.desk import Desk
from shared.db import migrate
from tests.build.catalog import admitted, on_sale
from tests.build.checks import differing_checks
from tests.build.own_set import own_set
from tests.integration.catalog.conftest import Kept

SCRIPTS, APP = "services/catalog/migrations", "catalog_app"
FLAGS = """
ALTER TABLE flags DROP CONSTRAINT flags_supplier_id_fkey;  -- whose they are does not matter here
INSERT INTO flags (flag_id, version, kind, state, supplier_id, item_code, year, reason, evidence, raised_at, changed_at)
SELECT CAST(lpad(flag, 32, '0') AS uuid), 1, 'capacity', 'open', CAST(lpad(supplier, 32, '0') AS uuid), 'ginger', 2026,
       '', '{}', moment, moment
  FROM (VALUES ('1', '1', date '2026-03-01'), ('2', '1', '2026-03-02'), ('3', '2', '2026-03-02')) AS one
       (flag, supplier, moment);
INSERT INTO flag_lots (flag_id, acceptance_id, line_id)
SELECT flag_id, gen_random_uuid(), gen_random_uuid() FROM flags WHERE supplier_id = CAST(lpad('1', 32, '0') AS uuid);
INSERT INTO flag_steps (step_id, flag_id, flag_version, step, text, document_ids, evidence, by_name, at)
SELECT gen_random_uuid(), flag_id, 1, 'raise', '', '{}', '{}', '', now() FROM flag_lots;"""

PRICES = """
INSERT INTO price_imports (id, name, media_type, encoding, separator, sheet, sha256, size_bytes, object_key, state,
       rows, read, problems, notes, put_by, put_at, unit_path, source, demo,
       refused_by, refused_name, refused_at, refused_because)
SELECT CAST(lpad(one, 32, '0') AS uuid), 'a.csv', 'text/csv', '', '', '', '', 1, one, state,
       1, 1, '[]', '[]', gen_random_uuid(), now(), '/430000/', '周报', false, by, name, moment, because
  FROM (VALUES ('1', 'checked', CAST(NULL AS uuid), CAST(NULL AS text), CAST(NULL AS timestamptz), CAST(NULL AS text)),
               ('2', 'refused', gen_random_uuid(), '李科长', now(), '文件错误')) AS two
       (one, state, by, name, moment, because)"""


class TestMigrations:
    async def test_every_kind_of_document_is_one_that_the_table_holds(self, kept: Kept) -> None:
        check = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'supplier_documents_kind_check'"
        held = set(re.findall(r"'([a-z_]+)'", str(await kept.value(check))))
        assert held == {kind.value for kind in DocumentKind}

    async def test_go_down_and_up_and_match_the_code(self, env: dict[str, str]) -> None:
        url = (await own_set(env, "migrations"))["CATALOG_OWNER_DATABASE_URL"]
        await asyncio.to_thread(migrate.check, SCRIPTS, url, APP)
        assert await differing_checks(url, metadata) == set()
        await asyncio.to_thread(migrate.downgrade, SCRIPTS, url, APP, "base")
        connection = await asyncpg.connect(url)
        left = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        await connection.close()
        assert [row["tablename"] for row in left] == ["alembic_version"]
        await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP)
        await asyncio.to_thread(migrate.check, SCRIPTS, url, APP)

    async def test_going_back_tells_which_further_flags_it_drops(self, env: dict[str, str]) -> None:
        url = (await own_set(env, "back"))["CATALOG_OWNER_DATABASE_URL"]
        connection = await asyncpg.connect(url)
        await connection.execute(FLAGS)
        with capture_logs() as told:
            await asyncio.to_thread(migrate.downgrade, SCRIPTS, url, APP, "0026")
        assert [one["flag_id"] for one in told] == [str(UUID(int=2))]
        for table, left in (("flags", [1, 3]), ("flag_lots", [1]), ("flag_steps", [1])):
            rows = await connection.fetch(f"SELECT flag_id FROM {table} ORDER BY 1")  # noqa: S608 - our own names
            assert [row["flag_id"].int for row in rows] == left
        await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP)
        await connection.close()

    async def test_going_back_ends_what_was_refused_and_tells_which(self, env: dict[str, str]) -> None:
        url = (await own_set(env, "refused"))["CATALOG_OWNER_DATABASE_URL"]
        connection = await asyncpg.connect(url)
        await connection.execute(PRICES)
        for change in ("state = 'checked'", "refused_because = NULL"):
            with pytest.raises(asyncpg.CheckViolationError):
                await connection.execute(f"UPDATE price_imports SET {change} WHERE state = 'refused'")  # noqa: S608
        with capture_logs() as told:
            await asyncio.to_thread(migrate.downgrade, SCRIPTS, url, APP, "0027")
        assert [(one["import_id"], one["reason"]) for one in told] == [(str(UUID(int=2)), "文件错误")]
        states = await connection.fetch("SELECT state FROM price_imports ORDER BY id")
        assert [row["state"] for row in states] == ["checked", "unreadable"]
        await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP)
        await connection.close()

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
