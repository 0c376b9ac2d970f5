"""A card is held at confirmation, charged what was accepted, refunded what went back; a crash in between loses nothing.

The vendor's stand-in accepts refunds of any size and ignores idempotency keys, so what is right here is right by our
own books.
"""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from services.order.clients.cards import CardKept, Cards, Intent, IntentState
from services.order.clients.stripe import StripeCards
from services.order.domain.actors import Actor
from services.order.domain.refusals import (
    BadSignature,
    CardAlreadyRegistered,
    CardDeclined,
    CardsUnavailable,
    CardTooLate,
    PaymentByCard,
    PaymentDiffers,
)
from services.order.store.payments import vendor_due
from services.order.store.stepping import Look, Step, Stepping
from services.order.usecases.agree_return import agree_return
from services.order.usecases.cancel_order import cancel_order
from services.order.usecases.commands import CancelOrder, CreditOrder, PutPayment
from services.order.usecases.confirm_order import confirm_order
from services.order.usecases.confirm_payment import confirm_payment
from services.order.usecases.credit_order import credit_order
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import RETRY_AFTER, finish_card, finish_due_cards
from services.order.usecases.get_order import get_order
from services.order.usecases.hear_stripe import hear_stripe
from services.order.usecases.put_payment import put_payment
from services.order.usecases.return_goods import return_goods
from shared.clock import SettableClock
from shared.contracts.authority import Role
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.order import Town, Walk, said, untouched
from tests.integration.order.test_returns import a_credit, a_return

VISA = "pm_card_visa"
REFUSING = "pm_card_chargeCustomerFail"


class Vendor:
    """What the vendor has, read past our own client."""

    def __init__(self, env: dict[str, str]) -> None:
        self._base = env["STRIPE_API_BASE"]
        self._key = env["STRIPE_API_KEY"]
        self.secret = env["STRIPE_WEBHOOK_SECRET"]

    async def ask(self, path: str, **params: Any) -> Any:
        async with httpx.AsyncClient(base_url=self._base, headers={"authorization": f"Bearer {self._key}"}) as client:
            return (await client.get(f"/v1/{path}", params=params)).json()

    async def intents(self, payment_id: UUID) -> list[dict[str, Any]]:
        found = (await self.ask("payment_intents", limit=1_000))["data"]
        return [one for one in found if one["metadata"].get("payment_id") == str(payment_id)]

    async def refunds(self, intent_id: str) -> list[int]:
        """List the amounts of the refunds that we asked for; a partial capture makes one by itself."""
        found = (await self.ask("refunds", payment_intent=intent_id, limit=100))["data"]
        return [one["amount"] for one in found if one["metadata"]]

    def signed(self, event: dict[str, Any]) -> tuple[bytes, str]:
        body = orjson.dumps(event)
        at = int(time.time())
        digest = hmac.new(self.secret.encode(), b"%d.%s" % (at, body), hashlib.sha256).hexdigest()
        return body, f"t={at},v1={digest}"


class Died(Exception):
    """Our process ended here."""


class DiesAfter:
    """A card client whose process ends right after the vendor did what one verb asked."""

    def __init__(self, real: Cards, verb: str) -> None:
        self._real = real
        self._verb = verb

    def __getattr__(self, name: str) -> Any:
        real: Callable[..., Awaitable[Any]] = getattr(self._real, name)
        if name != self._verb:
            return real

        async def dying(*args: Any, **kwargs: Any) -> Any:
            await real(*args, **kwargs)
            raise Died(name)

        return dying


class Away:
    """A card vendor that does not answer."""

    def __getattr__(self, name: str) -> Any:
        async def away(*args: Any, **kwargs: Any) -> Any:
            raise CardsUnavailable(reason=name)

        return away


@pytest.fixture(scope="session")
def vendor(env: dict[str, str]) -> Vendor:
    return Vendor(env)


@pytest.fixture
async def walk(town: Town) -> Walk:
    """A placed order of 130.00 yuan."""
    return await town.an_order((await town.goods(), 10_000))


def a_card(amount_fen: int = 13_000, token: str = VISA) -> PutPayment:
    return PutPayment.model_validate({"method": "card", "amount_fen": amount_fen, "stripe_payment_method": token})


async def kept(cards: Cards) -> CardKept:
    """Have the vendor keep a card."""
    card = await cards.keep(new_id(), VISA)
    assert isinstance(card, CardKept)
    return card


async def with_card(walk: Walk, token: str = VISA, amount_fen: int = 13_000) -> UUID:
    payment_id = new_id()
    await put_payment(walk.desk, walk.town.buyer, walk.order_id, payment_id, a_card(amount_fen, token))
    return payment_id


async def payment(walk: Walk) -> dict[str, Any]:
    view = await get_order(walk.desk, walk.town.buyer, walk.order_id)
    found: dict[str, Any] = view["payments"][-1]
    return found | {"order_state": view["state"], "order_paid_fen": view["paid_fen"]}


class TestHolding:
    async def test_holds_the_order_and_its_tolerance_when_it_is_confirmed(
        self, town: Town, walk: Walk, vendor: Vendor
    ) -> None:
        payment_id = await with_card(walk)
        assert await vendor.intents(payment_id) == []
        view = await walk.confirm()
        assert (view["state"], view["payments"][0]["state"]) == ("confirmed", "authorised")
        assert (view["payments"][0]["authorised_fen"], view["paid_fen"], view["pending_fen"]) == (14_300, 0, 13_000)
        (intent,) = await vendor.intents(payment_id)
        assert (intent["status"], intent["amount"], intent["currency"]) == ("requires_capture", 14_300, "cny")

    @pytest.mark.parametrize("token", [REFUSING, "pm_nobody_knows_this"])
    async def test_a_declined_card_leaves_the_order_placed_and_another_may_be_registered(
        self, desk: Desk, town: Town, walk: Walk, token: str
    ) -> None:
        await with_card(walk, token)
        with pytest.raises(CardDeclined):
            await confirm_order(desk, walk.seller, walk.order_id)
        now = await payment(walk)
        assert (now["order_state"], now["state"], now["paid_fen"]) == ("placed", "failed", 0)
        assert now["reason"] != ""
        assert await said(desk, walk.order_id, "order.moved") == []
        await with_card(walk)
        assert (await walk.confirm())["payments"][-1]["state"] == "authorised"

    async def test_one_registered_after_a_confirmation_looked_is_asked_first(self, desk: Desk, walk: Walk) -> None:
        step = Step("confirm", desk.clock.now(), Actor.of(walk.seller, Role.SUPPLIER))
        seen = await desk.look_at(Look(walk.order_id, step.at))
        assert seen is not None
        await with_card(walk)
        assert not await desk.step_on(Stepping(seen, step, {}, [], None))
        assert (await payment(walk))["order_state"] == "placed"
        assert (await walk.confirm())["payments"][-1]["state"] == "authorised"

    async def test_two_confirmations_at_once_hold_it_once(self, desk: Desk, walk: Walk, vendor: Vendor) -> None:
        payment_id = await with_card(walk)
        await asyncio.gather(
            *(confirm_order(desk, walk.seller, walk.order_id) for _ in range(3)), return_exceptions=True
        )
        assert (await payment(walk))["state"] == "authorised"
        held = [one for one in await vendor.intents(payment_id) if one["status"] == "requires_capture"]
        assert len(held) == 1

    @pytest.mark.parametrize("verb", ["make", "hold"])
    async def test_goes_on_after_a_crash_and_holds_once(
        self, desk: Desk, walk: Walk, vendor: Vendor, verb: str
    ) -> None:
        payment_id = await with_card(walk)
        assert desk.cards is not None
        with pytest.raises(Died):
            await confirm_order(replace(desk, cards=DiesAfter(desk.cards, verb)), walk.seller, walk.order_id)
        assert (await payment(walk))["state"] == "authorising"
        await walk.confirm()
        assert (await payment(walk))["state"] == "authorised"
        held = [one for one in await vendor.intents(payment_id) if one["status"] == "requires_capture"]
        assert len(held) == 1

    async def test_is_put_off_while_the_vendor_is_away(self, desk: Desk, walk: Walk) -> None:
        await with_card(walk)
        with pytest.raises(CardsUnavailable):
            await confirm_order(replace(desk, cards=Away()), walk.seller, walk.order_id)
        assert (await payment(walk))["order_state"] == "placed"
        assert (await walk.confirm())["state"] == "confirmed"

    async def test_a_card_is_for_the_whole_order_registered_in_time_and_alone(
        self, desk: Desk, town: Town, walk: Walk
    ) -> None:
        nameless = PutPayment.model_validate({"method": "card", "amount_fen": 13_000})
        async with untouched(desk):
            for command in (a_card(12_999), nameless):
                with pytest.raises(InvalidFields):
                    await put_payment(desk, town.buyer, walk.order_id, new_id(), command)
        payment_id = await with_card(walk)
        async with untouched(desk):
            await put_payment(desk, town.buyer, walk.order_id, payment_id, a_card())
            with pytest.raises(CardAlreadyRegistered):
                await put_payment(desk, town.buyer, walk.order_id, new_id(), a_card())
            with pytest.raises(PaymentDiffers):
                await put_payment(desk, town.buyer, walk.order_id, payment_id, a_card(token="pm_other"))
            with pytest.raises(PaymentByCard):
                await confirm_payment(desk, walk.seller, walk.order_id, payment_id)
        later = await town.an_order((await town.goods(), 10_000), upto="confirmed")
        async with untouched(desk):
            with pytest.raises(CardTooLate):
                await put_payment(desk, town.buyer, later.order_id, new_id(), a_card())


class TestCharging:
    async def test_takes_what_was_accepted_and_settles(
        self, desk: Desk, town: Town, walk: Walk, vendor: Vendor
    ) -> None:
        payment_id = await with_card(walk)
        await walk.confirm()
        await walk.pack(10_800)
        await walk.ship()
        await walk.accept(10_731)
        now = await payment(walk)
        assert (now["order_state"], now["state"], now["paid_fen"]) == ("settled", "paid", 13_950)
        (intent,) = await vendor.intents(payment_id)
        assert intent["status"] == "succeeded"
        (event,) = await said(desk, walk.order_id, "payment.recorded")
        assert (event["method"], event["amount_fen"]) == ("card", 13_950)

    @pytest.mark.parametrize("broken", [Away(), "capture"])
    async def test_is_finished_later_when_the_vendor_is_away_or_we_die(
        self, desk: Desk, town: Town, walk: Walk, broken: Any
    ) -> None:
        await with_card(walk)
        await walk.confirm()
        await walk.pack()
        await walk.ship()
        assert desk.cards is not None
        cards = DiesAfter(desk.cards, broken) if isinstance(broken, str) else broken
        town.desk = replace(desk, cards=cards)
        if isinstance(broken, str):
            with pytest.raises(Died):
                await walk.accept()
        else:
            await walk.accept()
        town.desk = desk
        now = await payment(walk)
        assert (now["order_state"], now["state"], now["order_paid_fen"]) == ("accepted", "capturing", 0)
        payment_id = UUID(now["payment_id"])
        async with desk.uow.glance() as tx:
            assert payment_id in await vendor_due(tx, desk.clock.now() + RETRY_AFTER + timedelta(1), RETRY_AFTER, 1_000)
        later = replace(desk, clock=SettableClock(desk.clock.now() + RETRY_AFTER + timedelta(seconds=1)))
        assert await finish_due_cards(later) >= 1
        await finish_card(desk, payment_id)
        now = await payment(walk)
        assert (now["order_state"], now["state"], now["order_paid_fen"]) == ("settled", "paid", 13_000)
        assert len(await said(desk, walk.order_id, "payment.recorded")) == 1

    async def test_a_lapsed_hold_leaves_the_sum_owed(self, desk: Desk, town: Town, walk: Walk, vendor: Vendor) -> None:
        payment_id = await with_card(walk)
        await walk.confirm()
        (intent,) = await vendor.intents(payment_id)
        assert desk.cards is not None
        await desk.cards.let_go(intent["id"])
        await walk.pack()
        await walk.ship()
        await walk.accept()
        now = await payment(walk)
        assert (now["order_state"], now["state"], now["reason"]) == ("accepted", "voided", "lapsed")
        assert (await get_order(desk, town.buyer, walk.order_id))["owed_fen"] == 13_000


class TestLettingGo:
    @pytest.mark.parametrize("confirmed", [False, True])
    async def test_a_cancelled_order_lets_its_card_go(
        self, desk: Desk, town: Town, walk: Walk, vendor: Vendor, confirmed: bool
    ) -> None:
        payment_id = await with_card(walk)
        if confirmed:
            await walk.confirm()
        await cancel_order(desk, town.buyer, walk.order_id, CancelOrder(reason="停餐"))
        assert (await payment(walk))["state"] == "voided"
        assert [one["status"] for one in await vendor.intents(payment_id)] == ["canceled"] * confirmed

    async def test_one_that_is_cancelled_while_its_card_is_asked_holds_nothing(
        self, desk: Desk, town: Town, walk: Walk, vendor: Vendor
    ) -> None:
        payment_id = await with_card(walk)
        assert desk.cards is not None
        with pytest.raises(Died):
            await confirm_order(replace(desk, cards=DiesAfter(desk.cards, "hold")), walk.seller, walk.order_id)
        await cancel_order(desk, town.buyer, walk.order_id, CancelOrder(reason="停餐"))
        assert (await payment(walk))["state"] == "voided"
        assert [one["status"] for one in await vendor.intents(payment_id)] == ["canceled"]

    async def test_a_refused_delivery_lets_it_go(self, town: Town, walk: Walk, vendor: Vendor) -> None:
        payment_id = await with_card(walk)
        await walk.confirm()
        await walk.pack()
        await walk.ship()
        await walk.accept(0)
        assert (await payment(walk))["state"] == "voided"
        assert [one["status"] for one in await vendor.intents(payment_id)] == ["canceled"]


class TestRefunding:
    @pytest.fixture
    async def paid(self, walk: Walk) -> Walk:
        await with_card(walk)
        await walk.confirm()
        await walk.pack()
        await walk.ship()
        await walk.accept()
        return walk

    async def go_back(self, walk: Walk, quantity: int) -> None:
        asked = a_return(walk, quantity)
        await return_goods(walk.desk, walk.town.buyer, walk.order_id, asked)
        await agree_return(walk.desk, walk.seller, walk.order_id, asked.return_id)

    async def intent_id(self, walk: Walk, vendor: Vendor) -> str:
        (intent,) = await vendor.intents(UUID((await payment(walk))["payment_id"]))
        return str(intent["id"])

    async def test_pays_back_what_is_no_longer_kept_and_never_more(
        self, desk: Desk, paid: Walk, vendor: Vendor
    ) -> None:
        await self.go_back(paid, 2_500)
        await credit_order(desk, paid.seller, paid.order_id, a_credit(paid, 1_000))
        now = await payment(paid)
        assert (now["order_paid_fen"], [one["amount_fen"] for one in now["refunds"]]) == (8_750, [3_250, 1_000])
        await self.go_back(paid, 7_500)
        now = await payment(paid)
        assert (now["order_paid_fen"], now["order_state"]) == (0, "settled")
        assert sorted(await vendor.refunds(await self.intent_id(paid, vendor))) == [1_000, 3_250, 8_750]
        events = await said(desk, paid.order_id, "payment.recorded")
        assert [event["amount_fen"] for event in events] == [13_000, -3_250, -1_000, -8_750]

    async def test_after_a_crash_pays_back_once(self, desk: Desk, paid: Walk, vendor: Vendor) -> None:
        asked = a_return(paid, 2_500)
        await return_goods(desk, paid.town.buyer, paid.order_id, asked)
        assert desk.cards is not None
        with pytest.raises(Died):
            await agree_return(
                replace(desk, cards=DiesAfter(desk.cards, "pay_back")), paid.seller, paid.order_id, asked.return_id
            )
        now = await payment(paid)
        assert [one["state"] for one in now["refunds"]] == ["due"]
        payment_id = UUID(now["payment_id"])
        await finish_card(desk, payment_id)
        await finish_card(desk, payment_id)
        now = await payment(paid)
        assert ([one["state"] for one in now["refunds"]], now["order_paid_fen"]) == (["done"], 9_750)
        assert await vendor.refunds(await self.intent_id(paid, vendor)) == [3_250]

    async def test_goods_that_went_back_before_the_charge_are_paid_back_after_it(
        self, desk: Desk, town: Town, walk: Walk, vendor: Vendor
    ) -> None:
        await with_card(walk)
        await walk.confirm()
        await walk.pack()
        await walk.ship()
        town.desk = replace(desk, cards=Away())
        await walk.accept()
        credit: CreditOrder = a_credit(walk, 3_000)
        await credit_order(town.desk, walk.seller, walk.order_id, credit)
        town.desk = desk
        payment_id = UUID((await payment(walk))["payment_id"])
        await finish_card(desk, payment_id)
        now = await payment(walk)
        assert (now["order_state"], now["paid_fen"], now["order_paid_fen"]) == ("settled", 13_000, 10_000)
        assert await vendor.refunds(await self.intent_id(walk, vendor)) == [3_000]


class TestNews:
    def news(self, intent_id: str, type_: str = "payment_intent.succeeded") -> dict[str, Any]:
        return {
            "id": f"evt_{new_id().hex}",
            "object": "event",
            "type": type_,
            "api_version": None,
            "created": int(time.time()),
            "data": {"object": {"id": intent_id, "object": "payment_intent"}},
        }

    async def test_finishes_a_charge_that_our_process_forgot_once(
        self, desk: Desk, town: Town, walk: Walk, vendor: Vendor
    ) -> None:
        payment_id = await with_card(walk)
        await walk.confirm()
        await walk.pack()
        await walk.ship()
        assert desk.cards is not None
        town.desk = replace(desk, cards=DiesAfter(desk.cards, "capture"))
        with pytest.raises(Died):
            await walk.accept()
        town.desk = desk
        (intent,) = await vendor.intents(payment_id)
        body, signature = vendor.signed(self.news(intent["id"]))
        await hear_stripe(desk, body, signature)
        assert (await payment(walk))["order_state"] == "settled"
        async with untouched(desk):
            await hear_stripe(desk, body, signature)
        assert len(await said(desk, walk.order_id, "payment.recorded")) == 1

    async def test_of_a_lapsed_hold_lets_the_payment_go(self, desk: Desk, walk: Walk, vendor: Vendor) -> None:
        payment_id = await with_card(walk)
        await walk.confirm()
        (intent,) = await vendor.intents(payment_id)
        assert desk.cards is not None
        await desk.cards.let_go(intent["id"])
        await hear_stripe(desk, *vendor.signed(self.news(intent["id"], "payment_intent.canceled")))
        now = await payment(walk)
        assert (now["order_state"], now["state"]) == ("confirmed", "voided")

    async def test_of_no_concern_is_stamped_and_a_wrong_signature_refused(self, desk: Desk, vendor: Vendor) -> None:
        await hear_stripe(desk, *vendor.signed(self.news("pi_of_another", "product.created")))
        body, signature = vendor.signed(self.news("pi_of_another"))
        async with untouched(desk):
            for bad in ("", "t=1,v1=00", signature.replace("t=", "t=9")):
                with pytest.raises(BadSignature):
                    await hear_stripe(desk, body, bad)
            with pytest.raises(BadSignature):
                await hear_stripe(desk, body + b" ", signature)


class TestStripeCards:
    """The few verbs against whatever speaks the vendor's protocol."""

    @pytest.fixture
    def cards(self, desk: Desk) -> Cards:
        assert isinstance(desk.cards, StripeCards)
        return desk.cards

    async def test_each_verb_repeated_changes_nothing(self, cards: Cards, vendor: Vendor) -> None:
        payment_id, refund_id = new_id(), new_id()
        made = await cards.make(payment_id, new_id(), await kept(cards), 20_000)
        assert made.state is IntentState.UNCONFIRMED
        states = [
            (await cards.hold(made.intent_id)).state,
            (await cards.hold(made.intent_id)).state,
            (await cards.capture(made.intent_id, 18_255)).state,
            (await cards.capture(made.intent_id, 18_255)).state,
            (await cards.let_go(made.intent_id)).state,
        ]
        assert states == [IntentState.HELD] * 2 + [IntentState.CAPTURED] * 3
        for _ in range(3):
            await cards.pay_back(made.intent_id, refund_id, 255)
        assert await vendor.refunds(made.intent_id) == [255]

    async def test_a_vendor_that_does_not_answer_is_unavailable(self, env: dict[str, str]) -> None:
        cards = StripeCards(env["STRIPE_API_KEY"], "whsec_x", base_url="http://127.0.0.1:9")
        with pytest.raises(CardsUnavailable):
            await cards.read("pi_x")
        await cards.close()

    async def test_what_was_let_go_stays_so(self, cards: Cards) -> None:
        payment_id = new_id()
        made = await cards.make(payment_id, new_id(), await kept(cards), 500)
        gone: Intent = await cards.let_go(made.intent_id)
        assert gone.state is IntentState.CANCELLED
        assert (await cards.hold(made.intent_id)).state is IntentState.CANCELLED
