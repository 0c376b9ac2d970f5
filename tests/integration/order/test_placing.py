"""A basket becomes orders, one per supplier, all or none, and never more than is there."""

import asyncio
from uuid import UUID

import pytest

from services.order.domain.approval_refusals import NotTheirTurn
from services.order.domain.goods import AskedLine, PlannedOrder, plan_orders, total_fen
from services.order.domain.refusals import (
    AlreadyDecided,
    BasketUsed,
    CanteenClosed,
    ListingChanged,
    NoSuchBasket,
    RequisitionDiffers,
    StockShort,
    SupplierNotSelling,
)
from services.order.domain.states import RequisitionState
from services.order.store.baskets import Basket
from services.order.store.placing import AskedAlready
from services.order.store.requisitions import Requisition
from services.order.usecases.commands import DecideRequisition, Decision, PutRequisition
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.desk import Desk
from services.order.usecases.get_basket import get_basket
from services.order.usecases.get_requisition import get_requisition
from services.order.usecases.get_stock import get_stock
from services.order.usecases.place_orders import place_orders, requisition_of
from services.order.usecases.put_basket import put_basket
from services.order.usecases.put_requisition import put_requisition
from shared.contracts.authority import NotAllowed, OwnRequest, Role, Seat
from shared.contracts.catalog import ListingFacts
from shared.contracts.words import Measure, SupplierState
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.ids import derived_id, new_id, order_id
from tests.build.order import WANTED, Town, an_identity, basket_of, said, untouched

APPROVE = DecideRequisition(outcome=Decision.APPROVE)


async def promised(town: Town, facts: ListingFacts) -> tuple[int, int]:
    view = await get_stock(town.desk, town.suppliers[facts.supplier_id], facts.listing_id)
    return view["on_hand"], view["promised"]


def asks(basket_id: UUID) -> PutRequisition:
    return PutRequisition(basket_id=basket_id, wanted_on=WANTED)


class TestPlaceOrders:
    async def test_places_one_order_per_supplier_and_promises_the_stock(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(stock=20_000)
        garlic = await town.goods(ginger.supplier_id, name="大蒜", price_fen=333)
        eggs = await town.goods(
            name="土鸡蛋",
            measure=Measure.PIECE,
            unit_name="盒",
            unit_quantity=1,
            piece_grams=600,
            price_fen=2_400,
            minimum_quantity=1,
            step_quantity=1,
            stock=50,
        )
        basket_id = await town.basket((ginger, 10_500), (eggs, 3), (garlic, 1_500))
        requisition_id = new_id()
        view = await put_requisition(desk, town.buyer, requisition_id, asks(basket_id))
        assert view["state"] == "placed"
        # 10.5 kg at 6.50 a jin, 1.5 kg at 3.33 a jin, three boxes at 24 yuan.
        assert view["amount_fen"] == 13_650 + 999 + 7_200
        assert [order["amount_fen"] for order in view["orders"]] == [13_650 + 999, 7_200]
        assert [order["order_id"] for order in view["orders"]] == [
            str(order_id(requisition_id, ginger.supplier_id)),
            str(order_id(requisition_id, eggs.supplier_id)),
        ]
        assert await promised(town, ginger) == (20_000, 10_500)
        assert await promised(town, eggs) == (50, 3)
        (event,) = await said(desk, order_id(requisition_id, ginger.supplier_id))
        assert event["type"] == "order.placed"
        assert event["amount_fen"] == 14_649
        assert [(line["name"], line["quantity"], line["amount_fen"]) for line in event["lines"]] == [
            ("茶陵生姜", 10_500, 13_650),
            ("大蒜", 1_500, 999),
        ]
        assert event["unit_id"] == str(town.unit_id)

    async def test_the_same_request_again_answers_the_same_and_writes_nothing(self, desk: Desk, town: Town) -> None:
        basket_id = await town.basket((await town.goods(), 5_000), (await town.goods(), 2_000))
        requisition_id = new_id()
        first = await put_requisition(desk, town.buyer, requisition_id, asks(basket_id))
        async with untouched(desk):
            again = await put_requisition(desk, town.buyer, requisition_id, asks(basket_id))
        assert again == first | {"lines": first["lines"]}
        assert again == await get_requisition(desk, town.buyer, requisition_id)

    async def test_says_once_that_the_last_of_it_is_promised(self, desk: Desk, town: Town) -> None:
        last, more = await town.goods(stock=5_000), await town.goods(stock=5_001)
        await town.order((last, 5_000), (more, 5_000))
        assert await said(desk, last.listing_id) == [
            {"type": "stock.changed", "listing_id": str(last.listing_id), "version": 1, "available": False}
        ]
        assert await said(desk, more.listing_id) == []

    async def test_refuses_more_than_is_left_and_tells_how_much(self, desk: Desk, town: Town) -> None:
        plenty, scarce = await town.goods(), await town.goods(stock=1_500)
        basket_id = await town.basket((plenty, 5_000), (scarce, 2_000))
        async with untouched(desk):
            with pytest.raises(StockShort) as refused:
                await put_requisition(desk, town.buyer, new_id(), asks(basket_id))
        assert refused.value.facts["listings"] == [
            {"listing_id": str(scarce.listing_id), "name": "茶陵生姜", "left": 1_500, "asked": 2_000}
        ]

    async def test_refuses_a_listing_that_changed_since_the_buyer_saw_it(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        basket_id = await town.basket((ginger, 5_000))
        await town.publish(ginger.model_copy(update={"listing_version": 2, "price_fen": 700}))
        async with untouched(desk):
            with pytest.raises(ListingChanged) as refused:
                await put_requisition(desk, town.buyer, new_id(), asks(basket_id))
        assert refused.value.facts["listings"][0]["warnings"] == ["stale_version"]
        assert (await get_basket(desk, town.buyer, basket_id))["lines"][0]["warnings"] == ["stale_version"]

    async def test_refuses_what_is_off_sale_or_whose_supplier_may_not_sell(self, desk: Desk, town: Town) -> None:
        gone, stopped = await town.goods(), await town.goods()
        first, second = await town.basket((gone, 5_000)), await town.basket((stopped, 5_000))
        await town.withdraw(gone)
        await town.a_supplier(SupplierState.SUSPENDED, version=2, supplier_id=stopped.supplier_id)
        async with untouched(desk):
            with pytest.raises(ListingChanged):
                await put_requisition(desk, town.buyer, new_id(), asks(first))
            with pytest.raises(SupplierNotSelling):
                await put_requisition(desk, town.buyer, new_id(), asks(second))

    async def test_refuses_a_closed_canteen_a_past_day_and_a_used_basket(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        basket_id = await town.basket((ginger, 5_000))
        async with untouched(desk):
            with pytest.raises(InvalidFields) as past:
                await put_requisition(
                    desk,
                    town.buyer,
                    new_id(),
                    PutRequisition(basket_id=basket_id, wanted_on=WANTED.replace(day=1)),
                )
            with pytest.raises(NoSuchBasket):
                await put_requisition(desk, town.buyer, new_id(), asks(new_id()))
        assert past.value.facts["errors"][0]["field"] == "wanted_on"
        requisition_id = new_id()
        await put_requisition(desk, town.buyer, requisition_id, asks(basket_id))
        async with untouched(desk):
            with pytest.raises(BasketUsed):
                await put_requisition(desk, town.buyer, new_id(), asks(basket_id))
            with pytest.raises(RequisitionDiffers):
                await put_requisition(
                    desk,
                    town.buyer,
                    requisition_id,
                    PutRequisition(basket_id=basket_id, wanted_on=WANTED.replace(day=6)),
                )
            with pytest.raises(BasketUsed):
                await put_basket(desk, town.buyer, basket_id, basket_of(town.canteen_id, (ginger, 1_000)))
        closing = await town.basket((ginger, 5_000))
        await town.heard_of(version=2, active=False)
        async with untouched(desk):
            with pytest.raises(CanteenClosed):
                await put_requisition(desk, town.buyer, new_id(), asks(closing))

    async def test_refuses_who_does_not_buy_for_this_canteen(self, desk: Desk, town: Town) -> None:
        basket_id = await town.basket((await town.goods(), 5_000))
        stranger = (await Town(desk).heard_of()).buyer
        async with untouched(desk):
            for other in (stranger, town.approver, town.finance, an_identity()):
                with pytest.raises(NotAllowed):
                    await put_requisition(desk, other, new_id(), asks(basket_id))

    async def test_two_baskets_with_the_same_goods_in_other_order_do_not_block_each_other(
        self, desk: Desk, town: Town
    ) -> None:
        one, two = await town.goods(), await town.goods()
        baskets = [await town.basket(*((one, 1_000), (two, 1_000))[:: 1 if index % 2 else -1]) for index in range(20)]
        await asyncio.gather(*(put_requisition(desk, town.buyer, new_id(), asks(basket)) for basket in baskets))
        assert await promised(town, one) == (1_000_000, 20_000)
        assert await promised(town, two) == (1_000_000, 20_000)


class TestTwoHundredBuyersAndFiftyKilograms:
    async def test_promise_exactly_fifty_kilograms(self, desk: Desk, town: Town) -> None:
        ginger, plenty = await town.goods(stock=50_000), await town.goods(stock=10**9)
        baskets = [await town.basket((ginger, 1_000), (plenty, 1_000)) for _ in range(200)]

        async def buy(basket_id: UUID) -> bool:
            try:
                await put_requisition(desk, town.buyer, new_id(), asks(basket_id))
            except StockShort:
                return False
            return True

        bought = await asyncio.gather(*(buy(basket) for basket in baskets))
        assert sum(bought) == 50
        assert await promised(town, ginger) == (50_000, 50_000)
        assert await promised(town, plenty) == (10**9, 50_000)
        assert [event["available"] for event in await said(desk, ginger.listing_id)] == [False]


class TestRequisitionsThatComeTogether:
    async def test_each_gets_its_own_answer(self, desk: Desk, town: Town) -> None:
        ginger, scarce = await town.goods(stock=10_000), await town.goods(stock=1_000)
        basket, other = await town.basket((ginger, 2_000)), await town.basket((ginger, 3_000))
        short = await town.basket((ginger, 1_000), (scarce, 1_500))
        requisition_id = new_id()
        answers = await asyncio.gather(
            put_requisition(desk, town.buyer, requisition_id, asks(basket)),
            put_requisition(desk, town.buyer, requisition_id, asks(basket)),
            put_requisition(desk, town.buyer, new_id(), asks(basket)),
            put_requisition(desk, town.buyer, new_id(), asks(other)),
            put_requisition(desk, town.buyer, new_id(), asks(short)),
            put_requisition(desk, town.buyer, new_id(), asks(new_id())),
            return_exceptions=True,
        )
        # Of the three that ask for one basket, whoever comes first has it: twice the same requisition, or the other.
        placed = [answer for answer in answers if isinstance(answer, dict)]
        amounts = {answer["requisition_id"]: answer["amount_fen"] for answer in placed}
        assert sorted(amounts.values()) == [2_600, 3_900]
        refused = [answer for answer in answers if isinstance(answer, Exception)]
        assert {type(answer) for answer in refused} == {BasketUsed, StockShort, NoSuchBasket}
        assert len(placed) + len(refused) == 6
        assert await promised(town, ginger) == (10_000, 5_000)
        assert await promised(town, scarce) == (1_000, 0)

    async def test_one_that_was_read_before_its_listing_changed_is_not_placed_at_the_new_price(
        self, desk: Desk, town: Town
    ) -> None:
        ginger = await town.goods()
        old, new = await town.basket((ginger, 2_000)), new_id()
        read = await desk.read_to_place((old, new_id()))
        assert read is not None
        dearer = ginger.model_copy(update={"listing_version": 2, "price_fen": 900})
        await town.publish(dearer)
        basket = await desk.read_to_place((await town.basket((dearer, 2_000)), new))
        assert basket is not None
        answers = await asyncio.gather(
            *(place_orders(desk, *placing_of(town, one)) for one in (basket, read, basket)), return_exceptions=True
        )
        assert type(answers[1]) is ListingChanged
        assert {type(answers[0]), type(answers[2])} == {type(None), AskedAlready}
        assert await promised(town, ginger) == (1_000_000, 2_000)


def placing_of(town: Town, basket: Basket) -> tuple[Requisition, list[PlannedOrder], tuple[AskedLine, ...]]:
    requisition_id = derived_id("test", basket.basket_id)
    asked = requisition_of(
        basket.kitchen,
        requisition_id=requisition_id,
        basket_id=basket.basket_id,
        fund=basket.fund,
        state=RequisitionState.PLACED,
        wanted_on=WANTED,
        amount_fen=total_fen(basket.lines),
        requested_by=town.buyer.account_id,
        requested_by_name=town.buyer.name,
        requested_at=town.desk.clock.now(),
    )
    return asked, plan_orders(requisition_id, basket.lines), basket.lines


class TestApproval:
    async def waiting(self, town: Town, *lines: tuple[ListingFacts, int]) -> UUID:
        requisition_id = new_id()
        view = await put_requisition(town.desk, town.buyer, requisition_id, asks(await town.basket(*lines)))
        assert view["state"] == "awaiting"
        return requisition_id

    @pytest.fixture
    async def town(self, desk: Desk) -> Town:
        return await Town(desk, limit_fen=9_999).heard_of()

    async def test_an_amount_at_the_limit_is_placed_and_above_it_waits(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(price_fen=9_999, unit_quantity=1_000)
        assert (await town.order((ginger, 1_000), tolerance_bp=0))["state"] == "placed"
        waits = await self.waiting(town, (ginger, 1_500))
        assert await promised(town, ginger) == (1_000_000, 1_000)
        assert await said(desk, order_id(waits, ginger.supplier_id)) == []

    async def test_another_person_approves_and_all_orders_are_placed(self, desk: Desk, town: Town) -> None:
        ginger, garlic = await town.goods(), await town.goods()
        requisition_id = await self.waiting(town, (ginger, 10_000), (garlic, 10_000))
        view = await decide_requisition(desk, town.approver, requisition_id, APPROVE)
        assert (view["state"], view["decided_by_name"], len(view["orders"])) == ("placed", "赵审批", 2)
        assert await promised(town, ginger) == (1_000_000, 10_000)
        assert view == await get_requisition(desk, town.buyer, requisition_id)
        refuse = DecideRequisition(outcome=Decision.REFUSE, reason="晚了")
        async with untouched(desk):
            assert await decide_requisition(desk, town.approver, requisition_id, APPROVE) == view
            with pytest.raises(AlreadyDecided):
                await decide_requisition(desk, town.approver, requisition_id, refuse)

    async def test_a_key_that_comes_again_is_answered_as_before(self, desk: Desk, town: Town) -> None:
        requisition_id = await self.waiting(town, (await town.goods(), 10_000))
        once = Stamp("decide_requisition:x", str(new_id()), "same")
        first = await decide_requisition(desk, town.approver, requisition_id, APPROVE, once=once)
        async with untouched(desk):
            again = await decide_requisition(desk, town.approver, requisition_id, APPROVE, once=once)
        assert again["orders"] == first["orders"]
        assert again["decided_at"] == first["decided_at"].isoformat()

    async def test_places_all_or_none(self, desk: Desk, town: Town) -> None:
        plenty, scarce = await town.goods(), await town.goods(stock=12_000)
        requisition_id = await self.waiting(town, (plenty, 10_000), (scarce, 10_000))
        await self.decided(town, await self.waiting(town, (scarce, 10_000)))
        async with untouched(desk):
            with pytest.raises(StockShort):
                await decide_requisition(desk, town.approver, requisition_id, APPROVE)

    async def decided(self, town: Town, requisition_id: UUID) -> None:
        await decide_requisition(town.desk, town.approver, requisition_id, APPROVE)

    async def test_does_not_approve_another_price_than_was_asked_for(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        requisition_id = await self.waiting(town, (ginger, 10_000))
        await town.publish(ginger.model_copy(update={"listing_version": 2, "price_fen": 700}))
        async with untouched(desk):
            with pytest.raises(ListingChanged):
                await decide_requisition(desk, town.approver, requisition_id, APPROVE)

    async def test_nobody_approves_their_own_request_nor_another_units(self, desk: Desk, town: Town) -> None:
        both = an_identity(Seat(Role.BUYER, town.canteen_id, town.path), Seat(Role.APPROVER, town.unit_id, town.path))
        town.buyer = both
        requisition_id = await self.waiting(town, (await town.goods(), 10_000))
        stranger = (await Town(desk).heard_of()).approver
        above = an_identity(Seat(Role.APPROVER, new_id(), "/430000/"))
        async with untouched(desk):
            with pytest.raises(OwnRequest):
                await decide_requisition(desk, both, requisition_id, APPROVE)
            for other, refusal in ((stranger, NotAllowed), (above, NotAllowed), (town.finance, NotTheirTurn)):
                with pytest.raises(refusal):
                    await decide_requisition(desk, other, requisition_id, APPROVE)

    async def test_a_refusal_wants_a_reason_and_promises_nothing(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        requisition_id = await self.waiting(town, (ginger, 10_000))
        async with untouched(desk):
            with pytest.raises(InvalidFields):
                await decide_requisition(
                    desk, town.approver, requisition_id, DecideRequisition(outcome=Decision.REFUSE)
                )
        refuse = DecideRequisition(outcome=Decision.REFUSE, reason="本月已超预算")
        view = await decide_requisition(desk, town.approver, requisition_id, refuse)
        assert (view["state"], view["reason"], view["orders"]) == ("refused", "本月已超预算", [])
        assert await promised(town, ginger) == (1_000_000, 0)

    async def test_of_many_approvals_at_once_one_places(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        requisition_id = await self.waiting(town, (ginger, 10_000))
        views = await asyncio.gather(
            *(decide_requisition(desk, town.approver, requisition_id, APPROVE) for _ in range(8))
        )
        assert {view["state"] for view in views} == {"placed"}
        assert await promised(town, ginger) == (1_000_000, 10_000)
        assert len(await said(desk, order_id(requisition_id, ginger.supplier_id))) == 1
