"""By wallet what is owed is taken once, when its payer has said yes, however the news of it comes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.order.clients.stripe import StripeCards
from services.order.domain.refusals import (
    CardBusy,
    CardsUnavailable,
    MoreThanOwed,
    NothingToPay,
    PaymentByCard,
    PaymentDiffers,
    WalletNotOffered,
)
from services.order.usecases.commands import PutPayment
from services.order.usecases.confirm_payment import confirm_payment
from services.order.usecases.credit_order import credit_order
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card, finish_due_cards
from services.order.usecases.get_order import get_order
from services.order.usecases.hear_stripe import hear_stripe
from services.order.usecases.open_wallet import LASTS
from services.order.usecases.put_payment import put_payment
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.order import Town, Walk, said, untouched
from tests.build.strict_stripe import StrictStripe
from tests.integration.order import test_cards
from tests.integration.order.test_cards import Vendor
from tests.integration.order.test_cards import vendor as vendor
from tests.integration.order.test_returns import a_credit

BACK = "https://zhucai.example/orders/7?paid=1"
METHODS = ("alipay", "wechat_pay")


@pytest.fixture
async def strict(desk: Desk) -> AsyncIterator[StrictStripe]:
    vendor = StrictStripe(lambda: int(desk.clock.now().timestamp()))
    yield vendor
    assert vendor.faults == []


@pytest.fixture
def at_vendor(desk: Desk, strict: StrictStripe, env: dict[str, str], town: Town) -> Desk:
    town.desk = replace(desk, cards=StripeCards("sk_test_strict", env["STRIPE_WEBHOOK_SECRET"], http=strict))
    return town.desk


@pytest.fixture
async def accepted(at_vendor: Desk, town: Town) -> Walk:
    """An accepted order of 130.00 yuan, of which nothing is paid."""
    return await town.an_order((await town.goods(), 10_000), upto="accepted")


def by_wallet(amount_fen: int = 13_000, method: str = "alipay", **other: Any) -> PutPayment:
    return PutPayment.model_validate({"method": method, "amount_fen": amount_fen, "return_url": BACK, **other})


async def opened(walk: Walk, command: PutPayment | None = None, payment_id: UUID | None = None) -> dict[str, Any]:
    return await put_payment(walk.desk, walk.town.buyer, walk.order_id, payment_id or new_id(), command or by_wallet())


async def order(walk: Walk) -> dict[str, Any]:
    return await get_order(walk.desk, walk.town.buyer, walk.order_id)


def news(vendor: Vendor, intent_id: str) -> tuple[bytes, str]:
    return vendor.signed(test_cards.TestNews().news(intent_id))


class TestPaying:
    @pytest.mark.parametrize("method", METHODS)
    async def test_hands_out_what_to_do_and_is_paid_by_the_news_of_it(
        self, at_vendor: Desk, accepted: Walk, strict: StrictStripe, vendor: Vendor, method: str
    ) -> None:
        view = await opened(accepted, by_wallet(method=method))
        (intent_id,) = strict.intents
        expected = {
            "alipay": {"kind": "redirect", "url": f"https://pay.example/{intent_id}", "code": ""},
            "wechat_pay": {
                "kind": "qr_code",
                "url": f"https://pay.example/{intent_id}",
                "code": f"weixin://wxpay/{intent_id}",
            },
        }
        assert (view["state"], view["next_action"]) == ("authorising", expected[method])
        now = await order(accepted)
        assert (now["state"], now["paid_fen"], now["pending_fen"]) == ("accepted", 0, 13_000)
        strict.pay(intent_id)
        for _ in range(2):
            await hear_stripe(at_vendor, *news(vendor, intent_id))
        now = await order(accepted)
        assert (now["state"], now["paid_fen"], now["pending_fen"]) == ("settled", 13_000, 0)
        (event,) = await said(at_vendor, accepted.order_id, "payment.recorded")
        assert (event["method"], event["amount_fen"], strict.taken_fen()) == (method, 13_000, 13_000)

    async def test_the_same_request_answers_the_same_and_another_is_refused(
        self, accepted: Walk, strict: StrictStripe
    ) -> None:
        payment_id = new_id()
        first = await opened(accepted, payment_id=payment_id)
        assert await opened(accepted, payment_id=payment_id) == first
        assert len(strict.intents) == 1
        for other in (by_wallet(12_999), by_wallet(method="wechat_pay")):
            with pytest.raises(PaymentDiffers):
                await opened(accepted, other, payment_id)
        strict.pay(next(iter(strict.intents)))
        assert (await opened(accepted, payment_id=payment_id))["state"] == "paid"

    async def test_news_before_the_response_and_many_at_once_pay_once(
        self, at_vendor: Desk, accepted: Walk, strict: StrictStripe, vendor: Vendor
    ) -> None:
        payment_id = new_id()
        strict.lost = "confirm"
        with pytest.raises(CardsUnavailable):
            await opened(accepted, payment_id=payment_id)
        (intent_id,) = strict.intents
        strict.pay(intent_id)
        results = await asyncio.gather(
            *(hear_stripe(at_vendor, *news(vendor, intent_id)) for _ in range(4)),
            *(finish_card(at_vendor, payment_id) for _ in range(3)),
            return_exceptions=True,
        )
        assert {type(one) for one in results} <= {type(None), CardBusy}
        await finish_card(at_vendor, payment_id)
        assert (await order(accepted))["state"] == "settled"
        assert len(await said(at_vendor, accepted.order_id, "payment.recorded")) == 1

    @pytest.mark.parametrize("lost", ["payment_intents", "confirm"])
    async def test_goes_on_when_an_answer_was_lost(self, accepted: Walk, strict: StrictStripe, lost: str) -> None:
        payment_id = new_id()
        strict.lost = lost
        with pytest.raises(CardsUnavailable):
            await opened(accepted, payment_id=payment_id)
        assert (await opened(accepted, payment_id=payment_id))["next_action"]["kind"] == "redirect"
        assert len(strict.intents) == 1

    async def test_two_at_once_never_ask_for_more_than_is_owed(self, accepted: Walk, strict: StrictStripe) -> None:
        results = await asyncio.gather(*(opened(accepted, by_wallet(9_000)) for _ in range(4)), return_exceptions=True)
        assert sorted(type(one).__name__ for one in results) == ["MoreThanOwed"] * 3 + ["dict"]
        assert [one["amount"] for one in strict.intents.values()] == [9_000]

    async def test_what_was_credited_meanwhile_goes_back(
        self, at_vendor: Desk, accepted: Walk, strict: StrictStripe, vendor: Vendor
    ) -> None:
        view = await opened(accepted)
        (intent_id,) = strict.intents
        await credit_order(at_vendor, accepted.seller, accepted.order_id, a_credit(accepted, 3_000))
        strict.pay(intent_id)
        await hear_stripe(at_vendor, *news(vendor, intent_id))
        await finish_card(at_vendor, UUID(view["payment_id"]))
        now = await order(accepted)
        assert (now["state"], now["paid_fen"], strict.taken_fen()) == ("settled", 10_000, 10_000)


class TestNotPaying:
    async def test_that_the_payer_refuses_has_failed_and_another_may_be_tried(
        self, at_vendor: Desk, accepted: Walk, strict: StrictStripe, vendor: Vendor
    ) -> None:
        await opened(accepted)
        (intent_id,) = strict.intents
        strict.refuse(intent_id)
        await hear_stripe(at_vendor, *news(vendor, intent_id))
        now = await order(accepted)
        assert ([one["state"] for one in now["payments"]], now["pending_fen"]) == (["failed"], 0)
        assert strict.intents[intent_id]["status"] == "canceled"
        assert (await opened(accepted))["next_action"] is not None

    async def test_that_nobody_paid_within_an_hour_is_let_go(
        self, at_vendor: Desk, accepted: Walk, strict: StrictStripe
    ) -> None:
        view = await opened(accepted)
        clock = at_vendor.clock
        assert isinstance(clock, SettableClock)
        clock.set(clock.now() + LASTS - timedelta(seconds=1))
        await finish_due_cards(at_vendor)
        assert (await order(accepted))["pending_fen"] == 13_000
        clock.set(clock.now() + timedelta(minutes=2))
        await finish_due_cards(at_vendor)
        now = await order(accepted)
        assert ([(one["state"], one["reason"]) for one in now["payments"]], now["owed_fen"]) == (
            [("failed", "expired")],
            13_000,
        )
        assert [one["status"] for one in strict.intents.values()] == ["canceled"]
        assert view["state"] == "authorising"

    async def test_paid_in_the_last_moment_counts(self, at_vendor: Desk, accepted: Walk, strict: StrictStripe) -> None:
        view = await opened(accepted)
        strict.pay(next(iter(strict.intents)))
        clock = at_vendor.clock
        assert isinstance(clock, SettableClock)
        clock.set(clock.now() + LASTS + timedelta(days=1))
        await finish_card(at_vendor, UUID(view["payment_id"]))
        assert (await order(accepted))["state"] == "settled"

    async def test_a_vendor_without_the_wallet_says_so_and_nothing_stays_promised(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="accepted")
        with pytest.raises(WalletNotOffered):
            await opened(walk)
        now = await order(walk)
        assert ([one["state"] for one in now["payments"]], now["pending_fen"]) == (["failed"], 0)
        town.desk = replace(desk, cards=None)
        async with untouched(desk):
            with pytest.raises(WalletNotOffered):
                await opened(walk)


class TestBadInput:
    async def test_leaves_nothing(self, at_vendor: Desk, accepted: Walk, town: Town, strict: StrictStripe) -> None:
        early = await town.an_order((await town.goods(), 10_000), upto="shipped")
        stranger = await Town(at_vendor).heard_of()
        async with untouched(at_vendor):
            for command in (by_wallet(return_url=None), by_wallet(stripe_payment_method="pm_card_visa")):
                with pytest.raises(InvalidFields):
                    await opened(accepted, command)
            with pytest.raises(MoreThanOwed):
                await opened(accepted, by_wallet(13_001))
            with pytest.raises(NothingToPay):
                await opened(early)
            with pytest.raises(NotAllowed):
                await put_payment(at_vendor, stranger.buyer, accepted.order_id, new_id(), by_wallet())
        for wrong in (
            {"amount_fen": 0},
            {"amount_fen": -1},
            {"amount_fen": 10**18},
            {"return_url": "javascript:alert(1)"},
            {"return_url": "https://a b/"},
            {"return_url": "https://x/\n"},
            {"method": "cash"},
        ):
            with pytest.raises(ValidationError):
                by_wallet(**wrong)
        view = await opened(accepted)
        async with untouched(at_vendor):
            with pytest.raises(PaymentByCard):
                await confirm_payment(at_vendor, accepted.seller, accepted.order_id, UUID(view["payment_id"]))
        assert len(strict.intents) == 1
