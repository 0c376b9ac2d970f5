"""A card is held for goods that come again as for any order: charged what is accepted, let go when they do not come."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.order.domain.refusals import (
    CardAlreadyRegistered,
    CardBusy,
    CardDeclined,
    CardsUnavailable,
    CardTooLate,
    PaymentDiffers,
)
from services.order.usecases.cancel_order import cancel_order
from services.order.usecases.commands import CancelOrder, PutPayment
from services.order.usecases.decline_order import decline_order
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card
from services.order.usecases.get_order import get_order
from services.order.usecases.put_payment import put_payment
from shared.contracts.authority import NotAllowed
from shared.errors import InvalidFields, Refusal
from shared.ids import new_id
from tests.build.order import Town, Walk, said, untouched
from tests.integration.order.test_cards import REFUSING, VISA, Away, Died, DiesAfter, Vendor, a_card
from tests.integration.order.test_cards import vendor as vendor
from tests.integration.order.test_replacements_end import NO_MORE, credited_once, replaced


async def put(walk: Walk, payment_id: UUID, token: str = VISA, amount_fen: int = 1_950, **desk: Any) -> dict[str, Any]:
    at = replace(walk.desk, **desk)
    return await put_payment(at, walk.town.buyer, walk.order_id, payment_id, a_card(amount_fen, token))


async def payments(walk: Walk) -> list[tuple[str, int]]:
    view = await get_order(walk.desk, walk.town.buyer, walk.order_id)
    return [(one["state"], one["paid_fen"]) for one in view["payments"]]


class TestHeld:
    async def test_at_once_and_charged_what_was_accepted(self, desk: Desk, town: Town, vendor: Vendor) -> None:
        walk, second, _ = await replaced(town, card=True)
        payment_id = new_id()
        view = await put(second, payment_id)
        assert (view["state"], view["amount_fen"], view["authorised_fen"]) == ("authorised", 1_950, 2_145)
        await second.pack()
        await second.ship()
        done = await second.accept(1_400)
        assert (done["state"], done["paid_fen"], done["owed_fen"]) == ("accepted", 0, 1_820)
        now = await get_order(desk, town.buyer, second.order_id)
        assert (now["state"], now["paid_fen"], now["owed_fen"]) == ("settled", 1_820, 0)
        (intent,) = await vendor.intents(payment_id)
        assert intent["status"] == "succeeded"
        (event,) = await said(desk, second.order_id, "payment.recorded")
        assert (event["method"], event["amount_fen"]) == ("card", 1_820)
        await credited_once(walk, second)

    async def test_once_however_often_it_is_put(self, town: Town, vendor: Vendor) -> None:
        _, second, _ = await replaced(town)
        payment_id = new_id()
        told = await asyncio.gather(*(put(second, payment_id) for _ in range(4)), return_exceptions=True)
        assert all(isinstance(one, dict | CardBusy) for one in told), told
        assert (await put(second, payment_id))["state"] == "authorised"
        held = [one for one in await vendor.intents(payment_id) if one["status"] == "requires_capture"]
        assert len(held) == 1

    @pytest.mark.parametrize("verb", ["make", "hold"])
    async def test_goes_on_after_a_crash_though_it_is_packed_and_sent_meanwhile(
        self, desk: Desk, town: Town, vendor: Vendor, verb: str
    ) -> None:
        _, second, _ = await replaced(town)
        payment_id = new_id()
        assert desk.cards is not None
        with pytest.raises(Died):
            await put(second, payment_id, cards=DiesAfter(desk.cards, verb))
        await second.pack()
        await second.ship()
        assert (await put(second, payment_id))["state"] == "authorised"
        assert len([one for one in await vendor.intents(payment_id) if one["status"] == "requires_capture"]) == 1
        await second.accept()
        assert await payments(second) == [("paid", 1_950)]


class TestNotHeld:
    async def test_a_declined_card_leaves_it_on_account_and_another_may_be_registered(
        self, desk: Desk, town: Town
    ) -> None:
        _, second, _ = await replaced(town)
        declined = new_id()
        for _ in range(2):
            with pytest.raises(CardDeclined):
                await put(second, declined, REFUSING)
        assert (await get_order(desk, town.buyer, second.order_id))["state"] == "confirmed"
        await put(second, new_id())
        assert await payments(second) == [("failed", 0), ("authorised", 0)]

    async def test_what_holds_nothing_when_it_is_accepted_is_let_go_and_the_goods_are_owed(
        self, desk: Desk, town: Town, vendor: Vendor
    ) -> None:
        for broken in (Away(), "hold"):
            _, second, _ = await replaced(town)
            payment_id = new_id()
            cards = broken if isinstance(broken, Away) else DiesAfter(desk.cards, broken)  # type: ignore[arg-type]
            with pytest.raises((CardsUnavailable, Died)):
                await put(second, payment_id, cards=cards)
            await second.pack()
            await second.ship()
            await second.accept()
            await finish_card(desk, payment_id)
            view = await get_order(desk, town.buyer, second.order_id)
            assert (view["state"], view["owed_fen"], view["pending_fen"]) == ("accepted", 1_950, 0)
            assert await payments(second) == [("voided", 0)]
            assert all(one["status"] == "canceled" for one in await vendor.intents(payment_id))
            transfer = PutPayment.model_validate({"method": "bank_transfer", "amount_fen": 1_950})
            await put_payment(desk, town.buyer, second.order_id, new_id(), transfer)

    async def test_bad_ones_are_refused_and_leave_nothing(self, desk: Desk, town: Town) -> None:
        walk, second, _ = await replaced(town)
        packed = (await replaced(town, upto="packed"))[1]
        other = await town.an_order((await town.goods(), 1_500), upto="confirmed")
        held = (await replaced(town))[1]
        payment_id = new_id()
        await put(held, payment_id)
        async with untouched(desk):
            for amount_fen in (1_949, 1_951, 13_000, 9_000_000_000_000):
                with pytest.raises(InvalidFields):
                    await put(second, new_id(), amount_fen=amount_fen)
            for late in (packed, other, walk):
                with pytest.raises(CardTooLate):
                    await put(late, new_id())
            with pytest.raises(CardAlreadyRegistered):
                await put(held, new_id())
            with pytest.raises(PaymentDiffers):
                await put(second, payment_id)
            with pytest.raises(NotAllowed):
                await put_payment(desk, second.seller, second.order_id, new_id(), a_card(1_950))


class TestEnded:
    async def test_lets_go_of_the_card_when_it_is_taken_back(self, desk: Desk, town: Town, vendor: Vendor) -> None:
        walk, second, _ = await replaced(town, card=True)
        payment_id = new_id()
        await put(second, payment_id)
        await decline_order(desk, second.seller, second.order_id, NO_MORE)
        assert await payments(second) == [("voided", 0)]
        (intent,) = await vendor.intents(payment_id)
        assert intent["status"] == "canceled"
        await credited_once(walk, second)

    async def test_held_taken_back_cancelled_and_packed_at_once_nothing_is_held_for_what_ended(
        self, desk: Desk, town: Town, vendor: Vendor
    ) -> None:
        for _ in range(4):
            walk, second, _ = await replaced(town)
            payment_id = new_id()
            told = await asyncio.gather(
                put(second, payment_id),
                decline_order(desk, second.seller, second.order_id, NO_MORE),
                cancel_order(desk, town.buyer, second.order_id, CancelOrder(reason="停餐")),
                second.pack(),
                put(second, payment_id),
                return_exceptions=True,
            )
            assert all(isinstance(one, dict | Refusal) for one in told), told
            view = await get_order(desk, town.buyer, second.order_id)
            if view["payments"] and view["payments"][0]["state"] == "voiding":
                await finish_card(desk, payment_id)
            held = [one for one in await vendor.intents(payment_id) if one["status"] == "requires_capture"]
            if view["state"] == "cancelled":
                assert held == []
            assert len(held) <= 1
            assert await said(desk, second.order_id, "payment.recorded") == []
            await credited_once(walk, second)
