"""Whatever both sides, the payer, the vendor and the clock do, money in is money out, in our books and at the vendor.

The machine runs in a thread of its own, and each of its steps on the program's loop, against the real database and a
vendor that speaks Stripe's protocol below the official client.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

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
from tests.build.anything import drive, explore, rule
from tests.build.order import START, Town, Walk, said
from tests.build.strict_stripe import StrictStripe
from tests.integration.order import test_cards
from tests.integration.order.test_cards import Vendor, with_card
from tests.integration.order.test_cards import vendor as vendor
from tests.integration.order.test_returns import a_credit, a_return

T = TypeVar("T")
RUNS, STEPS, EXPLORED = 80, 22, 10
REACHED = {
    *("cancelled", "refused", "accepted", "settled", "payment authorised", "payment voided", "payment failed"),
    *("payment paid", "refund due", "refund done", "refund failed", "refund covered"),
    *("dispute open", "dispute won", "dispute lost", "won after all", "paid again after a loss"),
}
"""What a usual run comes to."""
OVER = {"paid", "voided", "failed"}
"""Where a payment stands that nothing becomes of any more."""
ONE = range(1_000)
LOST = ["customers", "attach", "payment_intents", "confirm", "capture", "cancel", "refunds"]


class Money:
    """One order, what was paid for it, and the vendor's own record."""

    def wait(self, doing: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(60)

    def try_to(self, doing: Coroutine[Any, Any, Any]) -> None:
        """Do it, or be refused: what then must hold is the invariants' matter."""
        with suppress(Refusal):
            self.wait(doing)

    def __init__(
        self, loop: asyncio.AbstractEventLoop, town: Town, news: Vendor, secret: str, reached: Counter[str]
    ) -> None:
        self.loop, self.town, self.news, self.secret, self.reached = loop, town, news, secret, reached

    def begin(self, draw: Random) -> None:
        by_card, delivered = draw.choice([True, True, False]), draw.choice([None, 9_600, 10_000])
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
        self.appealed = False
        if delivered is not None:
            self.it_is_delivered(delivered)

    @property
    def desk(self) -> Desk:
        return self.town.desk

    def view(self) -> dict[str, Any]:
        return self.wait(get_order(self.desk, self.town.buyer, self.walk.order_id))

    # ── what happens ──

    @rule(hours=range(1, 60))
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

    @rule(refuses=[True, False])
    def the_card_holds_no_more_or_again(self, refuses: bool) -> None:
        self.vendor.no_more_holds = refuses

    @rule(one=ONE)
    def a_hold_lapses(self, one: int) -> None:
        if held := self.vendor.held():
            self.vendor.lapse(held[one % len(held)])

    @rule(accepted=[0, 9_600, 10_000])
    def it_is_delivered(self, accepted: int) -> None:
        if self.view()["state"] == "confirmed":
            self.wait(self.walk.pack(10_000))
            self.wait(self.walk.ship())
            self.try_to(self.walk.accept(accepted))

    @rule()
    def the_buyer_cancels(self) -> None:
        self.try_to(cancel_order(self.desk, self.town.buyer, self.walk.order_id, CancelOrder(reason="停餐")))

    @rule(amount_fen=range(1, 9_000))
    def the_seller_credits(self, amount_fen: int) -> None:
        if self.walk.view.get("lines"):
            self.try_to(credit_order(self.desk, self.walk.seller, self.walk.order_id, a_credit(self.walk, amount_fen)))

    @rule(quantity=range(1, 6_000))
    def goods_go_back(self, quantity: int) -> None:
        async def go_back() -> None:
            asked = a_return(self.walk, quantity)
            await return_goods(self.desk, self.town.buyer, self.walk.order_id, asked)
            await agree_return(self.desk, self.walk.seller, self.walk.order_id, asked.return_id)

        if self.walk.view.get("lines"):
            self.try_to(go_back())

    @rule(method=["alipay", "wechat_pay", "bank_transfer"], part=[1, 2, 3])
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

    @rule(one=ONE, pays=[True, False])
    def a_payer_answers(self, one: int, pays: bool) -> None:
        asked = [key for key, intent in self.vendor.intents.items() if intent["status"] == "requires_action"]
        if asked:
            (self.vendor.pay if pays else self.vendor.refuse)(asked[one % len(asked)])

    @rule(one=ONE, times=range(1, 3))
    def the_vendor_tells(self, one: int, times: int) -> None:
        if self.vendor.intents:
            intent_id = list(self.vendor.intents)[one % len(self.vendor.intents)]
            message = self.news.signed(test_cards.TestNews().news(intent_id))

            async def rush() -> None:
                await asyncio.gather(*(hear_stripe(self.desk, *message) for _ in range(times)), return_exceptions=True)

            self.wait(rush())

    @rule(one=ONE, at_once=[True, False])
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

    @rule(one=ONE, part=[1, 3], lost=[True, None])
    def a_payment_is_disputed(self, one: int, part: int, lost: bool | None) -> None:
        known = {dispute["payment_intent"] for dispute in self.vendor.disputes.values()}
        paid = [key for key, intent in self.vendor.intents.items() if intent["amount_received"] and key not in known]
        if not paid:
            return
        intent_id = paid[one % len(paid)]
        back = (one for one in self.vendor.refunds.values() if one["payment_intent"] == intent_id)
        back_fen = sum(one["amount"] for one in back if one["status"] != "failed")
        if (left_fen := self.vendor.intents[intent_id]["amount_received"] - back_fen) > 0:
            self.vendor.dispute(intent_id, -(-left_fen // part))
            self.disputes_are_told(1)
            if lost is not None:
                self.a_bank_decides(lost, 1)

    @rule(lost=[True, True, False], times=range(1, 3))
    def a_bank_decides(self, lost: bool, times: int) -> None:
        for dispute in self.vendor.disputes.values():
            if dispute["status"] == "needs_response":
                dispute["status"] = "lost" if lost else "won"
        self.disputes_are_told(times)

    @rule()
    def an_appeal_is_won(self) -> None:
        for dispute in self.vendor.disputes.values():
            if dispute["status"] == "lost":
                dispute["status"], self.appealed = "won", True
                self.reached["won after all"] += 1
        self.disputes_are_told(1)

    def disputes_are_told(self, times: int) -> None:
        for dispute in list(self.vendor.disputes.values()):
            told = {"id": f"evt_{new_id().hex}", "object": "event", "type": "charge.dispute.updated", "created": 1}
            message = self.news.signed(told | {"data": {"object": dispute}})
            for _ in range(times):
                self.try_to(hear_stripe(self.desk, *message))

    def refunds_are_told(self) -> None:
        for refund in list(self.vendor.refunds.values()):
            told = {"id": f"evt_{new_id().hex}", "object": "event", "type": "refund.updated", "created": 1}
            message = self.news.signed(told | {"data": {"object": refund}})
            self.try_to(hear_stripe(self.desk, *message))

    # ── what holds at every step ──

    def hold(self) -> None:
        view = self.view()
        lost = any(taken_back_fen(one) for one in view["payments"])
        self.reached["paid again after a loss"] += lost and view["state"] == "settled" and not view["refund_due_fen"]
        paid_fen = sum(one["paid_fen"] for one in view["payments"])
        back_fen = sum(
            one["amount_fen"] for payment in view["payments"] for one in payment["refunds"] if one["state"] == "done"
        )
        back_fen += sum(taken_back_fen(payment) for payment in view["payments"])
        told = self.wait(said(self.desk, self.walk.order_id, "payment.recorded"))
        assert view["paid_fen"] == paid_fen - back_fen == sum(one["amount_fen"] for one in told)
        assert view["state"] not in ("settled", "closed") or view["owed_fen"] == 0
        self.reached[view["state"]] += 1
        for payment in view["payments"]:
            self.reached[f"payment {payment['state']}"] += 1
            for kind in ("refund", "dispute"):
                self.reached.update(f"{kind} {one['state']}" for one in payment[f"{kind}s"])
            promised_fen = sum(one["amount_fen"] for one in payment["refunds"] if one["state"] != "covered")
            assert promised_fen + taken_back_fen(payment) <= payment["paid_fen"]
            stands = (payment["state"], payment["paid_fen"])
            assert self.over.get(payment["payment_id"], stands) == stands, "what is over stays so"
            if payment["state"] in OVER:
                self.over[payment["payment_id"]] = stands
        by_bank = sum(one["paid_fen"] for one in view["payments"] if one["method"] == "bank_transfer")
        assert self.vendor.taken_fen() >= 0
        if not self.appealed:  # What was paid again meanwhile is owed back.
            assert self.vendor.taken_fen() <= max((view["accepted_fen"] or 0) - by_bank, 0)
        assert len(self.vendor.held()) <= 2
        assert self.vendor.faults == []

    def finish(self) -> None:
        """Once all is quiet, our books and the vendor's are one, and nothing is held that nobody will take."""
        self.vendor.lost, self.vendor.no_more_holds, self.vendor.refunds_fail = None, False, False
        self.a_bank_decides(False, 1)
        self.clock.set(self.clock.now() + timedelta(hours=2))  # What a wallet's payer did not pay is let go.
        for _ in range(2):
            for _ in range(4):
                self.a_round_comes()
            self.refunds_are_told()
            self.what_failed_is_tried_again()
        self.hold()
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


def taken_back_fen(payment: dict[str, Any]) -> int:
    return sum(int(one["taken_back_fen"]) for one in payment["disputes"])


class TestMoney:
    async def test_holds_whatever_happens(self, town: Town, vendor: Vendor, env: dict[str, str]) -> None:
        loop, secret = asyncio.get_running_loop(), env["STRIPE_WEBHOOK_SECRET"]
        reached: Counter[str] = Counter()
        await asyncio.to_thread(drive, lambda: Money(loop, town, vendor, secret, reached), runs=RUNS, steps=STEPS)
        assert REACHED - set(reached) == set(), reached

    async def test_holds_on_ways_of_hypothesis(self, town: Town, vendor: Vendor, env: dict[str, str]) -> None:
        loop, secret = asyncio.get_running_loop(), env["STRIPE_WEBHOOK_SECRET"]
        await asyncio.to_thread(
            explore, lambda: Money(loop, town, vendor, secret, Counter()), runs=EXPLORED, steps=STEPS
        )
