"""Two hundred at once charge one payment once, and pay back of it what is owed and never more than was taken."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.order.clients.stripe import StripeCards
from services.order.usecases.agree_return import agree_return
from services.order.usecases.credit_order import credit_order
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card, finish_due_cards
from services.order.usecases.get_order import get_order
from services.order.usecases.hear_stripe import hear_stripe
from services.order.usecases.return_goods import return_goods
from services.order.usecases.settle_refund import retry_refund
from shared.clock import SettableClock
from shared.errors import Refusal
from shared.ids import new_id
from tests.build.order import Town, Walk, said
from tests.build.strict_stripe import StrictStripe
from tests.integration.order.test_cards import Away, Vendor, with_card
from tests.integration.order.test_cards import vendor as vendor
from tests.integration.order.test_returns import a_credit, a_return

ENDS_WITHIN_SECONDS = 120
PAID_FEN = 13_000


@pytest.fixture
async def strict(desk: Desk) -> AsyncIterator[StrictStripe]:
    vendor = StrictStripe(lambda: int(desk.clock.now().timestamp()))
    yield vendor
    assert vendor.faults == []


@pytest.fixture
async def walk(desk: Desk, strict: StrictStripe, env: dict[str, str], town: Town) -> Walk:
    """An order of 130.00 yuan that is accepted, and whose card is to be charged: the vendor was away."""
    cards = StripeCards("sk_test_strict", env["STRIPE_WEBHOOK_SECRET"], http=strict)
    town.desk = replace(desk, cards=cards)
    walk = await town.an_order((await town.goods(), 10_000))
    await with_card(walk)
    await walk.confirm()
    await walk.pack()
    await walk.ship()
    town.desk = replace(desk, cards=Away())
    await walk.accept()
    town.desk = replace(desk, cards=cards)
    return walk


async def rush(steps: list[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Do all of it at once; whatever is refused is a refusal of ours."""
    async with asyncio.timeout(ENDS_WITHIN_SECONDS):
        done = await asyncio.gather(*steps, return_exceptions=True)
    surprises = [one for one in done if isinstance(one, BaseException) and not isinstance(one, Refusal)]
    assert surprises == []
    return done


async def settled(walk: Walk, payment_id: UUID) -> dict[str, Any]:
    """Let the rounds finish what was put off; gives the order."""
    later = replace(walk.desk, clock=SettableClock(walk.desk.clock.now() + timedelta(minutes=5)))
    await finish_due_cards(later)
    await finish_card(walk.desk, payment_id, of_refunds=True)
    return await get_order(walk.desk, walk.town.buyer, walk.order_id)


def news(vendor: Vendor, intent_id: str) -> tuple[bytes, str]:
    thing = {"id": intent_id, "object": "payment_intent"}
    told = {"id": f"evt_{new_id().hex}", "object": "event", "type": "payment_intent.succeeded", "created": 1}
    return vendor.signed(told | {"data": {"object": thing}})


async def the_payment(walk: Walk) -> UUID:
    (one,) = (await get_order(walk.desk, walk.town.buyer, walk.order_id))["payments"]
    return UUID(one["payment_id"])


class TestTwoHundredAtOnce:
    async def test_charge_once(self, walk: Walk, strict: StrictStripe, vendor: Vendor) -> None:
        payment_id, (intent_id,) = await the_payment(walk), strict.intents
        one = news(vendor, intent_id)
        await rush(
            [finish_card(walk.desk, payment_id) for _ in range(100)]
            + [hear_stripe(walk.desk, *news(vendor, intent_id)) for _ in range(50)]
            + [hear_stripe(walk.desk, *one) for _ in range(50)]
        )
        now = await settled(walk, payment_id)
        assert (now["state"], now["paid_fen"], strict.taken_fen()) == ("settled", PAID_FEN, PAID_FEN)
        assert [one["amount_fen"] for one in await said(walk.desk, walk.order_id, "payment.recorded")] == [PAID_FEN]
        assert len([one for one in strict.sent if one.path.endswith("/capture")]) == 1

    async def test_charge_and_pay_back_what_is_owed(self, walk: Walk, strict: StrictStripe, vendor: Vendor) -> None:
        payment_id, (intent_id,) = await the_payment(walk), strict.intents
        returns = [a_return(walk, 300) for _ in range(18)]
        for asked in returns:
            await return_goods(walk.desk, walk.town.buyer, walk.order_id, asked)
        await rush(
            [finish_card(walk.desk, payment_id) for _ in range(60)]
            + [hear_stripe(walk.desk, *news(vendor, intent_id)) for _ in range(40)]
            + [agree_return(walk.desk, walk.seller, walk.order_id, asked.return_id) for asked in returns]
            + [credit_order(walk.desk, walk.seller, walk.order_id, a_credit(walk, 150)) for _ in range(82)]
        )
        now = await settled(walk, payment_id)
        (intent,) = strict.intents.values()
        back = sum(one["amount"] for one in strict.refunds.values())
        assert 0 <= back <= intent["amount_received"] <= PAID_FEN
        assert now["paid_fen"] == strict.taken_fen() == max(now["kept_fen"], 0)
        assert (
            sum(one["amount_fen"] for one in await said(walk.desk, walk.order_id, "payment.recorded"))
            == (now["paid_fen"])
        )
        assert (now["owed_fen"], now["refund_due_fen"]) == (0, 0)

    async def test_pay_back_all_of_it_and_no_more(self, walk: Walk, strict: StrictStripe) -> None:
        payment_id = await the_payment(walk)
        await finish_card(walk.desk, payment_id)
        done = await rush(
            [credit_order(walk.desk, walk.seller, walk.order_id, a_credit(walk, 100)) for _ in range(150)]
            + [finish_card(walk.desk, payment_id, of_refunds=True) for _ in range(50)]
        )
        now = await settled(walk, payment_id)
        agreed = sum(isinstance(one, dict) for one in done)
        assert agreed == PAID_FEN // 100
        assert (now["kept_fen"], now["paid_fen"], strict.taken_fen()) == (0, 0, 0)
        assert sorted(one["amount"] for one in strict.refunds.values()) == [100] * agreed

    async def test_try_a_refund_again_once(self, walk: Walk, strict: StrictStripe) -> None:
        payment_id = await the_payment(walk)
        await finish_card(walk.desk, payment_id)
        strict.refunds_fail = True
        await credit_order(walk.desk, walk.seller, walk.order_id, a_credit(walk, 1_000))
        strict.refunds_fail = False
        (refund,) = (await get_order(walk.desk, walk.town.buyer, walk.order_id))["payments"][0]["refunds"]
        assert refund["state"] == "failed"
        done = await rush(
            [retry_refund(walk.desk, walk.seller, walk.order_id, UUID(refund["refund_id"])) for _ in range(200)]
        )
        now = await settled(walk, payment_id)
        assert sum(isinstance(one, dict) for one in done) == 1
        assert (now["paid_fen"], strict.taken_fen(), len(strict.refunds)) == (12_000, 12_000, 2)
