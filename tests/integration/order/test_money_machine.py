"""Whatever both sides, the payer, the vendor and the clock do, money in is money out, in our books and at the vendor.

The machine runs in a thread of its own, and each of its steps on the program's loop, against the real database and a
vendor that speaks Stripe's protocol below the official client.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.order.clients.stripe import StripeCards
from services.order.usecases.agree_return import agree_return
from services.order.usecases.cancel_order import cancel_order
from services.order.usecases.commands import CancelOrder, PutPayment
from services.order.usecases.confirm_payment import confirm_payment
from services.order.usecases.credit_order import credit_order
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card
from services.order.usecases.get_order import get_order
from services.order.usecases.hear_stripe import hear_stripe
from services.order.usecases.put_payment import put_payment
from services.order.usecases.return_goods import return_goods
from services.order.usecases.settle_refund import retry_refund
from shared.clock import SettableClock
from shared.errors import Refusal
from shared.ids import new_id
from tests.build.order import START, Town, Walk, said
from tests.build.strict_stripe import StrictStripe
from tests.integration.order import test_cards
from tests.integration.order.test_cards import Vendor, with_card
from tests.integration.order.test_cards import vendor as vendor
from tests.integration.order.test_returns import a_credit, a_return

T = TypeVar("T")
STEPS = 22
OVER = {"paid", "voided", "failed"}
"""Where a payment stands that nothing becomes of any more."""
ONE = st.integers(0, 10**6)
LOST = st.sampled_from(["customers", "attach", "payment_intents", "confirm", "capture", "cancel", "refunds"])


class Money(RuleBasedStateMachine):
    """One order, what was paid for it, and the vendor's own record."""

    loop: asyncio.AbstractEventLoop
    town: Town
    news: Vendor
    secret: str

    def wait(self, doing: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(60)

    def try_to(self, doing: Coroutine[Any, Any, Any]) -> None:
        """Do it, or be refused: what then must hold is the invariants' matter."""
        with suppress(Refusal):
            self.wait(doing)

    @initialize(by_card=st.sampled_from([True, True, False]), delivered=st.sampled_from([None, 9_600, 10_000]))
    def order(self, by_card: bool, delivered: int | None) -> None:
        clock = self.town.desk.clock
        assert isinstance(clock, SettableClock)
        clock.set(START)
        self.clock = clock
        self.vendor = StrictStripe(lambda: int(self.clock.now().timestamp()))
        self.town.desk = replace(self.town.desk, cards=StripeCards("sk_test_x", self.secret, http=self.vendor))
        goods = self.wait(self.town.goods())
        self.walk: Walk = self.wait(self.town.an_order((goods, 10_000)))
        if by_card:
            self.wait(with_card(self.walk))
        self.wait(self.walk.confirm())
        self.over: dict[str, tuple[str, int]] = {}
        if delivered is not None:
            self.it_is_delivered(delivered)

    @property
    def desk(self) -> Desk:
        return self.town.desk

    def view(self) -> dict[str, Any]:
        return self.wait(get_order(self.desk, self.town.buyer, self.walk.order_id))

    # ── what happens ──

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.clock.set(self.clock.now() + timedelta(hours=hours))

    @rule()
    def a_round_comes(self) -> None:
        for one in self.view()["payments"]:
            if one["method"] != "bank_transfer":
                self.try_to(finish_card(self.desk, UUID(one["payment_id"])))

    @rule(path=LOST)
    def an_answer_will_be_lost(self, path: str) -> None:
        self.vendor.lost = path

    @rule(refuses=st.booleans())
    def the_card_holds_no_more_or_again(self, refuses: bool) -> None:
        self.vendor.no_more_holds = refuses

    @rule(one=ONE)
    def a_hold_lapses(self, one: int) -> None:
        if held := self.vendor.held():
            self.vendor.lapse(held[one % len(held)])

    @rule(accepted=st.sampled_from([0, 9_600, 10_000]))
    def it_is_delivered(self, accepted: int) -> None:
        if self.view()["state"] == "confirmed":
            self.wait(self.walk.pack(10_000))
            self.wait(self.walk.ship())
            self.try_to(self.walk.accept(accepted))

    @rule()
    def the_buyer_cancels(self) -> None:
        self.try_to(cancel_order(self.desk, self.town.buyer, self.walk.order_id, CancelOrder(reason="停餐")))

    @rule(amount_fen=st.integers(1, 9_000))
    def the_seller_credits(self, amount_fen: int) -> None:
        if self.walk.view.get("lines"):
            self.try_to(credit_order(self.desk, self.walk.seller, self.walk.order_id, a_credit(self.walk, amount_fen)))

    @rule(quantity=st.integers(1, 6_000))
    def goods_go_back(self, quantity: int) -> None:
        async def go_back() -> None:
            asked = a_return(self.walk, quantity)
            await return_goods(self.desk, self.town.buyer, self.walk.order_id, asked)
            await agree_return(self.desk, self.walk.seller, self.walk.order_id, asked.return_id)

        if self.walk.view.get("lines"):
            self.try_to(go_back())

    @rule(method=st.sampled_from(["alipay", "wechat_pay", "bank_transfer"]), part=st.sampled_from([1, 2, 3]))
    def what_is_owed_is_paid(self, method: str, part: int) -> None:
        owed_fen = self.view()["owed_fen"] // part
        if owed_fen <= 0:
            return
        content = {"method": method, "amount_fen": owed_fen}
        if method != "bank_transfer":
            content["return_url"] = "https://zhucai.example/"
        payment_id = new_id()
        paying = put_payment(
            self.desk, self.town.finance, self.walk.order_id, payment_id, PutPayment.model_validate(content)
        )
        self.try_to(paying)
        if method == "bank_transfer":
            self.try_to(confirm_payment(self.desk, self.walk.seller, self.walk.order_id, payment_id))

    @rule(one=ONE, pays=st.booleans())
    def a_payer_answers(self, one: int, pays: bool) -> None:
        asked = [key for key, intent in self.vendor.intents.items() if intent["status"] == "requires_action"]
        if asked:
            (self.vendor.pay if pays else self.vendor.refuse)(asked[one % len(asked)])

    @rule(one=ONE, times=st.integers(1, 3))
    def the_vendor_tells(self, one: int, times: int) -> None:
        if self.vendor.intents:
            intent_id = list(self.vendor.intents)[one % len(self.vendor.intents)]
            message = self.news.signed(test_cards.TestNews().news(intent_id))

            async def rush() -> None:
                await asyncio.gather(*(hear_stripe(self.desk, *message) for _ in range(times)), return_exceptions=True)

            self.wait(rush())

    @rule(one=ONE, at_once=st.booleans())
    def a_refund_fails(self, one: int, at_once: bool) -> None:
        self.vendor.refunds_fail = at_once
        done = [key for key, refund in self.vendor.refunds.items() if refund["status"] == "succeeded"]
        if done and not at_once:
            self.vendor.fail_refund(done[one % len(done)])
            self.refunds_are_told()

    @rule()
    def what_failed_is_tried_again(self) -> None:
        for payment in self.view()["payments"]:
            for refund in payment["refunds"]:
                if refund["state"] == "failed":
                    trying = retry_refund(self.desk, self.town.finance, self.walk.order_id, UUID(refund["refund_id"]))
                    self.try_to(trying)

    def refunds_are_told(self) -> None:
        for refund in list(self.vendor.refunds.values()):
            told = {"id": f"evt_{new_id().hex}", "object": "event", "type": "refund.updated", "created": 1}
            message = self.news.signed(told | {"data": {"object": refund}})
            self.try_to(hear_stripe(self.desk, *message))

    # ── what holds at every step ──

    @invariant()
    def money_in_is_money_out(self) -> None:
        if not hasattr(self, "walk"):
            return
        view = self.view()
        paid_fen = sum(one["paid_fen"] for one in view["payments"])
        back_fen = sum(
            one["amount_fen"] for payment in view["payments"] for one in payment["refunds"] if one["state"] == "done"
        )
        told = self.wait(said(self.desk, self.walk.order_id, "payment.recorded"))
        assert view["paid_fen"] == paid_fen - back_fen == sum(one["amount_fen"] for one in told)
        for payment in view["payments"]:
            assert sum(one["amount_fen"] for one in payment["refunds"]) <= payment["paid_fen"]
            stands = (payment["state"], payment["paid_fen"])
            assert self.over.get(payment["payment_id"], stands) == stands, "what is over stays so"
            if payment["state"] in OVER:
                self.over[payment["payment_id"]] = stands
        by_bank = sum(one["paid_fen"] for one in view["payments"] if one["method"] == "bank_transfer")
        assert 0 <= self.vendor.taken_fen() <= max((view["accepted_fen"] or 0) - by_bank, 0)
        assert len(self.vendor.held()) <= 2
        assert self.vendor.faults == []

    def teardown(self) -> None:
        """Once all is quiet, our books and the vendor's are one, and nothing is held that nobody will take."""
        if not hasattr(self, "walk"):
            return
        self.vendor.lost, self.vendor.no_more_holds, self.vendor.refunds_fail = None, False, False
        self.clock.set(self.clock.now() + timedelta(hours=2))  # What a wallet's payer did not pay is let go.
        for _ in range(2):
            for _ in range(4):
                self.a_round_comes()
            self.refunds_are_told()
            self.what_failed_is_tried_again()
        self.money_in_is_money_out()
        view = self.view()
        for payment in view["payments"]:
            if payment["method"] != "bank_transfer":
                self.agrees_with_the_vendor(view, payment)
        assert (
            view["paid_fen"] - sum(one["paid_fen"] for one in view["payments"] if one["method"] == "bank_transfer")
            == self.vendor.taken_fen()
        )
        if view["state"] in ("cancelled", "accepted", "settled", "refused", "partly_accepted"):
            assert self.vendor.held() == []
        by_bank = any(one["paid_fen"] and one["method"] == "bank_transfer" for one in view["payments"])
        if not by_bank:
            assert view["refund_due_fen"] == 0

    def agrees_with_the_vendor(self, view: dict[str, Any], payment: dict[str, Any]) -> None:
        """Hold a payment that is at rest against all that the vendor made for it."""
        intents = [
            one for one in self.vendor.intents.values() if one["metadata"]["payment_id"] == payment["payment_id"]
        ]
        made = {one["id"] for one in intents}
        taken_fen = sum(one["amount_received"] for one in intents)
        refunds = [one for one in self.vendor.refunds.values() if one["payment_intent"] in made]
        back_fen = sum(one["amount"] for one in refunds if one["status"] == "succeeded")
        assert payment["state"] in OVER | {"authorised"}
        assert payment["paid_fen"] == taken_fen
        assert sum(one["amount_fen"] for one in payment["refunds"] if one["state"] == "done") == back_fen
        held = [one["id"] for one in intents if one["status"] == "requires_capture"]
        assert len(held) == (payment["state"] == "authorised")
        if payment["state"] == "authorised":
            assert view["state"] in ("confirmed", "packed", "shipped", "weighed")


class TestMoney:
    async def test_holds_whatever_happens(self, town: Town, vendor: Vendor, env: dict[str, str]) -> None:
        loop = asyncio.get_running_loop()
        own = {"loop": loop, "town": town, "news": vendor, "secret": env["STRIPE_WEBHOOK_SECRET"]}
        machine = type("ThisMoney", (Money,), own)
        how = settings(
            max_examples=25,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        await asyncio.to_thread(run_state_machine_as_test, machine, settings=how)
