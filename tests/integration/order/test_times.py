"""An order is confirmed line by line, packed anew, cancelled by both when packed, and silence ends."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.order.domain.refusals import NotAskedToCancel, ReasonWanted, StockShort
from services.order.usecases.cancel_order import agree_cancel, cancel_order
from services.order.usecases.commands import (
    AnswerCancellation,
    CancelOrder,
    ConfirmOrder,
    DeclineOrder,
    PutPayment,
    ReturnGoods,
    ShipOrder,
)
from services.order.usecases.confirm_order import confirm_order
from services.order.usecases.confirm_payment import confirm_payment
from services.order.usecases.decline_order import decline_order
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.put_payment import put_payment
from services.order.usecases.return_goods import return_goods
from services.order.usecases.ship_order import ship_order
from services.order.usecases.time_out_orders import (
    cancel_unanswered,
    close_settled,
    lapse_unanswered,
    tell_late_deliveries,
)
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.states import WrongState
from tests.build.order import START, Town, Walk, said, untouched
from tests.integration.order.test_life import fields, stock
from tests.integration.order.test_weighing import notices

YES, NO = AnswerCancellation.model_validate({"outcome": "agree"}), {"outcome": "object"}
ASK = CancelOrder(reason="停餐")


async def lowered(walk: Walk, *quantities: int | None) -> dict[str, Any]:
    """Confirm an order, each line that is not None at this much."""
    walk.view = await get_order(walk.desk, walk.seller, walk.order_id)
    lines = [
        {"line_id": line_id, "confirmed_quantity": quantity, "reason": "本周产量不足"}
        for line_id, quantity in zip(walk.line_ids(), quantities, strict=True)
        if quantity is not None
    ]
    command = ConfirmOrder.model_validate({"lines": lines})
    walk.view = await confirm_order(walk.desk, walk.seller, walk.order_id, command)
    return walk.view


class TestConfirmingByLine:
    async def test_gives_back_what_is_not_confirmed_and_tells_the_buyer(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(stock=9_000)
        garlic = await town.goods(ginger.supplier_id, stock=9_000)
        walk = await town.an_order((ginger, 5_000), (garlic, 2_000))
        view = await lowered(walk, 3_000, 0)
        assert (view["state"], view["ordered_fen"], view["confirmed_fen"]) == ("confirmed", 9_100, 3_900)
        assert [line["confirmed_fen"] for line in view["lines"]] == [3_900, 0]
        assert [line["confirmed_quantity"] for line in view["lines"]] == [3_000, 0]
        assert [await stock(walk, one.listing_id) for one in (ginger, garlic)] == [(9_000, 3_000), (9_000, 0)]
        (moved,) = await said(desk, walk.order_id, "order.moved")
        assert (moved["amount_fen"], moved["reason"]) == (3_900, "本周产量不足")
        assert await notices(desk, walk) == [("order_changed_by_supplier", ["buyer"])]
        with pytest.raises(InvalidFields) as refused:
            await walk.pack(3_301, 0)
        assert fields(refused) == ["lines.0.packed_quantity"]
        await walk.pack(3_300, 0)
        await walk.ship()
        assert (await walk.accept())["kept_fen"] == 4_290

    async def test_a_line_that_is_not_named_stays_as_it_was_ordered(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(stock=9_000)
        walk = await town.an_order((ginger, 5_000), (await town.goods(ginger.supplier_id), 2_000))
        view = await lowered(walk, None, 1_000)
        assert [line["confirmed_quantity"] for line in view["lines"]] == [None, 1_000]
        assert (view["confirmed_fen"], [line["confirmed_fen"] for line in view["lines"]]) == (7_800, [None, 1_300])
        assert await stock(walk, ginger.listing_id) == (9_000, 5_000)

    async def test_more_or_nothing_is_refused(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000))
        async with untouched(desk):
            for quantity, field in ((5_001, "lines.0.confirmed_quantity"), (0, "lines")):
                with pytest.raises(InvalidFields) as refused:
                    await lowered(walk, quantity)
                assert fields(refused) == [field]


class TestPackingAnew:
    async def test_holds_what_is_packed_at_last(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(stock=6_000)
        walk = await town.an_order((ginger, 5_000), upto="packed")
        await walk.pack(4_800)
        assert await stock(walk, ginger.listing_id) == (6_000, 4_800)
        assert (await walk.pack(5_400))["state"] == "packed"
        assert await stock(walk, ginger.listing_id) == (6_000, 5_400)
        assert walk.view == await get_order(desk, walk.seller, walk.order_id)
        await walk.ship()
        assert await stock(walk, ginger.listing_id) == (600, 0)

    async def test_takes_no_more_than_is_left(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(stock=5_100), 5_000), upto="packed")
        async with untouched(desk):
            with pytest.raises(StockShort):
                await walk.pack(5_101)


class TestCancellingWhatIsPacked:
    async def test_takes_both_and_gives_the_stock_back_once(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(stock=9_000)
        walk = await town.an_order((ginger, 5_000), upto="packed")
        async with untouched(desk):
            with pytest.raises(NotAskedToCancel):
                await agree_cancel(desk, walk.seller, walk.order_id, YES)
        asked = await cancel_order(desk, town.buyer, walk.order_id, ASK)
        assert (asked["state"], asked["cancel_asked"]["reason"]) == ("packed", "停餐")
        assert asked["open_steps"] == ["pack", "ship", "agree_cancel"]
        assert await stock(walk, ginger.listing_id) == (9_000, 5_000)
        async with untouched(desk):
            assert await cancel_order(desk, town.buyer, walk.order_id, ASK) == asked
            with pytest.raises(NotAllowed):
                await agree_cancel(desk, town.buyer, walk.order_id, YES)
        done = await asyncio.gather(
            *(agree_cancel(desk, walk.seller, walk.order_id, YES) for _ in range(3)), return_exceptions=True
        )
        assert sum(isinstance(one, dict) for one in done) == 1
        assert await stock(walk, ginger.listing_id) == (9_000, 0)

    async def test_before_it_is_packed_is_told_to_the_seller_once(self, desk: Desk, town: Town) -> None:
        for upto in ("placed", "confirmed"):
            walk = await town.an_order((await town.goods(), 5_000), upto=upto)
            await cancel_order(desk, town.buyer, walk.order_id, ASK)
            with pytest.raises(WrongState):
                await cancel_order(desk, town.buyer, walk.order_id, ASK)
            (told,) = await said(desk, walk.order_id, "notice.raised")
            assert told["audience"] == [
                {
                    "organisation_id": str(walk.seller.seats[0].organisation_id),
                    "roles": ["supplier", "seller", "packer", "helper"],
                }
            ]
            facts = {fact["name"]: fact["value"] for fact in told["facts"]}
            assert (told["kind"], facts["outcome"], facts["reason"]) == ("cancellation_answered", "cancel", "停餐")

    async def test_by_a_seller_who_declines_is_told_to_the_buyer(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000))
        await decline_order(desk, walk.seller, walk.order_id, DeclineOrder(reason="暴雨，无法采收"))
        (told,) = await said(desk, walk.order_id, "notice.raised")
        assert told["audience"] == [{"organisation_id": str(town.canteen_id), "roles": ["buyer"]}]
        facts = {fact["name"]: fact["value"] for fact in told["facts"]}
        assert (told["kind"], facts["outcome"], facts["reason"]) == (
            *("order_changed_by_supplier", "decline"),
            "暴雨，无法采收",
        )

    async def test_is_agreed_by_another_than_who_asked_and_both_are_told(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000), upto="packed")
        both = replace(town.buyer, seats=(*town.buyer.seats, *walk.seller.seats))
        await cancel_order(desk, both, walk.order_id, ASK)
        async with untouched(desk):
            with pytest.raises(OwnRequest):
                await agree_cancel(desk, both, walk.order_id, YES)
        await agree_cancel(desk, walk.seller, walk.order_id, YES)
        told = [(one["kind"], one["audience"][0]["roles"]) for one in await said(desk, walk.order_id, "notice.raised")]
        asked, answered = [one for one in told if one[0].startswith("cancellation")]
        assert asked == ("cancellation_asked", ["supplier", "seller", "packer", "helper"])
        assert answered == ("cancellation_answered", ["buyer"])

    async def test_a_no_needs_its_reason_and_leaves_it_packed(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000), upto="packed")
        await cancel_order(desk, town.buyer, walk.order_id, ASK)
        async with untouched(desk):
            with pytest.raises(ReasonWanted):
                await agree_cancel(desk, walk.seller, walk.order_id, AnswerCancellation.model_validate(NO))
        no = AnswerCancellation.model_validate({**NO, "reason": "已装车"})
        view = await agree_cancel(desk, walk.seller, walk.order_id, no)
        assert (view["state"], view["cancel_asked"], view["steps"][-1]["reason"]) == ("packed", None, "已装车")

    async def test_that_is_not_answered_in_time_is_cancelled_and_both_are_told(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        ginger = await town.goods(stock=90_000)
        walk, answered, shipped = [await town.an_order((ginger, 5_000), upto="packed") for _ in range(3)]
        for one in (walk, answered, shipped):
            await cancel_order(desk, town.buyer, one.order_id, ASK)
        no = AnswerCancellation.model_validate({**NO, "reason": "已装车"})
        await agree_cancel(desk, answered.seller, answered.order_id, no)
        await shipped.ship()
        (asked,) = [
            one for one in await said(desk, walk.order_id, "notice.raised") if one["kind"] == "cancellation_asked"
        ]
        assert asked["due_at"].startswith("2026-03-05T01:00:0")
        clock.set(START + timedelta(days=3) - timedelta(seconds=1))
        await cancel_unanswered(desk)
        assert (await get_order(desk, town.buyer, walk.order_id))["state"] == "packed"
        clock.set(START + timedelta(days=3, minutes=1))
        await asyncio.gather(*(cancel_unanswered(desk) for _ in range(3)))
        view = await get_order(desk, town.buyer, walk.order_id)
        assert (view["state"], view["cancel_asked"], view["steps"][-1]["step"]) == ("cancelled", None, "leave_cancel")
        assert [(await get_order(desk, town.buyer, one.order_id))["state"] for one in (answered, shipped)] == [
            "packed",
            "shipped",
        ]
        assert await stock(walk, ginger.listing_id) == (85_000, 5_000)
        told = [
            [role for one in notice["audience"] for role in one["roles"]]
            for notice in await said(desk, walk.order_id, "notice.raised")
            if notice["kind"] == "cancellation_answered"
        ]
        assert told == [["buyer", "supplier", "seller", "packer", "helper"]]

    async def test_in_silence_against_shipping_one_of_the_two_happens(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        ginger = await town.goods(stock=90_000)
        walk = await town.an_order((ginger, 5_000), upto="packed")
        await cancel_order(desk, town.buyer, walk.order_id, ASK)
        clock.set(START + timedelta(days=3, minutes=1))
        await asyncio.gather(
            cancel_unanswered(desk),
            ship_order(desk, walk.seller, walk.order_id, ShipOrder()),
            return_exceptions=True,
        )
        state = (await get_order(desk, walk.seller, walk.order_id))["state"]
        assert state in {"cancelled", "shipped"}
        assert await stock(walk, ginger.listing_id) == (90_000 - 5_000 * (state == "shipped"), 0)

    async def test_against_shipping_one_of_the_two_happens(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods(stock=90_000)
        for _ in range(5):
            before = await _on_hand(desk, town, ginger)
            walk = await town.an_order((ginger, 5_000), upto="packed")
            await cancel_order(desk, town.buyer, walk.order_id, ASK)
            done = await asyncio.gather(
                agree_cancel(desk, walk.seller, walk.order_id, YES),
                ship_order(desk, walk.seller, walk.order_id, ShipOrder()),
                return_exceptions=True,
            )
            assert [isinstance(one, WrongState) for one in done].count(True) == 1
            state = (await get_order(desk, walk.seller, walk.order_id))["state"]
            gone = 5_000 if state == "shipped" else 0
            assert await stock(walk, ginger.listing_id) == (before - gone, 0)

    async def test_what_is_shipped_is_accepted_and_never_cancelled(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000), upto="shipped")
        done = await asyncio.gather(
            cancel_order(desk, town.buyer, walk.order_id, ASK), walk.accept(), return_exceptions=True
        )
        assert [type(one) for one in done] == [WrongState, dict]
        assert len(await said(desk, walk.order_id, "acceptance.recorded")) == 1


async def _on_hand(desk: Desk, town: Town, ginger: Any) -> int:
    walk = Walk(town, new_id(), town.suppliers[ginger.supplier_id])
    return (await stock(walk, ginger.listing_id))[0]


async def drift(desk: Desk, listing_id: UUID, more: int) -> None:
    """Let what is promised of some goods be another figure than what is held of them."""
    async with desk.uow.begin() as tx:
        asked = sa.text("UPDATE stock SET promised = promised + :more WHERE listing_id = :listing")
        await tx.execute(asked, {"more": more, "listing": listing_id})


class TestSilence:
    async def test_of_the_seller_gives_the_stock_back_after_three_days(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        ginger = await town.goods(stock=9_000)
        walk, answered = await town.an_order((ginger, 5_000)), await town.an_order((ginger, 1_000), upto="confirmed")
        clock.set(START + timedelta(days=3) - timedelta(seconds=1))
        await lapse_unanswered(desk)
        assert (await get_order(desk, town.buyer, walk.order_id))["state"] == "placed"
        clock.set(START + timedelta(days=3))
        while any(await asyncio.gather(*(lapse_unanswered(desk) for _ in range(3)))):
            pass  # A round takes so many at a time, and other tests have left orders unanswered too.
        view = await get_order(desk, town.buyer, walk.order_id)
        assert (view["state"], view["steps"][-1]["step"], view["steps"][-1]["account_id"]) == (
            "declined",
            "lapse",
            None,
        )
        assert (await get_order(desk, town.buyer, answered.order_id))["state"] == "confirmed"
        assert await stock(walk, ginger.listing_id) == (9_000, 1_000)
        assert await notices(desk, walk) == [("order_lapsed", ["buyer", "supplier", "packer", "helper"])]

    async def test_about_one_whose_stock_does_not_add_up_holds_up_no_other(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        ginger, eggs = await town.goods(), await town.goods(name="土鸡蛋")
        stuck, after = await town.an_order((ginger, 5_000)), await town.an_order((eggs, 2_000))
        await drift(desk, ginger.listing_id, -5_000)
        clock.set(START + timedelta(days=3))
        while await lapse_unanswered(desk):
            pass
        assert (await get_order(desk, town.buyer, stuck.order_id))["state"] == "placed"
        assert (await get_order(desk, town.buyer, after.order_id))["state"] == "declined"
        await drift(desk, ginger.listing_id, 5_000)
        assert await lapse_unanswered(desk) >= 1
        assert (await get_order(desk, town.buyer, stuck.order_id))["state"] == "declined"

    async def test_against_confirming_one_of_the_two_happens(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        ginger = await town.goods(stock=9_000)
        walk = await town.an_order((ginger, 5_000))
        clock.set(START + timedelta(days=3))
        await asyncio.gather(lapse_unanswered(desk), walk.confirm(), return_exceptions=True)
        state = (await get_order(desk, town.buyer, walk.order_id))["state"]
        assert state in {"declined", "confirmed"}
        assert await stock(walk, ginger.listing_id) == (9_000, 5_000 if state == "confirmed" else 0)

    async def test_of_an_order_of_before_counts_from_when_silence_came_to_end(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        walk, packed = [await town.an_order((await town.goods(), 5_000), upto=upto) for upto in ("placed", "packed")]
        await cancel_order(desk, town.buyer, packed.order_id, ASK)
        async with desk.uow.begin() as tx:
            await tx.execute(
                sa.text("UPDATE orders SET answer_from = :at WHERE order_id IN (:one, :other)"),
                {"at": START + timedelta(days=20), "one": walk.order_id, "other": packed.order_id},
            )
        for day, ended in ((22, ["placed", "packed"]), (23, ["declined", "cancelled"])):
            clock.set(START + timedelta(days=day))
            await lapse_unanswered(desk)
            await cancel_unanswered(desk)
            views = [await get_order(desk, town.buyer, one.order_id) for one in (walk, packed)]
            assert [view["state"] for view in views] == ended

    async def test_of_the_canteen_is_told_to_both_once(self, desk: Desk, town: Town, clock: SettableClock) -> None:
        walk = await town.an_order((await town.goods(), 5_000), upto="shipped")
        clock.set(START + timedelta(days=3))
        await asyncio.gather(*(tell_late_deliveries(desk) for _ in range(3)))
        clock.set(START + timedelta(days=9))
        await tell_late_deliveries(desk)
        assert await notices(desk, walk) == [("delivery_overdue", ["buyer", "supplier", "packer", "helper"])]
        assert (await walk.accept())["state"] == "accepted"


class TestClosing:
    async def settled(self, town: Town) -> Walk:
        walk = await town.an_order((await town.goods(), 5_000), upto="accepted")
        payment_id = new_id()
        from_bank = {"method": "bank_transfer", "amount_fen": 6_500}
        await put_payment(town.desk, town.buyer, walk.order_id, payment_id, PutPayment.model_validate(from_bank))
        walk.view = await confirm_payment(town.desk, walk.seller, walk.order_id, payment_id)
        return walk

    async def test_comes_when_nothing_can_go_back_any_more(self, desk: Desk, town: Town, clock: SettableClock) -> None:
        walk, disputed = await self.settled(town), await self.settled(town)
        line = {"line_id": disputed.line_ids()[0], "quantity": 500, "reason": "有腐烂"}
        back = ReturnGoods.model_validate({"return_id": new_id(), "lines": [line]})
        await return_goods(desk, town.buyer, disputed.order_id, back)
        clock.set(START + timedelta(days=30) - timedelta(seconds=1))
        await close_settled(desk)
        assert (await get_order(desk, town.buyer, walk.order_id))["state"] == "settled"
        clock.set(START + timedelta(days=30))
        await asyncio.gather(*(close_settled(desk) for _ in range(2)))
        view = await get_order(desk, town.buyer, walk.order_id)
        assert (view["state"], view["open_steps"]) == ("closed", ["credit"])
        assert (await get_order(desk, town.buyer, disputed.order_id))["state"] == "settled"
