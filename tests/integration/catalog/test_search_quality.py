"""What a canteen types finds what it means, on the first page: a table of queries on the demo's six hundred listings.

`search_quality.csv`: a query and its filters, the goods of which each must be on the first page, and the goods of
which none may; `*` is all that the line does not want. Goods are named as the demo names them (demo/goods.py).
"""

import asyncio
import csv
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import orjson
import pytest

from services.catalog.domain.grams import FOLDING
from services.catalog.main import opened
from services.catalog.store import on_sale, search, word_stairs
from services.catalog.store.frequencies import Frequencies
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.fold_again import BATCH_ROWS_MAX, fold_again
from services.catalog.usecases.search_listings import SearchListings, Sort, search_listings
from shared.app import Program
from shared.clock import SettableClock
from tests.build.plain_look import pages_apart
from tests.build.shelf import by_id, fill_the_shelf
from tests.build.ways import WAYS, go
from tests.integration.catalog.conftest import NOW, TABLES, knowing_nothing, settings_from

TABLE = Path(__file__).with_name("search_quality.csv")


@pytest.fixture(scope="module")
async def desk(opened_catalog: Program, owner: Any, clock: SettableClock) -> AsyncIterator[Desk]:
    """The demo's offers on sale in March, their rows made as publication makes them."""
    await owner.execute(f"TRUNCATE {TABLES}")
    clock.set(NOW)
    desk = knowing_nothing(opened_catalog.desk)
    await fill_the_shelf(desk)
    await owner.execute("ANALYZE on_sale")
    yield desk
    await owner.execute(f"TRUNCATE {TABLES}")


@dataclass(frozen=True)
class SaleWords:
    """A row of words alone."""

    grams: tuple[str, ...]
    price_rank: int
    sounds: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def lines() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


async def first_page(desk: Desk, query: str, **filters: Any) -> list[str]:
    """Give the goods of the first page, in its order."""
    asked = SearchListings.model_validate({"q": query, **filters})
    page = orjson.loads(await search_listings(desk, asked))
    return [by_id()[UUID(item["listing_id"])].good.name for item in page["items"]]


def faults(line: dict[str, str], found: list[str]) -> list[str]:
    """Say what is amiss on a first page."""
    must = {word for word in line["must"].split("、") if word}
    must_not = {word for word in line["must_not"].split("、") if word}
    strange = set(found) - must if must_not == {"*"} else set(found) & must_not
    asked = f"{line['query']} [{line['filters']}]"
    return [f"{asked} misses {word}" for word in sorted(must - set(found))] + [
        f"{asked} shows {word}" for word in sorted(strange)
    ]


class TestSearchQuality:
    async def test_each_query_of_the_table_finds_what_it_means(self, desk: Desk) -> None:
        table = lines()
        assert len(table) >= 80
        known = {offer.good.name for offer in by_id().values()} | {"*", ""}
        amiss = []
        for line in table:
            assert set(line["must"].split("、")) | set(line["must_not"].split("、")) <= known, line
            amiss += faults(line, await first_page(desk, line["query"], **dict(parse_qsl(line["filters"]))))
        assert amiss == []

    @pytest.mark.parametrize("way", WAYS[1:])
    async def test_it_holds_for_frequent_words_too(self, desk: Desk, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
        go(way, monkeypatch)
        amiss = []
        for line in lines():
            amiss += faults(line, await first_page(desk, line["query"], **dict(parse_qsl(line["filters"]))))
        assert amiss == []

    @pytest.mark.parametrize("way", WAYS)
    async def test_each_page_is_that_of_a_plain_look(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, way: str
    ) -> None:
        go(way, monkeypatch)
        wrong = []
        for line in lines():
            for sort in Sort:
                asked = {"q": line["query"], "sort": sort, "limit": 7} | dict(parse_qsl(line["filters"]))
                if (apart := await pages_apart(desk, asked)) is not None:
                    wrong.append((asked, apart))
        assert wrong == []


class TestLooks:
    async def test_are_few_however_far_what_fits_lies_along_the_order(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        go("in short stretches", monkeypatch)
        looks: list[int] = []
        gather_some = search._gather_some

        async def counted(*given: Any) -> Any:
            looks.append(len(looks))
            return await gather_some(*given)

        monkeypatch.setattr(search, "_gather_some", counted)
        for seller in sorted({offer.supplier_id for offer in by_id().values()})[:9]:
            asked = {"supplier": seller, "sort": Sort.PRICE, "limit": 50}
            looks.clear()
            await search_listings(desk, SearchListings(**asked))
            assert len(looks) <= search.LOOKS_MAX
            assert await pages_apart(desk, asked) is None


class TestWordStairs:
    async def test_two_who_put_several_on_sale_do_not_wait_for_each_other(self, desk: Desk, owner: Any) -> None:
        cheap, dear = (SaleWords((word,), 1) for word in ("先", "后"))
        async with desk.uow.begin() as other, desk.uow.begin() as one:
            word_stairs.note(one, [dear])
            word_stairs.note(other, [cheap])
            word_stairs.note(one, [cheap])
            word_stairs.note(other, [dear])
        noted = "SELECT count(*) FROM word_stairs WHERE word IN ('g先', 'g后') AND get_bit(stairs, 0) = 1"
        assert await owner.fetchval(noted) == 2
        await owner.execute("DELETE FROM word_stairs WHERE word IN ('g先', 'g后')")


class TestFoldAgain:
    async def test_rows_of_an_older_folding_end_as_if_put_on_sale_today(self, desk: Desk, owner: Any) -> None:
        every = "SELECT md5(string_agg(s::text, chr(10) ORDER BY s.listing_id)) FROM on_sale s"
        before = await owner.fetchval(every)
        await owner.execute("UPDATE on_sale SET grams = '{旧}', sounds = '{}', tags = '{}', item = '{}', folding = 0")
        assert await first_page(desk, "tudou") == []
        assert await fold_again(desk) == len(by_id()) > BATCH_ROWS_MAX
        assert await owner.fetchval(every) == before
        assert await fold_again(desk) == 0

    async def test_rows_from_before_steps_are_found_as_ever_and_get_theirs(self, desk: Desk, owner: Any) -> None:
        asked = {"q": "辣椒", "sort": Sort.PRICE, "limit": 7}
        noted = "SELECT md5(string_agg(w::text, chr(10) ORDER BY w.word)) FROM word_stairs w"
        before = await owner.fetchval(noted)
        bare = "(SELECT array_agg(tag) FROM unnest(tags) AS tag WHERE left(tag, 2) NOT IN ('p:', 'n:'))"
        await owner.execute(f"UPDATE on_sale SET folding = 5, tags = {bare}; TRUNCATE word_stairs")  # noqa: S608 - our own words
        assert await pages_apart(replace(desk, frequencies=Frequencies()), asked) is None
        assert await fold_again(desk) == len(by_id())
        assert await owner.fetchval(noted) == before
        assert (await Frequencies().now(desk.uow)).stepped
        assert await pages_apart(replace(desk, frequencies=Frequencies()), asked) is None

    async def test_rows_from_before_steps_that_are_to_be_made_anew_have_none_yet(self, desk: Desk, owner: Any) -> None:
        asked = {"q": "辣椒", "sort": Sort.PRICE, "limit": 7}
        bare = "(SELECT array_agg(tag) FROM unnest(tags) AS tag WHERE left(tag, 2) NOT IN ('p:', 'n:'))"
        await owner.execute(f"UPDATE on_sale SET folding = 5, tags = {bare}, anew_on = '2026-01-01'")  # noqa: S608 - our own words
        async with desk.uow.begin() as tx:
            for seller in {offer.supplier_id for offer in by_id().values()}:
                await on_sale.make_anew(tx, seller)
            await on_sale.mark_due(tx, NOW.date(), BATCH_ROWS_MAX)
        assert not (await Frequencies().now(desk.uow)).stepped
        assert await pages_apart(replace(desk, frequencies=Frequencies()), asked) is None
        assert await fold_again(desk) == len(by_id())

    async def test_what_is_being_published_meanwhile_is_left_to_it(self, desk: Desk, owner: Any) -> None:
        one = next(iter(by_id()))
        await owner.execute("UPDATE on_sale SET folding = 0 WHERE listing_id = $1", one)
        async with owner.transaction():
            await owner.execute("UPDATE on_sale SET available = available WHERE listing_id = $1", one)
            assert await fold_again(desk) == 0
        assert await fold_again(desk) == 1

    @pytest.mark.usefixtures("desk")
    async def test_the_program_does_it_by_itself_when_it_starts(self, env: dict[str, str], owner: Any) -> None:
        older = "SELECT count(*) FROM on_sale WHERE folding < $1 OR sounds = '{}'"
        await owner.execute("UPDATE on_sale SET sounds = '{}', folding = 0")
        async with asyncio.timeout(60), opened(settings_from(env, run="consume")):
            while await owner.fetchval(older, FOLDING):
                await asyncio.sleep(0.05)
