"""What a search reads stays bounded as the shelf grows tenfold: rows are counted, not time.

The shelf is a fiftieth of the one that is measured (tests/bench); the bounds of the ways, and the page, are a tenth.
"""

import statistics
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import asyncpg
import orjson
import pytest

from services.catalog.store import search, ways
from services.catalog.store.frequencies import Frequencies
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.search_listings import SearchListings, search_listings
from shared.app import Program
from shared.clock import SettableClock
from shared.db.unit_of_work import UnitOfWork
from tests.bench.search_bench import GROUPS, INDEX, Asked, let_count
from tests.bench.search_rows import SearchRows
from tests.build.plain_look import pages_apart
from tests.integration.catalog.conftest import NOW, TABLES

FEW, MANY = 2_000, 20_000
ASKED, COMPARED = 60, 15
GATHER_ROWS_MAX, WALK_COST_MAX, STRETCH_ROWS_MAX = 60, 150, 60


class Watched:
    """Runs the catalogue's statements, and counts the rows of goods that each reads."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow, self.clock = uow, uow.clock
        self.read = 0

    async def statement(self, sql: str, *parameters: Any) -> list[Any]:
        if "FROM on_sale" in sql:
            told = await self._uow.statement(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", *parameters)
            self.read += _rows_of(orjson.loads(told[0][0])[0]["Plan"])
        return await self._uow.statement(sql, *parameters)


def _rows_of(plan: dict[str, Any]) -> int:
    """Count the rows that a plan's looks at the table give and throw away."""
    looked = plan.get("Relation Name") == "on_sale"
    own = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    return (int(own * plan["Actual Loops"]) if looked else 0) + sum(_rows_of(one) for one in plan.get("Plans", ()))


@pytest.fixture(scope="module")
async def reads(opened_catalog: Program, env: dict[str, str], clock: SettableClock) -> AsyncIterator[dict[Any, Any]]:
    """How many rows each search reads, by the size of the shelf and by kind of search."""
    name = env["CATALOG_DATABASE_URL"].rpartition("/")[2]
    connection = await asyncpg.connect(f"{env['POSTGRES_URL'].rpartition('/')[0]}/{name}")
    clock.set(NOW)
    rows, found, before = SearchRows(), dict[Any, Any](), 0
    await connection.execute(f"TRUNCATE {TABLES}")
    await rows.prepare(connection)
    await let_count(connection, rows.key_counties)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ways, "GATHER_ROWS_MAX", GATHER_ROWS_MAX)
        patch.setattr(ways, "WALK_COST_MAX", WALK_COST_MAX)
        patch.setattr(search, "STRETCH_ROWS_MAX", STRETCH_ROWS_MAX)
        for size in (FEW, MANY):
            await connection.execute("DROP INDEX on_sale_words_idx")
            await rows.fill(connection, before, size)
            await rows.note(connection)
            await connection.execute(INDEX)
            await connection.execute("VACUUM (ANALYZE) on_sale")
            found[size] = {group: await _asked(opened_catalog, rows, group) for group in GROUPS}
            before = size
        found["apart"] = {group: await _compared(opened_catalog, rows, group) for group in GROUPS}
    yield found
    await connection.execute(f"TRUNCATE {TABLES}")
    await connection.close()


async def _asked(program: Program, rows: SearchRows, group: str) -> list[int]:
    desk: Desk = program.desk
    watched, read = Watched(desk.uow), []
    asked, frequencies = Asked(rows, seed=4), Frequencies()
    for _ in range(ASKED):
        watched.read = 0
        own = replace(desk, uow=watched, frequencies=frequencies)  # type: ignore[arg-type]
        await search_listings(own, SearchListings(**asked.of(group), limit=2))
        read.append(watched.read)
    return read


async def _compared(program: Program, rows: SearchRows, group: str) -> list[Any]:
    """Read the first pages of some searches, and give those that are not what a plain look finds."""
    desk = replace(program.desk, frequencies=Frequencies())
    asked = Asked(rows, seed=5)
    drawn = [asked.of(group) | {"limit": 9} for _ in range(COMPARED)]
    return [(one, apart) for one in drawn if (apart := await pages_apart(desk, one)) is not None]


class TestRowsRead:
    @pytest.mark.parametrize("group", GROUPS)
    async def test_do_not_grow_with_the_shelf(self, reads: dict[Any, Any], group: str) -> None:
        for middle in (statistics.fmean, statistics.median):
            few, many = (middle(reads[size][group]) for size in (FEW, MANY))
            assert many <= 2 * max(few, GATHER_ROWS_MAX)

    @pytest.mark.parametrize("group", GROUPS)
    async def test_are_a_small_part_of_the_shelf_whatever_is_asked(self, reads: dict[Any, Any], group: str) -> None:
        assert max(reads[MANY][group]) <= MANY / 20

    @pytest.mark.parametrize("group", GROUPS)
    async def test_are_all_that_fit_and_in_their_order(self, reads: dict[Any, Any], group: str) -> None:
        assert reads["apart"][group] == []
