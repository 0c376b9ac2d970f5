"""A replacement that does not come leaves what was booked of the return: never neither, and never both."""

import asyncio
from datetime import timedelta
from typing import Any

import orjson
import pytest

from services.order.api.open_contracting import written
from services.order.domain.states import REFUND_OWED
from services.order.usecases.agree_return import agree_return
from services.order.usecases.cancel_order import agree_cancel, cancel_order
from services.order.usecases.commands import AgreeReturn, AnswerCancellation, CancelOrder, DeclineOrder
from services.order.usecases.decline_order import NOT_REPLACED, decline_order
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.tell_releases import tell_release
from services.order.usecases.time_out_orders import lapse_replacements
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed, Role, Seat
from shared.contracts.catalog import ListingFacts
from shared.errors import Refusal
from shared.ids import new_id
from shared.states import WrongState
from tests.build.ocds import faults
from tests.build.order import START, Town, Walk, an_identity, said, untouched
from tests.integration.order.test_cards import with_card
from tests.integration.order.test_replacements import again, an_order, asked_back, stock_of

NO_MORE = DeclineOrder(reason="地里遭了雹灾，补不出来")
ENDED = ("cancelled", "refused")


async def replaced(town: Town, *, upto: str = "confirmed", card: bool = False) -> tuple[Walk, Walk, ListingFacts]:
    """Have 1.5 kg of 10 kg sent back, 1,950 fen, and promised again; gives both orders and their goods."""
    if card:
        goods = await town.goods(stock=12_000)
        walk = await town.an_order((goods, 10_000))
        await with_card(walk)
        for step in (walk.confirm, walk.pack, walk.ship, walk.accept):
            await step()
    else:
        walk, goods = await an_order(town)
    asked = await asked_back(walk, 1_500)
    view = await agree_return(walk.desk, walk.seller, walk.order_id, asked.return_id, AgreeReturn())
    second = await again(walk, view)
    if upto in ("packed", "shipped"):
        await second.pack()
    if upto == "shipped":
        await second.ship()
    return walk, second, goods


async def credited_once(walk: Walk, second: Walk) -> dict[str, Any]:
    """Hold both orders to it that the canteen has had its money's worth once; gives the first as it is read."""
    first = await get_order(walk.desk, walk.town.buyer, walk.order_id)
    last = await get_order(walk.desk, walk.town.buyer, second.order_id)
    (back,) = first["returns"]
    assert (back["state"], back["replacement_order_id"]) == ("agreed", last["order_id"])
    assert back["replacement_state"] == last["state"]
    assert (first["returned_fen"], first["kept_fen"]) == (1_950, 11_050)
    assert sum(line["amount_fen"] for line in back["lines"]) == -1_950
    assert len(await said(walk.desk, walk.order_id, "return.recorded")) == 1
    promised_back = [
        one["amount_fen"]
        for payment in first["payments"]
        for one in payment["refunds"]
        if one["state"] in {"done", *REFUND_OWED}
    ]
    paid_fen = sum(one["paid_fen"] for one in first["payments"])
    assert sum(promised_back) == max(paid_fen - 11_050, 0)
    if last["state"] in ENDED:
        assert (last["kept_fen"], last["owed_fen"], last["paid_fen"], last["pending_fen"]) == (0, 0, 0, 0)
    return first


class TestTakenBack:
    @pytest.mark.parametrize("upto", ["confirmed", "packed"])
    async def test_by_its_seller_until_it_is_shipped_and_the_credit_stands(
        self, desk: Desk, town: Town, upto: str
    ) -> None:
        walk, second, goods = await replaced(town, upto=upto)
        assert "decline" in (await get_order(desk, second.seller, second.order_id))["open_steps"]
        view = await decline_order(desk, second.seller, second.order_id, NO_MORE)
        assert (view["state"], view["open_steps"], view["steps"][-1]["step"]) == ("cancelled", [], "take_back")
        assert view["steps"][-1]["reason"] == NO_MORE.reason
        first = await credited_once(walk, second)
        assert first["owed_fen"] == 11_050
        assert await stock_of(desk, goods) == (2_000, 0)
        told = list(await said(desk, second.order_id, "notice.raised"))
        assert [one["kind"] for one in told][-1:] == ["order_changed_by_supplier"]
        assert {"name": "outcome", "value": NOT_REPLACED} in told[-1]["facts"]
        released = orjson.loads(written(await tell_release(desk, second.seller, second.order_id)))
        assert (faults(released), released["contracts"][0]["status"]) == ([], "cancelled")
        before_it = orjson.loads(written(await tell_release(desk, walk.seller, walk.order_id)))
        assert [one["identifier"] for one in before_it["relatedProcesses"]] == [released["ocid"]]

    async def test_its_card_has_its_money_back_once(self, desk: Desk, town: Town) -> None:
        walk, second, _ = await replaced(town, card=True)
        await decline_order(desk, second.seller, second.order_id, NO_MORE)
        first = await credited_once(walk, second)
        assert [one["amount_fen"] for one in first["payments"][0]["refunds"]] == [1_950]
        assert (first["state"], first["refund_due_fen"]) == ("settled", 0)

    async def test_not_once_it_is_shipped_nor_again_nor_any_other_order_that_is_confirmed(
        self, desk: Desk, town: Town
    ) -> None:
        _, second, _ = await replaced(town, upto="shipped")
        other = await town.an_order((await town.goods(), 1_000), upto="confirmed")
        done = (await replaced(town))[1]
        await decline_order(desk, done.seller, done.order_id, NO_MORE)
        async with untouched(desk):
            for walk in (second, other, done):
                assert "decline" not in (await get_order(desk, walk.seller, walk.order_id))["open_steps"]
                with pytest.raises(WrongState):
                    await decline_order(desk, walk.seller, walk.order_id, NO_MORE)

    async def test_by_nobody_else(self, desk: Desk, town: Town) -> None:
        _, second, _ = await replaced(town)
        stranger = an_identity(Seat(Role.SUPPLIER, new_id(), ""))
        async with untouched(desk):
            for who in (town.buyer, town.finance, stranger):
                with pytest.raises(NotAllowed):
                    await decline_order(desk, who, second.order_id, NO_MORE)

    async def test_what_its_canteen_asked_to_cancel_may_be_taken_back(self, desk: Desk, town: Town) -> None:
        walk, second, goods = await replaced(town, upto="packed")
        await cancel_order(desk, town.buyer, second.order_id, CancelOrder(reason="停餐"))
        view = await decline_order(desk, second.seller, second.order_id, NO_MORE)
        assert (view["state"], view["cancel_asked"]) == ("cancelled", None)
        await credited_once(walk, second)
        assert await stock_of(desk, goods) == (2_000, 0)


class TestSilence:
    async def test_takes_back_what_nobody_packed_days_after_it_was_promised(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        walk, second, goods = await replaced(town)
        packed = (await replaced(town, upto="packed"))[1]
        other = await town.an_order((await town.goods(), 1_000), upto="confirmed")
        clock.set(START + timedelta(days=3 + desk.answer_days - 1))
        await lapse_replacements(desk)
        assert (await get_order(desk, town.buyer, second.order_id))["state"] == "confirmed"
        clock.set(START + timedelta(days=3 + desk.answer_days))
        await lapse_replacements(desk)
        view = await get_order(desk, town.buyer, second.order_id)
        assert (view["state"], view["steps"][-1]["account_id"]) == ("cancelled", None)
        await credited_once(walk, second)
        assert await stock_of(desk, goods) == (2_000, 0)
        assert (await get_order(desk, town.buyer, packed.order_id))["state"] == "packed"
        assert (await get_order(desk, town.buyer, other.order_id))["state"] == "confirmed"
        told = list(await said(desk, second.order_id, "notice.raised"))
        for _ in range(2):
            await lapse_replacements(desk)
        assert await said(desk, second.order_id, "notice.raised") == told
        seated = {one["organisation_id"] for one in told[-1]["audience"]}
        assert seated == {view["canteen"]["id"], view["supplier"]["id"]}


class TestAtOnce:
    async def test_taken_back_cancelled_packed_sent_and_lapsed_at_once_it_ends_one_way(
        self, desk: Desk, town: Town, clock: SettableClock
    ) -> None:
        for upto in ("confirmed", "confirmed", "packed", "packed", "confirmed"):
            clock.set(START)
            walk, second, goods = await replaced(town, upto=upto, card=True)
            clock.set(START + timedelta(days=3 + desk.answer_days))
            yes = AnswerCancellation.model_validate({"outcome": "agree"})
            told = await asyncio.gather(
                decline_order(desk, second.seller, second.order_id, NO_MORE),
                cancel_order(desk, town.buyer, second.order_id, CancelOrder(reason="停餐")),
                agree_cancel(desk, second.seller, second.order_id, yes),
                lapse_replacements(desk),
                second.pack() if upto == "confirmed" else second.ship(),
                decline_order(desk, second.seller, second.order_id, NO_MORE),
                return_exceptions=True,
            )
            assert all(isinstance(one, dict | int | Refusal) for one in told), told
            view = await get_order(desk, town.buyer, second.order_id)
            ends = [one["step"] for one in view["steps"] if one["step"] in ENDINGS]
            assert len(ends) == (1 if view["state"] in ("cancelled", "shipped") else 0)
            await credited_once(walk, second)
            assert await stock_of(desk, goods) == STOCK[view["state"]]


ENDINGS = {"take_back", "cancel", "agree_cancel", "leave_cancel", "ship"}
STOCK = {"cancelled": (2_000, 0), "packed": (2_000, 1_500), "shipped": (500, 0)}
