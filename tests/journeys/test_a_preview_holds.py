"""Twenty-five baskets go through the whole: each statement is what its preview told, with and without open orders."""

import asyncio
import random
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from shared.clock import SystemClock, business_date
from shared.contracts.authority import Role
from shared.ids import new_id
from tests.build.door import Person
from tests.build.everything import Everything
from tests.build.land import UNLISTED_COUNTY, Land
from tests.build.market import Goods, Market, Order, a_basket
from tests.build.people import People

BASKETS = 25
FIGURES = ("base_fen", "counted_fen", "share_bp", "required_fen", "shortfall_fen")
HUNAN = "hunan-2020-canteen"


class Shop:
    """What a buyer of one canteen may put into a basket, and who sells it."""

    def __init__(self, buyer: Person, finance: Person, canteen: UUID, goods: list[Goods]) -> None:
        self.buyer, self.finance, self.canteen, self.goods = buyer, finance, canteen, goods
        self.day = business_date(SystemClock().now())

    async def fill(self, *lines: dict[str, Any]) -> UUID:
        basket_id = new_id()
        await self.buyer.put(f"/baskets/{basket_id}", a_basket(self.canteen, *lines))
        return basket_id

    async def preview(self, basket_id: UUID, wanted_on: date | None = None) -> dict[str, Any]:
        asked = "" if wanted_on is None else f"?wanted_on={wanted_on}"
        found: dict[str, Any] = await self.buyer.get(f"/baskets/{basket_id}/quota-preview{asked}")
        return found

    async def order(self, basket_id: UUID) -> list[Order]:
        """Place the basket's orders, wanted today."""
        body = {"basket_id": str(basket_id), "wanted_on": self.day.isoformat()}
        made = await self.buyer.put(f"/requisitions/{new_id()}", body)
        sellers = {str(one.seller.id): one.seller.person for one in self.goods}
        return [Order(UUID(one["order_id"]), self.buyer, sellers[one["supplier_id"]]) for one in made["orders"]]

    async def figures(self, rule: str) -> dict[str, Any]:
        statement = await self.finance.get(f"/statements/{self.canteen}?rule={rule}&year={self.day.year}")
        return {name: statement["figures"][name] for name in FIGURES}


async def walk(orders: list[Order]) -> None:
    """Walk orders to their acceptance, side by side."""

    async def steps(order: Order) -> None:
        for step in (order.confirm, order.pack, order.ship, order.accept):
            await step()

    await asyncio.gather(*(steps(order) for order in orders))


@pytest.fixture(scope="module")
async def shop(people: People, market: Market, land: Land) -> Shop:
    base, firm = await market.seller("预览帮扶基地"), await market.seller("预览公司", UNLISTED_COUNTY, kind="company")
    goods = [
        await market.goods(base, 10_000_000, "预览生姜"),
        await market.goods(firm, 10_000_000, "预览大蒜", origin=UNLISTED_COUNTY, price_fen=333),
        await market.goods(firm, 10_000_000, "预览绿茶", origin=UNLISTED_COUNTY, category="tea", price_fen=7_777),
        await market.goods(base, 10_000_000, "预览竹篮", category="handicraft", price_fen=1_001),
        await market.goods(base, 10_000_000, "预览香葱", price_fen=101),
    ]
    buyer = await people.one("buyer", (Role.BUYER, land.other_canteen))
    finance = await people.one("finance", (Role.FINANCE, land.elsewhere))
    return Shop(buyer, finance, land.other_canteen, goods)


async def test_is_what_the_statement_says_after_acceptance(shop: Shop, everything: Everything) -> None:
    dice, waiting, told = random.Random(7), [], {}
    for number in range(BASKETS):
        chosen = dice.sample(shop.goods, dice.randrange(1, len(shop.goods) + 1))
        basket = await shop.fill(*(one.line(500 * dice.randrange(1, 9)) for one in chosen))
        told = {one["rule"]: one for one in (await shop.preview(basket))["rules"]}
        assert set(told) == {HUNAN, "national-2021-canteen"}
        orders = await shop.order(basket)
        if number % 5 == 4:
            waiting += orders
            continue
        await walk(orders)
        await everything.settled()
        for rule, one in told.items():
            assert await shop.figures(rule) == one["after"], (number, rule)
            assert (one["before"] == one["with_open_orders"]["before"]) is (not waiting)
    assert len(waiting) >= BASKETS // 5
    await walk(waiting)
    await everything.settled()
    for rule, one in told.items():
        assert await shop.figures(rule) == one["with_open_orders"]["after"]


async def test_tells_the_year_in_which_goods_are_expected(shop: Shop) -> None:
    basket = await shop.fill(shop.goods[0].line(1_000))
    later = date(shop.day.year + 1, 1, 1)
    found = await shop.preview(basket, later)
    assert (found["year"], found["wanted_on"]) == (later.year, later.isoformat())
    [hunan] = [one for one in found["rules"] if one["rule"] == HUNAN]
    assert (hunan["before"]["base_fen"], hunan["after"]["counted_fen"]) == (0, 1_300)
    for wrong in ("2020-01-01", f"{shop.day.year + 3}-01-01", "tomorrow", "2026-02-30", ""):
        await shop.buyer.refused(422, "invalid-fields", "GET", f"/baskets/{basket}/quota-preview?wanted_on={wrong}")


async def test_names_what_would_count_instead_whatever_the_share_is(shop: Shop, everything: Everything) -> None:
    ginger, garlic, tea, _, scallion = shop.goods
    basket = await shop.fill(ginger.line(500), garlic.line(3_000), tea.line(500))
    async with everything.unchanged():
        found = await shop.buyer.get(f"/baskets/{basket}/substitutes")
    lines = {one["name"]: one for one in found["lines"]}
    assert set(lines) == {"预览大蒜", "预览绿茶"}
    assert [one["rule"] for one in lines["预览大蒜"]["not_counted"]] == [HUNAN]
    prices = [one["amount_fen"] for one in lines["预览大蒜"]["substitutes"]]
    assert prices == sorted(prices)
    assert 0 < len(prices) <= 5
    for one in lines["预览大蒜"]["substitutes"]:
        assert one["price_difference_fen"] == one["amount_fen"] - lines["预览大蒜"]["amount_fen"]
        hunan = next(rule for rule in one["rules"] if rule["rule"] == HUNAN)
        assert (hunan["counts"], hunan["counted_difference_fen"]) == (True, one["amount_fen"])
        assert hunan["base_difference_fen"] == one["price_difference_fen"]
        assert hunan["share_with_it_bp"] >= hunan["share_bp"]
    [chosen] = [one for one in lines["预览大蒜"]["substitutes"] if one["listing_id"] == str(scallion.id)]
    instead = await shop.fill(ginger.line(500), scallion.line(chosen["quantity"]), tea.line(500))
    [hunan] = [one for one in (await shop.preview(instead))["rules"] if one["rule"] == HUNAN]
    [effect] = [rule for rule in chosen["rules"] if rule["rule"] == HUNAN]
    assert hunan["after"]["share_bp"] == effect["share_with_it_bp"]
    await walk(await shop.order(await shop.fill(ginger.line(200_000))))
    await everything.settled()
    again = await shop.buyer.get(f"/baskets/{basket}/substitutes")
    offered = [[one["listing_id"] for one in line["substitutes"]] for line in again["lines"]]
    assert offered == [[one["listing_id"] for one in line["substitutes"]] for line in found["lines"]]


async def test_names_what_union_money_prefers_by_its_precedence(shop: Shop, market: Market) -> None:
    household = await market.seller("预览示范户", kind="demonstration_household")
    base, firm = shop.goods[0].seller, shop.goods[1].seller
    wanted = {"category": "eggs", "price_fen": 500}
    plain = await market.goods(firm, 10_000_000, "预览鸡蛋", origin=UNLISTED_COUNTY, **wanted)
    cheaper = [{"from_quantity": 1_000, "price_fen": 250}]
    listed = await market.goods(firm, 10_000_000, "预览茶陵鸡蛋", category="eggs", price_fen=300, price_tiers=cheaper)
    theirs = await market.goods(household, 10_000_000, "预览农户鸡蛋", category="eggs", price_fen=400)
    ours = await market.goods(base, 10_000_000, "预览基地鸡蛋", category="eggs", price_fen=900)
    basket = new_id()
    await shop.buyer.put(f"/baskets/{basket}", a_basket(shop.canteen, plain.line(1_000), fund="union"))
    [line] = (await shop.buyer.get(f"/baskets/{basket}/substitutes"))["lines"]
    assert [one["listing_id"] for one in line["substitutes"]] == [str(one.id) for one in (ours, theirs, listed)]
    assert [one["price_difference_fen"] for one in line["substitutes"]] == [800, -200, -500]
    tiered = line["substitutes"][2]
    assert (tiered["price_fen"], tiered["first_price_fen"], tiered["amount_fen"]) == (250, 300, 500)
    instead = a_basket(shop.canteen, listed.line(tiered["quantity"]), fund="union")
    assert (await shop.buyer.put(f"/baskets/{new_id()}", instead))["amount_fen"] == tiered["amount_fen"]
