"""A share counts what was accepted, of the goods that it was: through a substitute, a stall, a return and a credit."""

from typing import Any
from uuid import UUID

import pytest

from deploy.operator.invariants import check_everything
from shared.clock import SystemClock, business_date
from shared.contracts.authority import Role
from shared.ids import new_id
from tests.build.door import Person
from tests.build.everything import Everything
from tests.build.fairs import an_on_site_sale, hold_fairs
from tests.build.land import ELSEWHERE, UNLISTED_COUNTY, Land, open_canteen, quota_desk
from tests.build.market import Goods, Market, Order, Seller, a_basket
from tests.build.people import People

HUNAN = "hunan-2020-canteen"


class Table:
    """One canteen's figures, as differences from what they were before; in fen: base, counted, on order."""

    def __init__(self, everything: Everything, buyer: Person, finance: Person, canteen: UUID) -> None:
        self.everything, self.buyer, self.finance, self.canteen = everything, buyer, finance, canteen
        self.day = business_date(SystemClock().now())
        self._before = (0, 0, 0)
        self.orders: list[UUID] = []

    async def begin(self) -> None:
        self._before = await self._read()

    async def gained(self) -> tuple[int, int, int]:
        """Tell base, counted and on order, less what they were at the beginning."""
        now = await self._read()
        return now[0] - self._before[0], now[1] - self._before[1], now[2] - self._before[2]

    async def _read(self) -> tuple[int, int, int]:
        await self.everything.settled()
        asked = f"/statements/{self.canteen}?rule={HUNAN}&year={self.day.year}"
        statement = await self.finance.get(asked)
        return statement["figures"]["base_fen"], statement["figures"]["counted_fen"], statement["ordered_fen"]

    async def order(self, line: dict[str, Any], seller: Seller) -> Order:
        basket_id = new_id()
        await self.buyer.put(f"/baskets/{basket_id}", a_basket(self.canteen, line))
        body = {"basket_id": str(basket_id), "wanted_on": self.day.isoformat()}
        (made,) = (await self.buyer.put(f"/requisitions/{new_id()}", body))["orders"]
        return self.named(made["order_id"], seller)

    def named(self, order_id: str, seller: Seller) -> Order:
        """Name an order of this table's."""
        self.orders.append(UUID(order_id))
        return Order(self.orders[-1], self.buyer, seller.person)

    async def give_back(self, order: Order, line_id: str, quantity: int) -> None:
        """Send goods back, which the seller agrees to."""
        return_id = new_id()
        line = {"line_id": line_id, "quantity": quantity, "reason": "有腐烂"}
        await self.buyer.post(f"/orders/{order.id}/returns", {"return_id": str(return_id), "lines": [line]})
        await order.seller.post(f"/orders/{order.id}/returns/{return_id}/agreement")

    async def lower(self, order: Order, line_id: str, amount_fen: int) -> None:
        """Have the seller take something off the price."""
        line = {"line_id": line_id, "amount_fen": amount_fen}
        body = {"credit_id": str(new_id()), "lines": [line], "reason": "规格偏小"}
        await order.seller.post(f"/orders/{order.id}/credits", body)


@pytest.fixture(scope="module")
async def table(people: People, everything: Everything, land: Land) -> Table:
    """Open a canteen that bought nothing yet: a stall's sale is held to all that a canteen bought on its day."""
    async with quota_desk(everything.env) as desk:
        canteen = await open_canteen(desk, ELSEWHERE, 2)
    buyer = await people.one("buyer", (Role.BUYER, canteen))
    return Table(everything, buyer, await people.one("finance", (Role.FINANCE, land.elsewhere)), canteen)


@pytest.fixture(scope="module")
async def ginger(market: Market) -> Goods:
    """Goods of a listed county, 6.50 yuan a jin."""
    return await market.goods(await market.seller("实收帮扶基地"), 1_000_000, "实收生姜")


async def test_through_a_substitute_a_return_and_a_credit(table: Table, market: Market, ginger: Goods) -> None:
    """Ginger is confirmed at less and accepted a little above that; the garlic in its place is from elsewhere."""
    seller = ginger.seller
    garlic = await market.goods(seller, 1_000_000, "实收大蒜", origin=UNLISTED_COUNTY, price_fen=500)
    await table.begin()
    order = await table.order(ginger.line(5_000), seller)
    assert await table.gained() == (0, 0, 6_500)

    (line,) = (await order.read())["lines"]
    offer = garlic.line(3_000) | {"price_fen": 500}
    lower = {"line_id": line["line_id"], "confirmed_quantity": 2_000, "reason": "遭了霜冻", "substitute": offer}
    view = await seller.person.post(f"/orders/{order.id}/confirmation", {"lines": [lower]})
    assert await table.gained() == (0, 0, 2_600)

    (offered,) = view["substitutes"]
    answer = f"/orders/{order.id}/substitutes/{offered['substitute_id']}/answer"
    await table.buyer.post(answer, {"outcome": "accept"})
    assert await table.gained() == (0, 0, 5_600)

    packed = {line["line_id"]: 2_050, offered["substitute_id"]: 3_000}
    lines = [{"line_id": line_id, "packed_quantity": quantity} for line_id, quantity in packed.items()]
    await seller.person.post(f"/orders/{order.id}/packing", {"lines": lines})
    await order.ship()
    await order.accept(lambda grams: 2_950 if grams == 3_000 else grams)
    assert await table.gained() == (2_665 + 2_950, 2_665, 0)

    await table.give_back(order, offered["substitute_id"], 500)
    assert await table.gained() == (2_665 + 2_450, 2_665, 0)
    await table.lower(order, line["line_id"], 65)
    assert await table.gained() == (2_600 + 2_450, 2_600, 0)


async def test_through_a_stall_a_return_and_a_credit(
    table: Table, people: People, land: Land, ginger: Goods, everything: Everything
) -> None:
    """Three kilograms at 6 yuan a jin, of which one goes back, and a yuan comes off."""
    ids: dict[str, Any] = {}
    organiser = await people.one("officer", (Role.OFFICER, land.province))
    await hold_fairs(organiser, land.province, ginger.seller, ginger.id, ids)
    await everything.settled()
    await table.begin()
    sale_id = new_id()
    told = an_on_site_sale(ginger.seller, ids["fair"], table.canteen, ginger.line(3_000) | {"price_fen": 600})
    sale = await ginger.seller.person.put(f"/on-site-sales/{sale_id}", told)
    assert await table.gained() == (0, 0, 0)

    yes = {"amount_fen": sale["amount_fen"], "lines": [{"listing_id": str(ginger.id), "quantity": 3_000}]}
    confirmed = await table.buyer.post(f"/on-site-sales/{sale_id}/confirmation", yes)
    assert await table.gained() == (3_600, 3_600, 0)

    order = table.named(confirmed["order_id"], ginger.seller)
    (line,) = (await order.read())["lines"]
    await table.give_back(order, line["line_id"], 1_000)
    await table.lower(order, line["line_id"], 100)
    assert await table.gained() == (2_300, 2_300, 0)


async def test_and_no_book_holds_anything_against_them(table: Table) -> None:
    await table.everything.settled()
    against = [
        f"{check.says}: {one}" async for check in check_everything(table.everything.env) for one in check.offenders
    ]
    assert len(table.orders) == 2
    assert [one for one in against if any(str(order_id) in one for order_id in table.orders)] == []
