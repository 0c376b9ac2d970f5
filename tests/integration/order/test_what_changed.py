"""An order has the version that the buyer saw, or is refused with what has changed since, and with both values."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from services.order.domain.refusals import ListingChanged
from services.order.store.placing import Placing
from services.order.usecases.commands import DecideRequisition, Decision, PutRequisition
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.desk import Desk
from services.order.usecases.get_basket import get_basket
from services.order.usecases.get_stock import get_stock
from services.order.usecases.put_requisition import put_requisition
from shared.contracts.catalog import PriceTier
from shared.ids import new_id
from tests.build.order import WANTED, Town, untouched

ROUNDS = 20
DEARER = {"field": "price_fen", "seen": 650, "now": 700}


class TestWhatChanged:
    async def test_is_told_by_field_with_both_values(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        basket_id = await town.basket((ginger, 5_000))
        tiers = (PriceTier(from_quantity=50_000, price_fen=600),)
        await town.publish(
            ginger.model_copy(
                update={"listing_version": 3, "price_fen": 700, "minimum_quantity": 10_000, "price_tiers": tiers}
            )
        )
        changed = [
            DEARER,
            {"field": "price_tiers", "seen": [], "now": [{"from_quantity": 50_000, "price_fen": 600}]},
            {"field": "minimum_quantity", "seen": 1_000, "now": 10_000},
        ]
        asks = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
        async with untouched(desk):
            with pytest.raises(ListingChanged) as refused:
                await put_requisition(desk, town.buyer, new_id(), asks)
        assert refused.value.facts["listings"] == [
            {
                "listing_id": str(ginger.listing_id),
                "name": "茶陵生姜",
                "asked_version": 1,
                "current_version": 3,
                "warnings": ["stale_version", "wrong_quantity"],
                "changed": changed,
            }
        ]
        (line,) = (await get_basket(desk, town.buyer, basket_id))["lines"]
        assert (line["warnings"], line["changed"]) == (["stale_version", "wrong_quantity"], changed)

    async def test_is_nothing_where_the_version_seen_is_on_its_way_still(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        ahead = ginger.model_copy(update={"listing_version": 2})
        basket_id = await town.basket((ahead, 5_000))
        with pytest.raises(ListingChanged) as refused:
            await put_requisition(desk, town.buyer, new_id(), PutRequisition(basket_id=basket_id, wanted_on=WANTED))
        (told,) = refused.value.facts["listings"]
        assert (told["asked_version"], told["current_version"], told["changed"]) == (2, 1, [])

    async def test_an_approver_is_told_as_well(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(stock=10_000_000)
        basket_id, requisition_id = await town.basket((ginger, 1_000_000)), new_id()
        asks = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
        waiting = await put_requisition(desk, town.buyer, requisition_id, asks)
        assert waiting["state"] == "awaiting"
        await town.publish(ginger.model_copy(update={"listing_version": 2, "price_fen": 700}))
        approve = DecideRequisition(outcome=Decision.APPROVE)
        with pytest.raises(ListingChanged) as refused:
            await decide_requisition(desk, town.approver, requisition_id, approve)
        assert refused.value.facts["listings"][0]["changed"] == [DEARER]

    async def test_a_price_that_changes_between_the_look_and_the_placing_is_told(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        basket_id = await town.basket((ginger, 5_000))

        async def after_a_rival(placing: Placing) -> None:
            await town.publish(ginger.model_copy(update={"listing_version": 2, "price_fen": 700}))
            await desk.place_new(placing)

        asks = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
        with pytest.raises(ListingChanged) as refused:
            await put_requisition(
                replace(desk, place_new=after_a_rival),  # type: ignore[arg-type]
                town.buyer,
                new_id(),
                asks,
            )
        assert refused.value.facts["listings"][0]["changed"] == [DEARER]
        stock = await get_stock(desk, town.suppliers[ginger.supplier_id], ginger.listing_id)
        assert (stock["on_hand"], stock["promised"]) == (1_000_000, 0)

    async def test_a_price_that_changes_while_it_is_ordered_is_the_one_seen_or_is_told(
        self, desk: Desk, town: Town
    ) -> None:
        placed = refused = 0
        for number in range(ROUNDS):
            ginger = await town.goods()
            basket_id, asked = await town.basket((ginger, 5_000)), new_id()
            dearer = ginger.model_copy(update={"listing_version": 2, "price_fen": 700})
            asks = PutRequisition(basket_id=basket_id, wanted_on=WANTED)

            async def ask(asked: UUID = asked, asks: PutRequisition = asks, late: float = number / 2_000) -> object:
                await asyncio.sleep(late)
                return await put_requisition(desk, town.buyer, asked, asks)

            answer, _ = await asyncio.gather(ask(), town.publish(dearer), return_exceptions=True)
            stock = await get_stock(desk, town.suppliers[ginger.supplier_id], ginger.listing_id)
            if isinstance(answer, ListingChanged):
                refused += 1
                assert answer.facts["listings"][0]["changed"] == [DEARER]
                assert stock["promised"] == 0
            else:
                placed += 1
                assert isinstance(answer, dict), answer
                (line,) = answer["lines"]
                assert (line["listing_version"], line["price_fen"], answer["amount_fen"]) == (1, 650, 6_500)
                assert stock["promised"] == 5_000
        assert placed + refused == ROUNDS
