"""A basket says what it would come to today and what stands in its way; stock is counted by its supplier alone."""

import asyncio

import pytest
from pydantic import ValidationError

from services.order.domain.refusals import (
    AmountTooLarge,
    BasketTaken,
    NoSuchBasket,
    NoSuchCanteen,
    NoSuchListing,
    StockBelowPromised,
)
from services.order.usecases.commands import PutBasket, PutStock
from services.order.usecases.desk import Desk
from services.order.usecases.get_basket import get_basket
from services.order.usecases.get_stock import get_stock
from services.order.usecases.put_basket import put_basket
from services.order.usecases.put_stock import put_stock
from shared.contracts.authority import NotAllowed, Role, Seat
from shared.contracts.words import Fund
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.order import Town, an_identity, basket_of, goods_facts, said, untouched


class TestABasket:
    async def test_shows_lines_sums_by_supplier_and_whether_another_approves(self, desk: Desk, town: Town) -> None:
        ginger, garlic = await town.goods(), await town.goods(name="大蒜", price_fen=900_000)
        basket_id = await town.basket((ginger, 2_500), (garlic, 1_000), fund=Fund.UNION)
        view = await get_basket(desk, town.buyer, basket_id)
        assert view["fund"] == "union"
        assert [line["amount_fen"] for line in view["lines"]] == [3_250, 1_800_000]
        assert [total["amount_fen"] for total in view["suppliers"]] == [3_250, 1_800_000]
        assert view["amount_fen"] == 1_803_250
        assert view["approval"] == {"limit_fen": 1_000_000, "most_fen": 1_983_575, "needed": True}
        assert view["orderable"]

    async def test_is_overwritten_whole(self, desk: Desk, town: Town) -> None:
        ginger, garlic = await town.goods(), await town.goods()
        basket_id = await town.basket((ginger, 2_500), (garlic, 1_000))
        await put_basket(desk, town.buyer, basket_id, basket_of(town.canteen_id, (garlic, 3_000)))
        view = await get_basket(desk, town.buyer, basket_id)
        assert [(line["listing_id"], line["quantity"]) for line in view["lines"]] == [(str(garlic.listing_id), 3_000)]

    async def test_warns_of_short_stock_with_what_is_left(self, desk: Desk, town: Town) -> None:
        scarce = await town.goods(stock=1_200)
        view = await get_basket(desk, town.buyer, await town.basket((scarce, 5_000)))
        line = view["lines"][0]
        assert (line["warnings"], line["left_quantity"], view["orderable"]) == (["short_stock"], 1_200, False)

    async def test_names_the_field_that_is_wrong(self, desk: Desk, town: Town) -> None:
        ginger, strange = await town.goods(), goods_facts(new_id())
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await put_basket(
                    desk,
                    town.buyer,
                    new_id(),
                    basket_of(town.canteen_id, (ginger, 1_250), (strange, 5_000), (ginger, 1_000)),
                )
        assert [(error["field"], error["says_zh"]) for error in refused.value.facts["errors"]] == [
            ("lines.0.quantity", "应为 1000，或在其上按 500 递增"),
            ("lines.1.listing_id", "没有这个商品"),
            ("lines.2.listing_id", "采购篮中已有此商品"),
        ]

    async def test_is_bounded(self, desk: Desk, town: Town) -> None:
        dear = await town.goods(price_fen=10**9, unit_quantity=1)
        async with untouched(desk):
            with pytest.raises(AmountTooLarge):
                await town.basket((dear, 10**9))
        with pytest.raises(ValidationError):
            PutBasket.model_validate({"canteen_id": new_id(), "fund": "canteen", "lines": []})
        with pytest.raises(ValidationError):
            basket_of(town.canteen_id, *[(dear, 1_000)] * 101)

    async def test_belongs_to_its_canteen(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        basket_id = await town.basket((ginger, 1_000))
        other = await Town(desk).heard_of()
        both = an_identity(*town.buyer.seats, *other.buyer.seats)
        async with untouched(desk):
            for who in (other.buyer, town.approver, an_identity(Seat(Role.SUPPLIER, ginger.supplier_id))):
                with pytest.raises(NotAllowed):
                    await put_basket(desk, who, basket_id, basket_of(town.canteen_id, (ginger, 1_000)))
                with pytest.raises(NotAllowed):
                    await get_basket(desk, who, basket_id)
            with pytest.raises(NotAllowed):
                await put_basket(desk, other.buyer, basket_id, basket_of(other.canteen_id, (ginger, 1_000)))
            with pytest.raises(BasketTaken):
                await put_basket(desk, both, basket_id, basket_of(other.canteen_id, (ginger, 1_000)))
            with pytest.raises(NoSuchCanteen):
                await put_basket(desk, town.buyer, new_id(), basket_of(new_id(), (ginger, 1_000)))
            with pytest.raises(NoSuchBasket):
                await get_basket(desk, town.buyer, new_id())


class TestStock:
    async def test_is_counted_with_a_reason_and_said_when_it_crosses_zero(self, desk: Desk, town: Town) -> None:
        facts = await town.goods(stock=1_000)
        seller = town.suppliers[facts.supplier_id]
        for on_hand in (2_000, 0, 0, 500, 700):
            view = await put_stock(desk, seller, facts.listing_id, PutStock(on_hand=on_hand, reason="盘点"))
            assert (view["on_hand"], view["available"]) == (on_hand, on_hand)
        events = await said(desk, facts.listing_id)
        assert [(event["available"], event["version"]) for event in events] == [(False, 2), (True, 3)]

    async def test_is_never_set_below_what_is_promised(self, desk: Desk, town: Town) -> None:
        facts = await town.goods(stock=10_000)
        seller = town.suppliers[facts.supplier_id]
        await town.order((facts, 6_000))
        async with untouched(desk):
            with pytest.raises(StockBelowPromised) as refused:
                await put_stock(desk, seller, facts.listing_id, PutStock(on_hand=5_999, reason="损耗"))
        assert (refused.value.facts["promised"], refused.value.facts["asked"]) == (6_000, 5_999)
        view = await put_stock(desk, seller, facts.listing_id, PutStock(on_hand=6_000, reason="损耗"))
        assert view["available"] == 0

    async def test_is_its_suppliers_alone(self, desk: Desk, town: Town) -> None:
        facts = await town.goods()
        stranger = town.suppliers[await town.a_supplier()]
        async with untouched(desk):
            for who in (town.buyer, stranger, town.finance):
                with pytest.raises(NotAllowed):
                    await put_stock(desk, who, facts.listing_id, PutStock(on_hand=1, reason="x"))
                with pytest.raises(NotAllowed):
                    await get_stock(desk, who, facts.listing_id)
            with pytest.raises(NoSuchListing):
                await put_stock(desk, stranger, new_id(), PutStock(on_hand=1, reason="x"))

    async def test_counted_while_others_buy_is_never_oversold(self, desk: Desk, town: Town) -> None:
        facts = await town.goods(stock=20_000)
        seller = town.suppliers[facts.supplier_id]
        counts = [
            put_stock(desk, seller, facts.listing_id, PutStock(on_hand=on_hand, reason="盘点"))
            for on_hand in (15_000, 5_000, 12_000)
        ]
        await asyncio.gather(*(town.order((facts, 1_000)) for _ in range(20)), *counts, return_exceptions=True)
        view = await get_stock(desk, seller, facts.listing_id)
        assert 0 <= view["promised"] <= view["on_hand"]
