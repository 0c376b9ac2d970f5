"""Order's migrations build exactly the tables in code, keep what was there, and go all the way down and up again."""

import asyncio
import json

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from services.order.store.all_tables import metadata
from shared.db import migrate
from tests.build.checks import differing_checks
from tests.build.own_set import own_set

SCRIPTS, APP = "services/order/migrations", "order_app"
WHO_ACTED = {"order_steps_acted_as_check", "stock_changes_acted_as_check"}
A_LISTING = """
INSERT INTO listings (listing_id, version, on_sale, supplier_id, supplier_name, supplier_kind, name, category, measure,
  unit_name, unit_quantity, price_fen, minimum_quantity, step_quantity, origin_county_code)
VALUES (gen_random_uuid(), 3, true, gen_random_uuid(), '云阳基地', 'disabled_base', '茶陵生姜', 'vegetables', 'weight',
  '斤', 500, 650, 5000, 500, '430224')"""

A_COUNT = """
INSERT INTO stock_changes (listing_id, at, account_id, before, after, reason)
SELECT listing_id, '2026-03-01 10:00Z', supplier_id, $1, $2, '盘点' FROM stock"""
COUNTED = """
INSERT INTO stock (listing_id, supplier_id, on_hand) VALUES (gen_random_uuid(), gen_random_uuid(), 900);
INSERT INTO stock_changes (listing_id, at, account_id, before, after, reason)
SELECT listing_id, CAST(at AS timestamptz), supplier_id, 1000, 900, '盘点'
FROM stock, (VALUES ('2026-02-01 10:00Z'), ('2026-03-01 10:00Z')) AS moments (at);
INSERT INTO stock_imports (id, name, media_type, encoding, separator, sheet, sha256, size_bytes, object_key, state,
  rows, read, problems, notes, put_by, put_at, accepted_by, accepted_at, supplier_id, accepted_as, accepted_name)
SELECT gen_random_uuid(), '盘点.csv', 'text/csv', 'utf-8', ',', '', '', 1, 'a', 'accepted', 1, 1, '[]', '[]',
  supplier_id, '2026-03-01 09:00Z', supplier_id, '2026-03-01 09:30Z', supplier_id, 'supplier', '云阳基地' FROM stock;
INSERT INTO stock_import_rows (import_id, row, state, given, errors, notes, listing_id)
SELECT i.id, 2, 'done', '{"on_hand": 1000, "counted": 900, "reason": "盘点"}', '[]', '[]', s.listing_id
FROM stock_imports i, stock s"""
OF_BEFORE = """
INSERT INTO requisitions (requisition_id, basket_id, canteen_id, unit_id, fund, wanted_on, state, requested_by,
  requested_by_name, requested_at, amount_fen)
VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'canteen', '2026-03-05', 'placed',
  gen_random_uuid(), '王采购', '2026-03-02Z', 13000);
INSERT INTO orders (order_id, requisition_id, canteen_id, unit_id, supplier_id, supplier_name, supplier_kind, fund,
  state, version, wanted_on, placed_at, placed_by, placed_by_name, ordered_fen)
SELECT gen_random_uuid(), requisition_id, canteen_id, unit_id, gen_random_uuid(), '云阳基地', 'disabled_base', fund,
  one.state, 1, wanted_on, requested_at, requested_by, requested_by_name, amount_fen
FROM requisitions, (VALUES ('placed'), ('confirmed')) AS one (state);
INSERT INTO payments (payment_id, order_id, method, state, amount_fen, registered_at, registered_by, touched_at,
  card_token, intent_id, authorised_fen)
SELECT gen_random_uuid(), order_id, 'card', one.state, 13000, placed_at, placed_by, placed_at, 'pm_1', one.state, 13000
FROM orders, (VALUES ('authorised'), ('failed')) AS one (state) WHERE orders.state = 'confirmed'"""
WAITING = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"""


class TestMigrations:
    async def test_go_down_and_up_and_match_the_code(self, env: dict[str, str]) -> None:
        url = (await own_set(env, "migrations"))["ORDER_OWNER_DATABASE_URL"]
        await asyncio.to_thread(migrate.check, SCRIPTS, url, APP)
        assert await differing_checks(url, metadata) == set()
        await asyncio.to_thread(migrate.downgrade, SCRIPTS, url, APP, "base")
        connection = await asyncpg.connect(url)
        left = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert [row["tablename"] for row in left] == ["alembic_version"]
        await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP, "0001")
        await connection.execute(A_LISTING)
        await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP)
        await asyncio.to_thread(migrate.check, SCRIPTS, url, APP)
        (kept,) = await connection.fetch("SELECT version, terms FROM listing_terms")
        assert (kept["version"], json.loads(kept["terms"])["price_fen"]) == (3, 650)
        assert json.loads(kept["terms"]) | {"price_tiers": []} == json.loads(kept["terms"])
        await connection.close()

    async def test_prove_rows_of_before_while_others_write(self, env: dict[str, str]) -> None:
        url = (await own_set(env, "proof"))["ORDER_OWNER_DATABASE_URL"]
        await asyncio.to_thread(migrate.downgrade, SCRIPTS, url, APP, "0004")
        connection = await asyncpg.connect(url)
        await connection.execute("CREATE TABLE stock_imports (in_the_way integer)")
        with pytest.raises(ProgrammingError, match="stock_imports"):
            await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP)
        assert await connection.fetchval("SELECT version_num FROM alembic_version") == "0005"
        assert set(await unproven(connection)) >= WHO_ACTED
        await connection.execute("DROP TABLE stock_imports")
        await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP, "0006")
        async with connection.transaction():
            await connection.execute("LOCK TABLE order_steps, stock_changes IN ROW EXCLUSIVE MODE")
            await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP, "0007")
        assert not WHO_ACTED & set(await unproven(connection))
        await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP)
        assert await unproven(connection) == []
        await connection.close()

    async def test_find_the_rows_of_counts_of_before_while_others_count(self, env: dict[str, str]) -> None:
        url = (await own_set(env, "counts"))["ORDER_OWNER_DATABASE_URL"]
        await asyncio.to_thread(migrate.downgrade, SCRIPTS, url, APP, "0009")
        connection, counting = await asyncpg.connect(url), await asyncpg.connect(url)
        await connection.execute(COUNTED)
        await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP, "0012")
        (by_hand, by_sheet) = [row["id"] for row in await connection.fetch("SELECT id FROM stock_changes ORDER BY id")]
        async with connection.transaction():
            await connection.execute("SELECT FROM stock_changes WHERE id = $1 FOR UPDATE", by_sheet)
            upgrading = asyncio.create_task(asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP))
            while not upgrading.done() and not await counting.fetchval(WAITING):
                await asyncio.sleep(0.01)
            assert not upgrading.done()
            await counting.execute("SET lock_timeout = '1s'")
            await counting.execute(A_COUNT, 900, 800)
        await upgrading
        rows = await connection.fetch("SELECT id, import_row FROM stock_changes WHERE import_id IS NOT NULL")
        assert [tuple(row) for row in rows] == [(by_sheet, 2)]
        assert by_hand < by_sheet
        await connection.close()
        await counting.close()

    async def test_give_sellers_of_before_their_days_and_look_after_holds_of_before(self, env: dict[str, str]) -> None:
        url = (await own_set(env, "silence"))["ORDER_OWNER_DATABASE_URL"]
        await asyncio.to_thread(migrate.downgrade, SCRIPTS, url, APP, "0037")
        connection = await asyncpg.connect(url)
        await connection.execute(OF_BEFORE)
        await asyncio.to_thread(migrate.upgrade, SCRIPTS, url, APP)
        asked = await connection.fetch("SELECT state FROM orders WHERE answer_from > now() - interval '1 hour'")
        kept = await connection.fetch("SELECT state FROM payments WHERE renew_at <= now()")
        assert [[row["state"] for row in rows] for rows in (asked, kept)] == [["placed"], ["authorised"]]
        await connection.close()

    async def test_a_check_that_no_migration_made_is_found(self, env: dict[str, str]) -> None:
        url = (await own_set(env, "checks"))["ORDER_OWNER_DATABASE_URL"]
        coded = sa.MetaData()
        refunds = metadata.tables["refunds"].to_metadata(coded)
        metadata.tables["payments"].to_metadata(coded)
        metadata.tables["orders"].to_metadata(coded)
        metadata.tables["requisitions"].to_metadata(coded)
        refunds.append_constraint(sa.CheckConstraint("amount_fen < 100", name="refunds_little_check"))
        assert await differing_checks(url, coded) == {("refunds", "refunds_little_check", "CHECK ((amount_fen < 100))")}


async def unproven(connection: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    """Name the constraints that old rows were not held against."""
    rows = await connection.fetch("SELECT conname FROM pg_constraint WHERE NOT convalidated ORDER BY 1")
    return [row["conname"] for row in rows]
