"""A buyer finds by two characters, by origin, by what counts, and page by page; and only what can be had."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from services.catalog.domain.suppliers import SupplierOutcome
from services.catalog.usecases.asked_goods import CanteenNotFound
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.keep_copies import (
    keep_canteens,
    keep_designations,
    keep_rules,
    keep_stock,
    keep_units,
)
from services.catalog.usecases.put_supplier import put_supplier
from services.catalog.usecases.search_listings import SearchListings, Sort, search_listings
from shared.clock import SettableClock
from shared.contracts.order import StockChanged
from shared.contracts.procurement_quota import (
    CanteenChanged,
    DesignatedCounty,
    DesignationChanged,
    RuleChanged,
    RuleInForce,
    RuleTerms,
)
from shared.contracts.words import CanteenKind, Channel, Fund, SupplierKind, UnitLevel
from shared.errors import InvalidFields
from shared.ids import derived_id, new_id
from tests.build.catalog import a_person, a_supplier, admitted, decide, on_sale, publish, submitted
from tests.build.ways import WAYS, go
from tests.integration.catalog.conftest import NOW, Kept, a_unit, heard


async def find(desk: Desk, **query: Any) -> dict[str, Any]:
    page: dict[str, Any] = orjson.loads(await search_listings(desk, SearchListings(**query)))
    return page


async def names(desk: Desk, **query: Any) -> list[str]:
    return [item["name"] for item in (await find(desk, **query))["items"]]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer as for rare words, as for frequent ones, and as for those that stand close together."""
    go(request.param, monkeypatch)


@pytest.mark.usefixtures("way")
class TestWords:
    async def test_two_characters_one_and_latin_words(self, desk: Desk) -> None:
        seller = await admitted(desk)
        for name in ("茶陵生姜", "紫皮大蒜", "有机 Ginger 姜片"):
            await on_sale(desk, seller, name=name)
        assert await names(desk, q="生姜") == ["茶陵生姜"]
        assert await names(desk, q="姜") == ["有机 Ginger 姜片", "茶陵生姜"]
        assert await names(desk, q="ＧＩＮＧＥＲ") == ["有机 Ginger 姜片"]
        assert await names(desk, q="生蒜") == []
        assert await names(desk, q="大蒜 紫皮") == ["紫皮大蒜"]
        assert await names(desk, q="大蒜 生姜") == []
        assert await names(desk, q="？！") == []
        assert await names(desk, q="\x00") == []

    async def test_what_is_named_so_comes_before_what_belongs_to_it(self, desk: Desk) -> None:
        seller = await admitted(desk, name="蔬菜基地")
        for name, category in (("蔬菜礼盒", "dry_goods"), ("白菜", "vegetables"), ("茶叶", "tea"), ("蔬菜汁", "tea")):
            await on_sale(desk, seller, name=name, category=category)
        expected = ["蔬菜汁", "蔬菜礼盒", "茶叶", "白菜"]
        assert await names(desk, q="蔬菜") == expected
        walked: list[str] = []
        page = await find(desk, q="蔬菜", limit=1)
        while True:
            walked += [item["name"] for item in page["items"]]
            if page["next"] is None:
                break
            page = await find(desk, q="蔬菜", limit=1, cursor=page["next"])
        assert walked == expected

    async def test_supplier_county_and_category_are_words_too(self, desk: Desk) -> None:
        seller = await admitted(desk, name="云阳基地")
        await on_sale(desk, seller, name="白菜", origin_county_code="430225")
        for word in ("云阳", "炎陵", "茶陵", "蔬菜", "株洲"):
            assert await names(desk, q=word) == ["白菜"]


class TestFiltersAndOrder:
    async def test_filters_narrow(self, desk: Desk) -> None:
        base, company = await admitted(desk), await admitted(desk, kind="company", name="公司")
        await on_sale(desk, base, name="生姜")
        await on_sale(desk, base, name="鸡蛋", category="eggs", origin_county_code="430102")
        await on_sale(desk, company, name="茶油", category="grain_oil", origin_county_code="522325")
        assert await names(desk) == ["茶油", "鸡蛋", "生姜"]
        assert await names(desk, category="eggs") == ["鸡蛋"]
        assert await names(desk, county="430224") == ["生姜"]
        assert await names(desk, county="430100") == ["鸡蛋"]
        assert await names(desk, county="430000") == ["鸡蛋", "生姜"]
        assert await names(desk, supplier=company.id) == ["茶油"]
        assert await names(desk, base_run=True) == ["鸡蛋", "生姜"]
        assert await names(desk, supplier_kind=SupplierKind.COMPANY) == ["茶油"]
        assert await names(desk, supplier_kind=SupplierKind.COMPANY, base_run=True) == []
        assert await names(desk, base_run=True, category="eggs", county="430000", q="鸡蛋") == ["鸡蛋"]

    async def test_by_the_price_of_a_kilogram(self, desk: Desk) -> None:
        seller = await admitted(desk)
        piece = {"measure": "piece", "unit_name": "盒", "unit_quantity": 1, "minimum_quantity": 1, "step_quantity": 1}
        await on_sale(desk, seller, name="十三元一公斤", price_fen=650)
        await on_sale(desk, seller, name="三元一公斤", price_fen=300, unit_quantity=1000, unit_name="kg")
        await on_sale(desk, seller, name="十元一公斤", price_fen=500, piece_grams=500, **piece)
        await on_sale(desk, seller, name="不知轻重", price_fen=1, **piece)
        expected = ["三元一公斤", "十元一公斤", "十三元一公斤", "不知轻重"]
        assert await names(desk, sort=Sort.PRICE) == expected
        first = await find(desk, sort=Sort.PRICE, limit=3)
        second = await find(desk, sort=Sort.PRICE, limit=3, cursor=first["next"])
        assert [item["name"] for item in first["items"] + second["items"]] == expected
        assert second["next"] is None
        assert [item["price_fen_per_kg"] for item in first["items"] + second["items"]] == [300, 1000, 1300, None]

    async def test_the_cursor_of_another_order_is_refused(self, desk: Desk) -> None:
        seller = await admitted(desk)
        for name in ("一", "二"):
            await on_sale(desk, seller, name=name)
        page = await find(desk, sort=Sort.PRICE, limit=1)
        for query in ({"sort": "newest"}, {"q": "一"}, {"cursor": "WyJwcmljZSIsIDFd"}):
            with pytest.raises(InvalidFields) as refused:
                await find(desk, **({"cursor": page["next"]} | query))
            assert refused.value.facts["errors"][0]["field"] == "cursor"

    @pytest.mark.parametrize(("query", "field"), [({"category": "gold"}, "category"), ({"county": "999999"}, "county")])
    async def test_names_a_filter_that_is_none(self, desk: Desk, query: dict[str, str], field: str) -> None:
        with pytest.raises(InvalidFields) as refused:
            await find(desk, **query)
        assert [problem["field"] for problem in refused.value.facts["errors"]] == [field]

    async def test_a_line_says_what_a_buyer_compares(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        [item] = (await find(desk))["items"]
        assert item == {
            "listing_id": str(listing_id),
            "listing_version": 1,
            "name": "茶陵生姜",
            "category": "vegetables",
            "category_name": "蔬菜",
            "supplier_id": str(seller.id),
            "supplier_name": "云阳残疾人帮扶基地",
            "supplier_kind": "disabled_base",
            "measure": "weight",
            "unit_name": "斤",
            "unit_quantity": 500,
            "piece_grams": None,
            "price_fen": 650,
            "price_fen_per_kg": 1300,
            "minimum_quantity": 5000,
            "step_quantity": 500,
            "price_tiers": [],
            "item_code": "",
            "specification": "",
            "origin_county_code": "430224",
            "origin_county_name": "湖南省株洲市茶陵县",
            "photo_id": item["photo_id"],
            "published_at": item["published_at"],
        }


class TestStock:
    async def test_what_is_gone_is_not_shown_until_it_is_back(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)

        async def say(version: int, available: bool) -> None:
            await keep_stock(desk, [heard(StockChanged(listing_id=listing_id, version=version, available=available))])

        await say(1, False)
        assert await names(desk) == []
        await say(3, True)
        assert await names(desk) == ["茶陵生姜"]
        await say(2, False)
        assert await names(desk) == ["茶陵生姜"]

    async def test_heard_before_publication_it_holds_after(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await submitted(desk, seller)
        gone = heard(StockChanged(listing_id=listing_id, version=1, available=False))
        await keep_stock(desk, [gone])
        await publish(desk, listing_id)
        assert await names(desk) == []

    async def test_a_batch_takes_the_newest_and_once(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        batch = [
            heard(StockChanged(listing_id=listing_id, version=version, available=version % 2 == 0))
            for version in (1, 3, 2)
        ]
        await keep_stock(desk, batch)
        assert await names(desk) == []
        async with kept.unchanged():
            await keep_stock(desk, batch)

    async def test_suspended_suppliers_vanish(self, desk: Desk) -> None:
        seller = await admitted(desk)
        await on_sale(desk, seller)
        await decide(desk, seller.id, SupplierOutcome.SUSPEND)
        assert await names(desk) == []


HUNAN = RuleInForce(valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 1), document="湘残联")


def a_rule(code: str, version: int = 1, **other: Any) -> RuleChanged:
    said: dict[str, Any] = {
        "rule_code": code,
        "version": version,
        "name": f"{code} 的规则",
        "fund": Fund.CANTEEN,
        "rate_bp": 2000,
        "designated_unit_rate_bp": 5000,
        "list_codes": ("hunan-51",),
        "channels": (),
        "in_force": (HUNAN,),
    }
    return RuleChanged(**said | other)


def a_list(code: str, *counties: str, version: int = 1, since: date = date(2020, 1, 1)) -> DesignationChanged:
    rows = tuple(DesignatedCounty(county_code=one, valid_from=since, valid_to=None) for one in counties)
    return DesignationChanged(list_code=code, version=version, name=code, source="x", counties=rows)


async def a_canteen(desk: Desk) -> UUID:
    canteen = CanteenChanged(
        canteen_id=new_id(),
        version=1,
        unit_id=derived_id("unit", "430224"),
        name="机关食堂",
        kind=CanteenKind.OWN,
        active=True,
    )
    await keep_canteens(desk, [heard(canteen)])
    return canteen.canteen_id


class TestCountsFor:
    async def test_only_what_counts_today_bought_here(self, desk: Desk, clock: SettableClock) -> None:
        seller = await admitted(desk)
        await on_sale(desk, seller, name="五十一县的", origin_county_code="430224")
        await on_sale(desk, seller, name="八三二县的", origin_county_code="522325")
        await on_sale(desk, seller, name="长沙的", origin_county_code="430102")
        canteen = await a_canteen(desk)
        assert await names(desk, counts_for=canteen) == []
        await keep_rules(
            desk,
            [
                heard(a_rule("hunan")),
                heard(a_rule("national", list_codes=("832",), channels=(Channel.PLATFORM_832,))),
                heard(a_rule("union", fund=Fund.UNION, rate_bp=None, list_codes=("832",))),
            ],
        )
        await keep_designations(desk, [heard(a_list("hunan-51", "430224")), heard(a_list("832", "522325", "430224"))])
        page = await find(desk, counts_for=canteen)
        assert [(item["name"], item["counts_for_rules"]) for item in page["items"]] == [
            ("五十一县的", [{"rule_code": "hunan", "name": "hunan 的规则"}])
        ]
        assert await names(desk, counts_for=canteen, q="长沙") == []
        assert await names(desk, counts_for=canteen, fund=Fund.UNION) == ["八三二县的", "五十一县的"]
        with clock.at(NOW + timedelta(days=365)):
            assert await names(desk, counts_for=canteen) == []

    async def test_a_newer_rule_or_list_replaces_the_older(self, desk: Desk) -> None:
        seller = await admitted(desk)
        await on_sale(desk, seller, name="茶陵的", origin_county_code="430224")
        canteen = await a_canteen(desk)
        await keep_designations(desk, [heard(a_list("hunan-51", "430224", version=2))])
        await keep_rules(desk, [heard(a_rule("hunan", version=5)), heard(a_rule("other", channels=(Channel.ZHUCAI,)))])
        [item] = (await find(desk, counts_for=canteen))["items"]
        assert [rule["rule_code"] for rule in item["counts_for_rules"]] == ["hunan", "other"]
        await keep_rules(desk, [heard(a_rule("hunan", version=4, rate_bp=None))])
        await keep_designations(desk, [heard(a_list("hunan-51", version=1))])
        assert await names(desk, counts_for=canteen) == ["茶陵的"]
        await keep_designations(desk, [heard(a_list("hunan-51", "430225", version=3))])
        assert await names(desk, counts_for=canteen) == []

    async def test_a_version_that_is_not_in_force_yet_shows_no_badge(self, desk: Desk, clock: SettableClock) -> None:
        seller = await admitted(desk)
        await on_sale(desk, seller, name="茶陵的", origin_county_code="430224")
        await on_sale(desk, seller, name="望谟的", origin_county_code="522326")
        canteen, turn = await a_canteen(desk), NOW.date() + timedelta(days=30)
        await keep_designations(desk, [heard(a_list("hunan-51", "430224")), heard(a_list("832", "522326"))])
        then, soon = (
            RuleTerms(rate_bp=2000, list_codes=("hunan-51",), channels=()),
            RuleTerms(rate_bp=2000, list_codes=("832",), channels=()),
        )
        in_force = (
            HUNAN.model_copy(update={"valid_to": turn, "terms": then}),
            HUNAN.model_copy(update={"valid_from": turn, "terms": soon}),
        )
        await keep_rules(desk, [heard(a_rule("hunan", list_codes=("832",), in_force=in_force))])
        assert await names(desk, counts_for=canteen) == ["茶陵的"]
        with clock.at(NOW + timedelta(days=30)):
            assert await names(desk, counts_for=canteen) == ["望谟的"]

    async def test_an_unknown_canteen_is_not_found(self, desk: Desk) -> None:
        seller = await admitted(desk)
        await on_sale(desk, seller)
        with pytest.raises(CanteenNotFound):
            await find(desk, counts_for=new_id())


class TestUnits:
    async def test_a_new_unit_takes_over_the_suppliers_of_its_county(self, desk: Desk, kept: Kept) -> None:
        supplier_id = new_id()
        await put_supplier(desk, a_person(), supplier_id, a_supplier(county_code="430225"))
        path = "SELECT unit_path FROM suppliers WHERE supplier_id = :id"
        assert await kept.value(path, id=supplier_id) == "/430000/430200/"
        await keep_units(desk, [heard(a_unit("430225", UnitLevel.COUNTY, "/430000/430200/430225/"))])
        assert await kept.value(path, id=supplier_id) == "/430000/430200/430225/"
        await keep_units(desk, [heard(a_unit("430225", UnitLevel.COUNTY, "/elsewhere/", version=1))])
        assert await kept.value(path, id=supplier_id) == "/430000/430200/430225/"
