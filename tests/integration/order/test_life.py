"""An order goes on step by step, each by whose it is, and its stock is promised, shipped or given back once."""

import asyncio
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from services.order.domain.actors import Actor
from services.order.domain.refusals import AcceptanceDiffers, NoSuchOrder, StockShort
from services.order.store.stepping import Goods, LineNow, Look, Step, Stepping
from services.order.store.stock import Move
from services.order.usecases.accept_order import accept_order
from services.order.usecases.cancel_order import cancel_order
from services.order.usecases.commands import CancelOrder, DeclineOrder, PackOrder, ShipOrder
from services.order.usecases.confirm_order import confirm_order
from services.order.usecases.decline_order import decline_order
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.get_stock import get_stock
from services.order.usecases.pack_order import pack_order
from services.order.usecases.ship_order import ship_order
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed, Role
from shared.contracts.words import Measure
from shared.db.unit_of_work import KeyReused, Stamp
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.states import WrongState
from tests.build.order import START, Town, Walk, an_identity, said, untouched


async def stock(walk: Walk, listing_id: UUID) -> tuple[int, int]:
    view = await get_stock(walk.desk, walk.seller, listing_id)
    return view["on_hand"], view["promised"]


def fields(refused: pytest.ExceptionInfo[InvalidFields]) -> list[str]:
    return [error["field"] for error in refused.value.facts["errors"]]


class TestTheWholeWay:
    async def test_from_placed_to_accepted_every_figure_is_right(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        ginger = await town.goods(stock=100_000)
        eggs = await town.goods(
            ginger.supplier_id,
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
        walk = await town.an_order((ginger, 10_000), (eggs, 5))
        assert (await walk.confirm())["open_steps"] == ["cancel", "pack"]
        await walk.pack(10_350, 4)
        assert await stock(walk, ginger.listing_id) == (100_000, 10_350)
        assert await stock(walk, eggs.listing_id) == (50, 4)
        clock.set(START + timedelta(days=2))
        await walk.ship()
        assert await stock(walk, ginger.listing_id) == (100_000 - 10_350, 0)
        assert await stock(walk, eggs.listing_id) == (46, 0)
        clock.set(START + timedelta(days=3))
        view = await walk.accept(10_201, 4)
        # 10.201 kg at 6.50 a jin is 132.613 yuan; four boxes at 24.
        assert [line["kept_fen"] for line in view["lines"]] == [13_261, 9_600]
        assert (view["state"], view["kept_fen"], view["owed_fen"]) == ("accepted", 22_861, 22_861)
        assert view["acceptance"]["accepted_on"] == "2026-03-05"
        assert view["open_steps"] == ["return", "credit", "pay"]
        assert [step["step"] for step in view["steps"]] == ["place", "confirm", "pack", "ship", "accept"]
        assert view == await get_order(desk, walk.seller, walk.order_id)
        events = await said(desk, walk.order_id)
        assert [event["type"] for event in events] == [
            "order.placed",
            *["order.moved"] * 4,
            "acceptance.recorded",
        ]
        assert [event["version"] for event in events[1:5]] == [2, 3, 4, 5]
        accepted = events[-1]
        assert accepted["accepted_on"] == "2026-03-05"
        assert accepted["purchase"]["ordered_on"] == "2026-03-02"
        assert accepted["purchase"]["supplier_kind"] == "disabled_base"
        assert [(line["quantity"], line["grams"], line["amount_fen"]) for line in accepted["lines"]] == [
            (10_201, 10_201, 13_261),
            (4, 2_400, 9_600),
        ]

    async def test_each_step_is_open_to_one_side_alone(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000))
        other_seller = town.suppliers[await town.a_supplier()]
        async with untouched(desk):
            for who in (town.buyer, town.approver, town.finance, other_seller, an_identity()):
                with pytest.raises(NotAllowed):
                    await confirm_order(desk, who, walk.order_id)
                with pytest.raises(NotAllowed):
                    await decline_order(desk, who, walk.order_id, DeclineOrder(reason="x"))
            with pytest.raises(NotAllowed):
                await cancel_order(desk, walk.seller, walk.order_id, CancelOrder(reason="x"))
            with pytest.raises(NotAllowed):
                await get_order(desk, other_seller, walk.order_id)
            with pytest.raises(NoSuchOrder):
                await confirm_order(desk, walk.seller, new_id())

    async def test_a_step_that_is_not_open_is_refused(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000))
        walk.view = await get_order(desk, town.buyer, walk.order_id)
        lines = [{"line_id": walk.line_ids()[0], "packed_quantity": 5_000}]
        async with untouched(desk):
            with pytest.raises(WrongState) as refused:
                await pack_order(desk, walk.seller, walk.order_id, PackOrder.model_validate({"lines": lines}))
            with pytest.raises(WrongState):
                await ship_order(desk, walk.seller, walk.order_id, ShipOrder())
            walk.view["lines"][0]["packed_quantity"] = 5_000
            with pytest.raises(WrongState):
                await accept_order(desk, town.buyer, walk.order_id, walk.acceptance())
        assert refused.value.facts == {
            "state": "placed",
            "step": "pack",
            "open_steps": ["cancel", "confirm", "decline"],
        }

    async def test_a_key_that_comes_again_is_answered_as_before(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000))
        once = Stamp("confirm_order:x", str(new_id()), "same")
        first, *others = await asyncio.gather(
            *(confirm_order(desk, walk.seller, walk.order_id, once=once) for _ in range(4))
        )
        assert others == [first] * 3
        assert len(await said(desk, walk.order_id, "order.moved")) == 1

    async def test_each_step_is_answered_as_it_is_read_afterwards_and_by_its_key_again(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        ginger = await town.goods()
        walk = await town.an_order((ginger, 5_000), (await town.goods(ginger.supplier_id), 2_000))
        walk.view = await get_order(desk, walk.seller, walk.order_id)
        packed = [
            {"line_id": line_id, "packed_quantity": quantity}
            for line_id, quantity in zip(walk.line_ids(), (5_000, 1_900), strict=True)
        ]
        steps = {
            "confirm": partial(confirm_order, desk, walk.seller, walk.order_id),
            "pack": partial(pack_order, desk, walk.seller, walk.order_id, PackOrder.model_validate({"lines": packed})),
            "ship": partial(ship_order, desk, walk.seller, walk.order_id, ShipOrder(carrier="顺丰", note="冷链")),
        }
        for verb, step in steps.items():
            clock.set(clock.now() + timedelta(hours=1, microseconds=120))
            first = await step(once=Stamp(verb, str(walk.order_id), "fingerprint"))
            assert first == await get_order(desk, walk.seller, walk.order_id)
            async with untouched(desk):
                assert await step(once=Stamp(verb, str(walk.order_id), "fingerprint")) == first
                with pytest.raises(KeyReused):
                    await step(once=Stamp(verb, str(walk.order_id), "another"))

    async def test_a_step_that_was_decided_on_an_older_look_writes_nothing(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        ginger = await town.goods(stock=9_000)
        walk = await town.an_order((ginger, 5_000), upto="confirmed")
        seen = await desk.look_at(Look(walk.order_id, clock.now()))
        assert seen is not None
        await walk.pack(4_000)
        goods = Goods({ginger.listing_id: Move(promised=100)}, {walk.line_ids()[0]: LineNow(5_100, 5_100)})
        step = Step("pack", clock.now(), Actor.of(walk.seller, Role.SUPPLIER))
        async with untouched(desk):
            assert not await desk.step_on(Stepping(seen, step, {}, [], None, goods))


class TestGivingBack:
    @pytest.mark.parametrize("upto", ["placed", "confirmed"])
    async def test_a_cancelled_order_gives_its_stock_back_once(self, desk: Desk, town: Town, upto: str) -> None:
        ginger = await town.goods(stock=5_000)
        walk = await town.an_order((ginger, 5_000), upto=upto)
        view = await cancel_order(desk, town.buyer, walk.order_id, CancelOrder(reason="本周停餐"))
        assert (view["state"], view["steps"][-1]["reason"]) == ("cancelled", "本周停餐")
        assert await stock(walk, ginger.listing_id) == (5_000, 0)
        assert [event["available"] for event in await said(desk, ginger.listing_id)] == [False, True]
        async with untouched(desk):
            with pytest.raises(WrongState):
                await cancel_order(desk, town.buyer, walk.order_id, CancelOrder(reason="再来"))
            with pytest.raises(WrongState):
                await confirm_order(desk, walk.seller, walk.order_id)

    async def test_of_cancelling_and_declining_at_once_one_happens(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(stock=50_000)
        walk = await town.an_order((ginger, 5_000))
        done = await asyncio.gather(
            *(cancel_order(desk, town.buyer, walk.order_id, CancelOrder(reason="停餐")) for _ in range(3)),
            *(decline_order(desk, walk.seller, walk.order_id, DeclineOrder(reason="暴雨")) for _ in range(3)),
            return_exceptions=True,
        )
        assert sum(isinstance(one, dict) for one in done) == 1
        assert sum(isinstance(one, WrongState) for one in done) == 5
        assert await stock(walk, ginger.listing_id) == (50_000, 0)


class TestPacking:
    async def pack(self, walk: Walk, *lines: tuple[UUID, int]) -> dict[str, Any]:
        content = {"lines": [{"line_id": line_id, "packed_quantity": packed} for line_id, packed in lines]}
        return await pack_order(walk.desk, walk.seller, walk.order_id, PackOrder.model_validate(content))

    async def test_names_every_line_once_within_the_tolerance(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        garlic = await town.goods(ginger.supplier_id)
        walk = await town.an_order((ginger, 10_000), (garlic, 10_000), upto="confirmed")
        one, two = walk.line_ids()
        async with untouched(desk):
            with pytest.raises(InvalidFields) as too_much:
                await self.pack(walk, (one, 11_001), (two, 11_000))
            with pytest.raises(InvalidFields) as missing:
                await self.pack(walk, (one, 10_000))
            with pytest.raises(InvalidFields) as strange:
                await self.pack(walk, (one, 10_000), (one, 10_000), (new_id(), 1))
            with pytest.raises(InvalidFields) as nothing:
                await self.pack(walk, (one, 0), (two, 0))
        assert fields(too_much) == ["lines.0.packed_quantity"]
        assert fields(missing) == ["lines"]
        assert fields(strange) == ["lines.1.line_id", "lines.2.line_id"]
        assert fields(nothing) == ["lines"]
        assert (await self.pack(walk, (one, 11_000), (two, 0)))["state"] == "packed"
        assert await stock(walk, garlic.listing_id) == (1_000_000, 0)

    async def test_takes_no_more_than_is_left_though_within_the_tolerance(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(stock=10_400)
        walk = await town.an_order((ginger, 10_000), upto="confirmed")
        async with untouched(desk):
            with pytest.raises(StockShort) as refused:
                await self.pack(walk, (walk.line_ids()[0], 10_401))
        assert refused.value.facts["listings"] == [
            {"listing_id": str(ginger.listing_id), "name": "茶陵生姜", "left": 400, "asked": 401}
        ]
        await self.pack(walk, (walk.line_ids()[0], 10_400))
        assert await stock(walk, ginger.listing_id) == (10_400, 10_400)
        assert [event["available"] for event in await said(desk, ginger.listing_id)] == [False]

    async def test_what_is_packed_less_than_promised_is_for_others_again(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(stock=5_000)
        walk = await town.an_order((ginger, 5_000), upto="confirmed")
        await self.pack(walk, (walk.line_ids()[0], 4_000))
        assert await stock(walk, ginger.listing_id) == (5_000, 4_000)
        assert [event["available"] for event in await said(desk, ginger.listing_id)] == [False, True]


class TestAcceptance:
    async def test_is_dated_from_the_shipment_to_today_in_shanghai(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        walk = await town.an_order((await town.goods(), 5_000), upto="shipped")
        clock.set(datetime.fromisoformat("2026-03-03T16:30:00+00:00"))  # Already the 4th in Shanghai.
        async with untouched(desk):
            for day in (date(2026, 3, 1), date(2026, 3, 5)):
                with pytest.raises(InvalidFields) as refused:
                    await walk.accept(accepted_on=day)
                assert fields(refused) == ["accepted_on"]
        assert (await walk.accept())["acceptance"]["accepted_on"] == "2026-03-04"

    async def test_is_at_most_what_the_order_may_come_to(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000), upto="shipped")
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await walk.accept(5_501)
        assert fields(refused) == ["lines.0.accepted_quantity"]

    async def test_the_same_again_answers_the_order_and_another_is_refused(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000), upto="shipped")
        acceptance = walk.acceptance(4_900)
        first = await accept_order(desk, town.buyer, walk.order_id, acceptance)
        async with untouched(desk):
            assert await accept_order(desk, town.buyer, walk.order_id, acceptance) == first
            other = walk.acceptance(4_800).model_copy(update={"acceptance_id": acceptance.acceptance_id})
            with pytest.raises(AcceptanceDiffers):
                await accept_order(desk, town.buyer, walk.order_id, other)
            with pytest.raises(WrongState):
                await accept_order(desk, town.buyer, walk.order_id, walk.acceptance(4_900))

    async def test_is_answered_as_it_is_read_afterwards_and_by_its_key_again(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        walk = await town.an_order((await town.goods(), 5_000), upto="shipped")
        clock.set(clock.now() + timedelta(hours=1, microseconds=120))
        acceptance, once = walk.acceptance(4_900), Stamp("accept_order", str(walk.order_id), "fingerprint")
        first = await accept_order(desk, town.buyer, walk.order_id, acceptance, once=once)
        assert first == await get_order(desk, town.buyer, walk.order_id)
        async with untouched(desk):
            assert await accept_order(desk, town.buyer, walk.order_id, acceptance, once=once) == first
            reused = Stamp("accept_order", str(walk.order_id), "another")
            with pytest.raises(KeyReused):
                await accept_order(desk, town.buyer, walk.order_id, acceptance, once=reused)

    async def test_at_zero_refuses_the_delivery(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000), upto="shipped")
        lines = [{"line_id": walk.line_ids()[0], "accepted_quantity": 0, "reason": "全部腐烂"}]
        acceptance = walk.acceptance().model_copy()
        view = await accept_order(
            desk,
            town.buyer,
            walk.order_id,
            type(acceptance).model_validate({"acceptance_id": new_id(), "lines": lines}),
        )
        assert (view["state"], view["kept_fen"], view["owed_fen"]) == ("refused", 0, 0)
        assert view["lines"][0]["reason"] == "全部腐烂"
        events = await said(desk, walk.order_id)
        assert (events[-1]["type"], events[-1]["state"], events[-1]["reason"]) == ("order.moved", "refused", "全部腐烂")

    async def test_of_two_at_once_one_is_recorded(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000), upto="shipped")
        done = await asyncio.gather(
            *(accept_order(desk, town.buyer, walk.order_id, walk.acceptance(4_900 + n)) for n in range(5)),
            return_exceptions=True,
        )
        assert sum(isinstance(one, dict) for one in done) == 1
        assert len(await said(desk, walk.order_id, "acceptance.recorded")) == 1
