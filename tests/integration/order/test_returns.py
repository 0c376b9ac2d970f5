"""What goes back, or costs less, is booked once as a step of its line, to the fen, and says whose year it is."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.order.domain.refusals import (
    CreditDiffers,
    CreditTooLarge,
    MoreThanKept,
    NoSuchReturn,
    ReturnDiffers,
    TooManyReturns,
)
from services.order.usecases.agree_return import agree_return
from services.order.usecases.commands import CreditOrder, ReturnGoods
from services.order.usecases.credit_order import credit_order
from services.order.usecases.desk import Desk
from services.order.usecases.return_goods import RETURNS_MAX, return_goods
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.states import WrongState
from tests.build.order import START, Town, Walk, said, untouched


def a_return(walk: Walk, quantity: int, line: int = 0) -> ReturnGoods:
    lines = [{"line_id": walk.line_ids()[line], "quantity": quantity, "reason": "有腐烂"}]
    return ReturnGoods.model_validate({"return_id": new_id(), "lines": lines})


def a_credit(walk: Walk, amount_fen: int, line: int = 0) -> CreditOrder:
    lines = [{"line_id": walk.line_ids()[line], "amount_fen": amount_fen}]
    return CreditOrder.model_validate({"credit_id": new_id(), "lines": lines, "reason": "规格偏小"})


async def returned(walk: Walk, quantity: int, line: int = 0) -> dict[str, Any]:
    asked = a_return(walk, quantity, line)
    await return_goods(walk.desk, walk.town.buyer, walk.order_id, asked)
    return await agree_return(walk.desk, walk.seller, walk.order_id, asked.return_id)


class TestAReturn:
    async def test_is_proposed_a_bounded_number_of_times(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="accepted")
        asked = [a_return(walk, 1) for _ in range(RETURNS_MAX)]
        for one in asked:
            await return_goods(desk, town.buyer, walk.order_id, one)
        with pytest.raises(TooManyReturns):
            await return_goods(desk, town.buyer, walk.order_id, a_return(walk, 1))
        again = await return_goods(desk, town.buyer, walk.order_id, asked[-1])
        assert len(again["returns"]) == RETURNS_MAX

    async def test_is_proposed_by_the_buyer_and_booked_when_the_supplier_agrees(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="accepted")
        asked = a_return(walk, 2_500)
        clock.set(START + timedelta(days=15))
        proposed = await return_goods(desk, town.buyer, walk.order_id, asked)
        assert (proposed["kept_fen"], proposed["returns"][0]["state"]) == (13_000, "proposed")
        assert await said(desk, walk.order_id, "return.recorded") == []
        view = await agree_return(desk, walk.seller, walk.order_id, asked.return_id)
        assert (view["kept_fen"], view["returned_fen"], view["lines"][0]["kept_quantity"]) == (9_750, 3_250, 7_500)
        assert view["returns"][0]["agreed_on"] == "2026-03-17"
        (event,) = await said(desk, walk.order_id, "return.recorded")
        assert event["reverses_accepted_on"] == "2026-03-02"
        assert event["agreed_on"] == "2026-03-17"
        assert event["acceptance_id"] == view["acceptance"]["acceptance_id"]
        line = event["lines"][0]
        assert (line["quantity"], line["grams"], line["amount_fen"]) == (-2_500, -2_500, -3_250)

    async def test_the_same_proposal_again_is_the_same_and_is_agreed_once(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="accepted")
        asked = a_return(walk, 2_500)
        first = await return_goods(desk, town.buyer, walk.order_id, asked)
        async with untouched(desk):
            assert await return_goods(desk, town.buyer, walk.order_id, asked) == first
            other = a_return(walk, 2_000).model_copy(update={"return_id": asked.return_id})
            with pytest.raises(ReturnDiffers):
                await return_goods(desk, town.buyer, walk.order_id, other)
        await agree_return(desk, walk.seller, walk.order_id, asked.return_id)
        async with untouched(desk):
            with pytest.raises(WrongState):
                await agree_return(desk, walk.seller, walk.order_id, asked.return_id)

    async def test_is_agreed_by_another_than_who_proposed_it_whatever_seats_one_has(
        self, desk: Desk, town: Town
    ) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="accepted")
        asked = a_return(walk, 2_500)
        both = replace(town.buyer, seats=(*town.buyer.seats, *walk.seller.seats))
        await return_goods(desk, both, walk.order_id, asked)
        async with untouched(desk):
            with pytest.raises(OwnRequest):
                await agree_return(desk, both, walk.order_id, asked.return_id)

    async def test_is_of_no_more_than_is_kept(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="accepted")
        first, second = a_return(walk, 6_000), a_return(walk, 6_000)
        await return_goods(desk, town.buyer, walk.order_id, first)
        await return_goods(desk, town.buyer, walk.order_id, second)
        await agree_return(desk, walk.seller, walk.order_id, first.return_id)
        async with untouched(desk):
            with pytest.raises(MoreThanKept) as refused:
                await agree_return(desk, walk.seller, walk.order_id, second.return_id)
            with pytest.raises(MoreThanKept):
                await return_goods(desk, town.buyer, walk.order_id, a_return(walk, 4_001))
        assert refused.value.facts["lines"][0]["kept"] == 4_000

    async def test_is_refused_to_whom_it_is_not_and_before_acceptance(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="shipped")
        async with untouched(desk):
            with pytest.raises(WrongState):
                await return_goods(desk, town.buyer, walk.order_id, a_return(walk, 1))
            with pytest.raises(NotAllowed):
                await return_goods(desk, walk.seller, walk.order_id, a_return(walk, 1))
        await walk.accept()
        asked = a_return(walk, 1)
        await return_goods(desk, town.buyer, walk.order_id, asked)
        other = await town.an_order((await town.goods(walk_supplier(walk)), 10_000), upto="accepted")
        async with untouched(desk):
            with pytest.raises(NotAllowed):
                await agree_return(desk, town.buyer, walk.order_id, asked.return_id)
            with pytest.raises(NoSuchReturn):
                await agree_return(desk, walk.seller, other.order_id, asked.return_id)
            with pytest.raises(NoSuchReturn):
                await agree_return(desk, walk.seller, walk.order_id, new_id())


def walk_supplier(walk: Walk) -> UUID:
    return walk.seller.seats[0].organisation_id


class TestACredit:
    async def test_lowers_what_is_owed_at_once(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="accepted")
        asked = a_credit(walk, 1_234)
        view = await credit_order(desk, walk.seller, walk.order_id, asked)
        assert (view["kept_fen"], view["credited_fen"], view["lines"][0]["credited_fen"]) == (11_766, 1_234, 1_234)
        (event,) = await said(desk, walk.order_id, "credit.recorded")
        line = event["lines"][0]
        assert (line["quantity"], line["grams"], line["amount_fen"]) == (0, 0, -1_234)
        async with untouched(desk):
            assert await credit_order(desk, walk.seller, walk.order_id, asked) == view
            other = a_credit(walk, 1).model_copy(update={"credit_id": asked.credit_id})
            with pytest.raises(CreditDiffers):
                await credit_order(desk, walk.seller, walk.order_id, other)

    async def test_is_at_most_what_the_line_costs(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="accepted")
        strange = CreditOrder.model_validate(
            {"credit_id": new_id(), "lines": [{"line_id": new_id(), "amount_fen": 1}], "reason": "x"}
        )
        async with untouched(desk):
            with pytest.raises(CreditTooLarge):
                await credit_order(desk, walk.seller, walk.order_id, a_credit(walk, 13_001))
            with pytest.raises(InvalidFields):
                await credit_order(desk, walk.seller, walk.order_id, strange)
            with pytest.raises(NotAllowed):
                await credit_order(desk, town.buyer, walk.order_id, a_credit(walk, 1))


class TestAnySequence:
    @pytest.mark.parametrize("seed", range(4))
    async def test_of_steps_sums_right_to_the_fen_and_a_full_return_to_nothing(
        self, desk: Desk, town: Town, seed: int
    ) -> None:
        chance = random.Random(seed)
        ginger = await town.goods(price_fen=chance.randint(1, 999), unit_quantity=chance.choice([500, 333, 1_000]))
        garlic = await town.goods(ginger.supplier_id, price_fen=chance.randint(1, 999))
        walk = await town.an_order((ginger, 10_000), (garlic, 5_500), upto="shipped")
        view = await walk.accept(chance.randint(1, 10_000), chance.randint(1, 5_500))
        if view["state"] == "weighed":
            view = await walk.agree()
        for _ in range(8):
            line = chance.randrange(2)
            now = view["lines"][line]
            if chance.random() < 0.5 and now["kept_quantity"] > 1:
                view = await returned(walk, chance.randint(1, now["kept_quantity"]), line)
            elif now["kept_fen"] > 1:
                credit = a_credit(walk, chance.randint(1, now["kept_fen"]), line)
                view = await credit_order(desk, walk.seller, walk.order_id, credit)
            assert view["kept_fen"] == sum(one["kept_fen"] for one in view["lines"])
            assert view["kept_fen"] == view["accepted_fen"] - view["returned_fen"] - view["credited_fen"]
            assert view["kept_fen"] == await booked(desk, walk)
        for line, now in enumerate(view["lines"]):
            if now["kept_quantity"]:
                view = await returned(walk, now["kept_quantity"], line)
        assert (view["kept_fen"], await booked(desk, walk), view["state"]) == (0, 0, "settled")


async def booked(desk: Desk, walk: Walk) -> int:
    """Sum what the ledger hears of an order."""
    events = await said(desk, walk.order_id, "acceptance.recorded", "return.recorded", "credit.recorded")
    return sum(line["amount_fen"] for event in events for line in event["lines"])
