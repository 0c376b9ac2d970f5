"""Any mix of filters, words and orders finds what a plain look at every offer finds, by each way of searching."""

import itertools
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from deploy.operator.demo.producers import Offer, Producer
from services.catalog.domain.listings import price_fen_per_kg, price_rank
from services.catalog.store import facets
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.facet_listings import FacetListings, facet_listings
from services.catalog.usecases.keep_copies import keep_designations, keep_rules
from services.catalog.usecases.search_listings import SearchListings, search_listings
from shared.app import Program
from shared.clock import SettableClock
from shared.contracts.words import SupplierKind
from shared.errors import InvalidFields
from tests.build.shelf import NOW, SEASONS, by_id, demo, fill_the_shelf, item_of
from tests.build.ways import WAYS, go
from tests.integration.catalog.conftest import TABLES, heard, knowing_nothing
from tests.integration.catalog.test_search import a_canteen, a_list, a_rule

HOME, PREFECTURE, BASE = "430224", "430200", SupplierKind.DISABLED_BASE
KEY_COUNTY = "431322"


@pytest.fixture(scope="module")
async def desk(opened_catalog: Program, owner: Any, clock: SettableClock) -> AsyncIterator[Desk]:
    """The demo's offers on sale in March."""
    await owner.execute(f"TRUNCATE {TABLES}")
    clock.set(NOW)
    desk = knowing_nothing(opened_catalog.desk)
    await fill_the_shelf(desk)
    await owner.execute("ANALYZE on_sale")
    yield desk
    await owner.execute(f"TRUNCATE {TABLES}")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer as for rare words, as for frequent ones, and as for those that stand close together."""
    go(request.param, monkeypatch)


def sellers() -> dict[UUID, Producer]:
    return {producer.supplier_id: producer for producer in demo()}


def per_kg(offer: Offer) -> int | None:
    good = offer.good
    return price_fen_per_kg(good.measure, good.unit_quantity, good.piece_grams, offer.price_fen)


PLAIN: dict[str, tuple[dict[str, Any], Callable[[Offer], bool]]] = {
    "category": ({"category": "vegetables"}, lambda one: one.good.category == "vegetables"),
    "county": ({"county": HOME}, lambda one: one.origin_county_code == HOME),
    "prefecture": ({"county": PREFECTURE}, lambda one: one.origin_county_code.startswith("4302")),
    "province": ({"county": "430000"}, lambda one: one.origin_county_code.startswith("43")),
    "base_run": ({"base_run": True}, lambda one: sellers()[one.supplier_id].kind is BASE),
    "kind": (
        {"supplier_kind": SupplierKind.COOPERATIVE},
        lambda one: sellers()[one.supplier_id].kind is SupplierKind.COOPERATIVE,
    ),
    "harvest": ({"harvest_now": True}, lambda one: NOW.month in SEASONS.get(one.good.category, ())),
    "item": ({"item": "ginger"}, lambda one: item_of(one.good.name, one.good.category) == "ginger"),
    "delivers": ({"delivers_to": "430102"}, lambda _: True),
    "delivers away": ({"delivers_to": "440000"}, lambda one: one.good.category != "dairy"),
    "supplier": (
        {"supplier": next(iter(sellers()))},
        lambda one: one.supplier_id == next(iter(sellers())),
    ),
    "price": (
        {"price_from_fen_per_kg": 600, "price_to_fen_per_kg": 1_500},
        lambda one: 600 <= (per_kg(one) or 0) <= 1_500,
    ),
    "cheap": ({"price_to_fen_per_kg": 800}, lambda one: (per_kg(one) or 801) <= 800),
    "word": ({"q": "姜"}, lambda one: "姜" in one.name),
}
ALL = sorted(by_id().values(), key=lambda one: list(by_id()).index(one.listing_id), reverse=True)
ORDERS: dict[str, list[Offer]] = {
    "newest": ALL,
    "price": sorted(ALL, key=lambda one: (price_rank(per_kg(one), one.price_fen), one.listing_id.int)),
}


async def found(desk: Desk, **asked: Any) -> list[UUID]:
    """Read every page to the end."""
    ids: list[UUID] = []
    cursor = None
    while True:
        page = orjson.loads(await search_listings(desk, SearchListings(**asked, limit=40, cursor=cursor)))
        ids += [UUID(item["listing_id"]) for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return ids


PAIRS = [mix for mix in itertools.combinations(PLAIN, 2) if PLAIN[mix[0]][0].keys().isdisjoint(PLAIN[mix[1]][0])]
MIXES = [*((name,) for name in PLAIN), *PAIRS]


@pytest.mark.usefixtures("way")
class TestAnyMix:
    @pytest.mark.parametrize("order", ORDERS)
    async def test_finds_what_a_plain_look_finds(self, desk: Desk, order: str) -> None:
        wrong = []
        for mix in MIXES[:: 1 if order == "price" else 3]:
            asked = {name: value for one in mix for name, value in PLAIN[one][0].items()}
            wanted = [one.listing_id for one in ORDERS[order] if all(PLAIN[name][1](one) for name in mix)]
            if await found(desk, sort=order, **asked) != wanted:
                wrong.append(mix)
        assert wrong == []

    async def test_of_a_county_that_counts_only(self, desk: Desk) -> None:
        canteen = await a_canteen(desk)
        await keep_rules(desk, [heard(a_rule("hunan"))])
        await keep_designations(desk, [heard(a_list("hunan-51", HOME))])
        of_home = [one for one in ORDERS["price"] if one.origin_county_code == HOME]
        fresh = [one.listing_id for one in of_home if one.good.category == "vegetables"]
        assert await found(desk, counts_for=canteen, sort="price") == [one.listing_id for one in of_home]
        assert await found(desk, counts_for=canteen, sort="price", category="vegetables") == fresh != []


class TestRefusals:
    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"delivers_to": "999999"}, "delivers_to"),
            ({"item": "unobtainium"}, "item"),
            ({"price_from_fen_per_kg": 2, "price_to_fen_per_kg": 1}, "price_to_fen_per_kg"),
        ],
    )
    async def test_name_the_filter(self, desk: Desk, asked: dict[str, Any], field: str) -> None:
        for ask in (lambda: search_listings(desk, SearchListings(**asked)), lambda: counts(desk, **asked)):
            with pytest.raises(InvalidFields) as refused:
                await ask()
            assert [problem["field"] for problem in refused.value.facts["errors"]] == [field]


async def counts(desk: Desk, **asked: Any) -> tuple[dict[str, Any], dict[str, dict[str, int]]]:
    told = await facet_listings(desk, FacetListings(**asked))
    by = {one["facet"]: {value["value"]: value["count"] for value in one["values"]} for one in told["facets"]}
    return told, by


class TestFacets:
    @pytest.mark.parametrize("common_part", [facets.COMMON_PART, -1])
    async def test_tell_of_each_value_how_many_a_search_with_it_finds(
        self, desk: Desk, common_part: float, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(facets, "COMMON_PART", common_part)
        wrong = []
        for base in ({}, {"category": "vegetables"}, {"q": "姜"}, {"county": PREFECTURE, "harvest_now": True}):
            _, by = await counts(desk, **base)
            for facet, values in by.items():
                for value, count in list(values.items())[:8]:
                    asked = base | {facet: value == "true" or value}
                    if len(await found(desk, **asked)) != count:
                        wrong.append((base, facet, value, count))
        assert wrong == []

    async def test_each_is_counted_without_its_own_filter(self, desk: Desk) -> None:
        told, by = await counts(desk, category="vegetables", base_run=True)
        of_bases = [one for one in ALL if sellers()[one.supplier_id].kind is BASE]
        fresh = [one for one in ALL if one.good.category == "vegetables"]
        assert by["category"]["fruit"] == sum(one.good.category == "fruit" for one in of_bases) > 0
        assert by["base_run"] == {"true": sum(sellers()[one.supplier_id].kind is BASE for one in fresh)}
        assert by["county"].keys() == {one.origin_county_code for one in of_bases if one in fresh}
        assert told["total"] == {"count": by["category"]["vegetables"], "at_least": False}

    async def test_what_counts_is_counted_where_it_is_asked_for(self, desk: Desk) -> None:
        canteen = await a_canteen(desk)
        await keep_rules(desk, [heard(a_rule("hunan"))])
        await keep_designations(desk, [heard(a_list("hunan-51", HOME))])
        _, by = await counts(desk)
        assert by["counts_for"] == {}
        _, by = await counts(desk, counts_for=canteen)
        assert by["counts_for"] == {str(canteen): sum(one.origin_county_code == HOME for one in ALL)}

    async def test_beyond_a_bound_they_say_at_least(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(facets, "COUNTED_ROWS_MAX", 10)
        told, by = await counts(desk, county="430000")
        assert told["total"] == {"count": 10, "at_least": True}
        assert all(value["at_least"] for one in told["facets"] if one["facet"] == "category" for value in one["values"])
        assert sum(by["category"].values()) <= 11

    async def test_of_everything_are_counted_once_a_minute(self, desk: Desk, owner: Any, clock: SettableClock) -> None:
        with clock.at(NOW + timedelta(minutes=5)):
            told, _ = await counts(desk)
            assert told["total"] == {"count": len(ALL), "at_least": False}
            await owner.execute("UPDATE on_sale SET available = false WHERE category = 'tea'")
            assert (await counts(desk))[0]["total"]["count"] == len(ALL)
        with clock.at(NOW + timedelta(minutes=7)):
            less = sum(one.good.category != "tea" for one in ALL)
            assert (await counts(desk))[0]["total"]["count"] == less
        await owner.execute("UPDATE on_sale SET available = true")

    async def test_of_an_area_are_of_what_is_delivered_there_from_wherever_it_says(self, desk: Desk) -> None:
        _, by = await counts(desk)
        assert by["delivers_to"] == {"430000": len(ALL)}
        _, by = await counts(desk, delivers_to="440000")
        assert sum(by["category"].values()) == sum(one.good.category != "dairy" for one in ALL)

    async def test_of_nothing_are_nothing(self, desk: Desk) -> None:
        told, by = await counts(desk, q="？！")
        assert told["total"] == {"count": 0, "at_least": False}
        assert by["category"] == by["county"] == {}
