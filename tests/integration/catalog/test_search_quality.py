"""What a canteen types finds what it means, on the first page: a table of queries on the demo's six hundred listings.

`search_quality.csv`: a query and its filters, the goods of which each must be on the first page, and the goods of
which none may; `*` is all that the line does not want. Goods are named as the demo names them (demo/goods.py).
"""

import asyncio
import csv
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from deploy.operator.demo.load import counties_51
from deploy.operator.demo.producers import Offer, Producer, producers
from services.catalog.main import opened
from services.catalog.store import on_sale, search
from services.catalog.store.listings import Version
from services.catalog.store.suppliers import Supplier
from services.catalog.store.tables import listing_versions, listings, suppliers
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.fold_again import BATCH_ROWS_MAX, fold_again
from services.catalog.usecases.listing_shapes import sale_row
from services.catalog.usecases.search_listings import SearchListings, search_listings
from shared.app import Program
from shared.contracts.words import SupplierState
from tests.integration.catalog.conftest import NOW, TABLES, settings_from

TABLE = Path(__file__).with_name("search_quality.csv")
NOBODY = UUID(int=0)


@cache
def by_id() -> dict[UUID, Offer]:
    return {offer.listing_id: offer for producer in demo() for offer in producer.offers}


@cache
def demo() -> tuple[Producer, ...]:
    return producers(tuple(sorted(counties_51())))


def said(producer: Producer) -> dict[str, Any]:
    return {
        "supplier_id": producer.supplier_id,
        "version": 1,
        "state": SupplierState.ADMITTED,
        "kind": producer.kind,
        "name": producer.name,
        "county_code": producer.county_code,
        "credit_code": producer.credit_code,
        "registration_number": producer.registration_number,
        "contact_name": producer.contact_name,
        "contact_phone": producer.contact_phone,
        "address": producer.address,
        "bank_name": None,
        "bank_account_name": None,
        "bank_account_number": None,
        "applicant_account_id": NOBODY,
        "unit_path": "/430000/",
        "applied_at": NOW,
        "changed_at": NOW,
        "admitted_at": NOW,
    }


def offered(offer: Offer, place: int) -> dict[str, Any]:
    good = offer.good
    return {
        "listing_id": offer.listing_id,
        "version": 1,
        "name": offer.name,
        "category": good.category,
        "description": offer.description,
        "measure": good.measure,
        "unit_name": good.unit_name,
        "unit_quantity": good.unit_quantity,
        "piece_grams": good.piece_grams,
        "price_fen": offer.price_fen,
        "minimum_quantity": good.minimum_quantity,
        "step_quantity": good.step_quantity,
        "origin_county_code": offer.origin_county_code,
        "harvest_months": None,
        "first_stock_quantity": offer.first_stock,
        "written_by": NOBODY,
        "written_at": NOW,
        "photo_ids": [offer.photo_id],
        "published_at": NOW + timedelta(minutes=place),
    }


def listed(offer: Offer) -> dict[str, Any]:
    return {
        "listing_id": offer.listing_id,
        "supplier_id": offer.supplier_id,
        "state": "published",
        "version": 1,
        "published_version": 1,
        "last_published_version": 1,
        "revision": 1,
        "written_at": NOW,
        "changed_at": NOW,
    }


@pytest.fixture(scope="module")
async def desk(opened_catalog: Program, owner: Any) -> AsyncIterator[Desk]:
    """The demo's offers on sale, their rows made as publication makes them."""
    await owner.execute(f"TRUNCATE {TABLES}")
    desk: Desk = opened_catalog.desk
    sellers = {producer.supplier_id: said(producer) for producer in demo()}
    versions = [offered(offer, place) for place, offer in enumerate(by_id().values())]
    async with desk.uow.begin() as tx:
        await tx.execute(sa.insert(suppliers), list(sellers.values()))
        await tx.execute(sa.insert(listings), [listed(offer) for offer in by_id().values()])
        await tx.execute(sa.insert(listing_versions), versions)
        for version in versions:
            seller = sellers[by_id()[version["listing_id"]].supplier_id]
            await on_sale.replace(tx, sale_row(Version(**version), Supplier(**seller), True))
    await owner.execute("ANALYZE on_sale")
    yield desk
    await owner.execute(f"TRUNCATE {TABLES}")


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

    async def test_it_holds_for_frequent_words_too(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(search, "DENSE_ROWS", 0)
        amiss = []
        for line in lines():
            amiss += faults(line, await first_page(desk, line["query"], **dict(parse_qsl(line["filters"]))))
        assert amiss == []


class TestFoldAgain:
    async def test_rows_of_an_older_folding_end_as_if_put_on_sale_today(self, desk: Desk, owner: Any) -> None:
        every = "SELECT md5(string_agg(s::text, chr(10) ORDER BY s.listing_id)) FROM on_sale s"
        before = await owner.fetchval(every)
        await owner.execute("UPDATE on_sale SET grams = '{旧}', sounds = '{}', folding = 0")
        assert await first_page(desk, "tudou") == []
        assert await fold_again(desk) == len(by_id()) > BATCH_ROWS_MAX
        assert await owner.fetchval(every) == before
        assert await fold_again(desk) == 0

    async def test_what_is_being_published_meanwhile_is_left_to_it(self, desk: Desk, owner: Any) -> None:
        one = next(iter(by_id()))
        await owner.execute("UPDATE on_sale SET folding = 0 WHERE listing_id = $1", one)
        async with owner.transaction():
            await owner.execute("UPDATE on_sale SET available = available WHERE listing_id = $1", one)
            assert await fold_again(desk) == 0
        assert await fold_again(desk) == 1

    @pytest.mark.usefixtures("desk")
    async def test_the_program_does_it_by_itself_when_it_starts(self, env: dict[str, str], owner: Any) -> None:
        older = "SELECT count(*) FROM on_sale WHERE folding < 1 OR sounds = '{}'"
        await owner.execute("UPDATE on_sale SET sounds = '{}', folding = 0")
        async with asyncio.timeout(60), opened(settings_from(env, run="consume")):
            while await owner.fetchval(older):
                await asyncio.sleep(0.05)
