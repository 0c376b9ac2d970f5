"""Two hundred buyers want a kilogram each of the same fifty, all at once: fifty get theirs, nobody else anything."""

import asyncio
from uuid import UUID

import httpx
import pytest

from shared.contracts.authority import Role
from shared.ids import new_id
from tests.build.door import Person, open_door, refusal
from tests.build.everything import Everything
from tests.build.land import Land
from tests.build.market import Goods, Market, a_basket, in_a_week
from tests.build.people import People
from tests.whole import Whole

BUYERS = 200
STOCK_GRAMS = 50_000
WANTED_GRAMS = 1_000
FILLED_AT_ONCE = 20
PLACED = STOCK_GRAMS // WANTED_GRAMS


@pytest.fixture(scope="module")
async def goods(market: Market) -> Goods:
    return await market.goods(await market.seller("五十公斤基地"), STOCK_GRAMS, "五十公斤香芋")


class Crowd:
    """The buyers, each with a filled basket and a requisition's id at hand."""

    def __init__(self, buyers: list[Person], canteens: list[UUID]) -> None:
        self.buyers = buyers
        self.canteens = [canteens[place % len(canteens)] for place in range(len(buyers))]
        self.baskets = [new_id() for _ in buyers]
        self.requisitions = [new_id() for _ in buyers]

    async def fill(self, goods: Goods) -> None:
        """Fill every basket, a few at once: only the rush itself is meant to be one."""
        for first in range(0, len(self.buyers), FILLED_AT_ONCE):
            few = slice(first, first + FILLED_AT_ONCE)
            await asyncio.gather(
                *(
                    buyer.put(f"/baskets/{basket}", a_basket(canteen, goods.line(WANTED_GRAMS)))
                    for buyer, basket, canteen in zip(
                        self.buyers[few], self.baskets[few], self.canteens[few], strict=True
                    )
                )
            )

    async def rush(self) -> list[httpx.Response]:
        return list(
            await asyncio.gather(
                *(
                    buyer.ask(
                        "PUT", f"/requisitions/{requisition}", {"basket_id": str(basket), "wanted_on": in_a_week()}
                    )
                    for buyer, requisition, basket in zip(self.buyers, self.requisitions, self.baskets, strict=True)
                )
            )
        )


class TestFiftyKilos:
    async def test_two_hundred_buyers_are_promised_exactly_fifty(
        self, running_whole: Whole, people: People, land: Land, goods: Goods, everything: Everything
    ) -> None:
        canteens = [land.prefecture_canteen, land.other_canteen]
        async with open_door(running_whole.base_url, connections_max=BUYERS) as http:
            made = await people.many([("buyer", [(Role.BUYER, canteens[n % 2])]) for n in range(BUYERS)])
            crowd = Crowd([Person(http, one.account, one.account_id, one.token) for one in made], canteens)
            await crowd.fill(goods)
            first = await crowd.rush()
            again = await crowd.rush()

        placed = [answer for answer in first if answer.is_success]
        short = [answer for answer in first if not answer.is_success]
        assert (len(placed), len(short)) == (PLACED, BUYERS - PLACED)
        assert {answer.json()["state"] for answer in placed} == {"placed"}
        for answer in short:
            refusal(answer, 409, "stock-short")
        # The same two hundred again: who was served gets the same answer, who was not is refused again.
        assert [a.status_code for a in again] == [a.status_code for a in first]
        assert [a.json() for a in again if a.is_success] == [a.json() for a in placed]

        stock = await goods.seller.person.get(f"/stock/{goods.id}")
        assert (stock["on_hand"], stock["promised"], stock["available"]) == (STOCK_GRAMS, STOCK_GRAMS, 0)
        lines = await everything.rows(
            "order", "SELECT order_id, quantity, promised_quantity FROM order_lines WHERE listing_id = $1", goods.id
        )
        assert sum(line["promised_quantity"] for line in lines) == STOCK_GRAMS
        assert [line["quantity"] for line in lines] == [WANTED_GRAMS] * PLACED
        assert len({line["order_id"] for line in lines}) == PLACED

    async def test_says_once_that_it_is_sold_out_and_the_window_shows_it(
        self, people: People, goods: Goods, everything: Everything
    ) -> None:
        await everything.settled()
        said = await everything.rows(
            "order",
            "SELECT body::jsonb -> 'data' ->> 'available' AS available FROM outbox"
            " WHERE type = 'stock.changed' AND key = $1 ORDER BY id",
            str(goods.id),
        )
        assert [row["available"] for row in said][-1] == "false"
        assert [row["available"] for row in said].count("false") == 1
        orders = await everything.value(
            "order", "SELECT count(*) FROM outbox WHERE type = 'order.placed' AND body LIKE $1", f"%{goods.id}%"
        )
        assert orders == PLACED
