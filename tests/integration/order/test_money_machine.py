"""Whatever both sides, the payer, the vendor and the clock do, money in is money out, in our books and at the vendor.

The machine runs in a thread of its own, and each of its steps on the program's loop, against the real database and a
vendor that speaks Stripe's protocol below the official client.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

import pytest

from services.order.clients.stripe import StripeCards
from services.order.domain.states import COMING, Remedy
from services.order.store.orders import Order, add_to_order, settle_if_paid
from services.order.store.replacements import is_replacement
from services.order.usecases import book_acceptance, book_return, give_back
from services.order.usecases.agree_return import agree_return
from services.order.usecases.cancel_order import cancel_order
from services.order.usecases.commands import CancelOrder, DeclineOrder, PutPayment
from services.order.usecases.confirm_payment import confirm_payment
from services.order.usecases.credit_order import credit_order
from services.order.usecases.decline_order import decline_order
from services.order.usecases.desk import Desk
from services.order.usecases.finish_cards import finish_card
from services.order.usecases.get_order import get_order
from services.order.usecases.hear_stripe import hear_stripe
from services.order.usecases.put_payment import put_payment
from services.order.usecases.return_goods import return_goods
from services.order.usecases.settle_refund import retry_refund
from services.order.usecases.time_out_orders import lapse_replacements
from shared.clock import SettableClock
from shared.contracts.words import ENDED
from shared.db.unit_of_work import Tx
from shared.errors import Refusal
from shared.ids import new_id
from tests.build.anything import drive, explore, rule
from tests.build.order import START, Town, Walk, said
from tests.build.strict_stripe import StrictStripe
from tests.integration.order import test_cards
from tests.integration.order.test_cards import Vendor, a_card, with_card
from tests.integration.order.test_cards import vendor as vendor
from tests.integration.order.test_returns import a_credit, a_return

T = TypeVar("T")
RUNS, STEPS, EXPLORED = 80, 22, 10
REACHED = {
    *("cancelled", "refused", "accepted", "settled", "payment authorised", "payment voided", "payment failed"),
    *("payment paid", "refund due", "refund done", "refund failed", "refund covered"),
    *("dispute open", "dispute won", "dispute lost", "won after all", "paid again after a loss"),
    *(f"replacement {state}" for state in ("confirmed", "shipped", "cancelled", "refused", "settled")),
    *(f"replacement's card {state}" for state in ("authorised", "paid", "voided")),
}
"""What a usual run comes to."""
OVER = {"paid", "voided", "failed"}
"""Where a payment stands that nothing becomes of any more."""
ONE = range(1_000)
LOST = ["customers", "attach", "payment_intents", "confirm", "capture", "cancel", "refunds"]


class Money:
    """One order and what comes again of it, what was paid for each, and the vendor's own record."""

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
        paid_by_card, delivered = draw.choice([True, True, False]), draw.choice([None, 9_600, 10_000])
        clock = self.town.desk.clock
        assert isinstance(clock, SettableClock)
        clock.set(START)
        self.clock = clock
        self.vendor = StrictStripe(lambda: int(self.clock.now().timestamp()))
        self.town.desk = replace(self.town.desk, cards=StripeCards("sk_test_x", self.secret, http=self.vendor))
        goods = self.wait(self.town.goods())
        self.walk: Walk = self.wait(self.town.an_order((goods, 10_000)))
        self.again: list[Walk] = []
        if paid_by_card:
            self.wait(with_card(self.walk))
        self.wait(self.walk.confirm())
        self.over: dict[str, tuple[str, int]] = {}
        self.appealed = False
        if delivered is not None:
            self.deliver(self.walk, delivered // 100)
            if draw.choice([True, False]):
                self.goods_come_again(draw.randrange(1, 3_000), draw.choice([True, False]))

    @property
    def desk(self) -> Desk:
        return self.town.desk

    def walks(self) -> list[Walk]:
        return [self.walk, *self.again]

    def one_of(self, place: int) -> Walk:
        """Choose the first order twice as often as one by which goods come again."""
        chosen = [self.walk, self.walk, *self.again]
        return chosen[place % len(chosen)]

    def view(self, walk: Walk | None = None) -> dict[str, Any]:
        return self.wait(get_order(self.desk, self.town.buyer, (walk or self.walk).order_id))

    # ── what happens ──

    @rule(hours=range(1, 60))
    def time_passes(self, hours: int) -> None:
        self.clock.set(self.clock.now() + timedelta(hours=hours))

    @rule()
    def a_round_comes(self) -> None:
        for one in (one for walk in self.walks() for one in self.view(walk)["payments"]):
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

    @rule(place=ONE, share=[0, 96, 100, 100])
    def it_is_delivered(self, place: int, share: int) -> None:
        self.deliver(self.one_of(place), share)

    def deliver(self, walk: Walk, share: int) -> None:
        """Pack, send and accept a share, of a hundred, of what is confirmed or on its way."""
        walk.view = view = self.view(walk)
        (line,) = view["lines"]
        if view["state"] == "confirmed":
            self.wait(walk.pack(line["ordered_quantity"]))
        if view["state"] in ("confirmed", "packed"):
            self.wait(walk.ship())
        if view["state"] in ("confirmed", "packed", "shipped"):
            self.try_to(walk.accept(line["ordered_quantity"] * share // 100))

    @rule(place=ONE)
    def the_buyer_cancels(self, place: int) -> None:
        order_id = self.one_of(place).order_id
        self.try_to(cancel_order(self.desk, self.town.buyer, order_id, CancelOrder(reason="停餐")))

    @rule(quantity=range(1, 3_000), card=[True, True, False])
    def goods_come_again(self, quantity: int, card: bool) -> None:
        """Send some back and have the same promised again, by card or on account."""

        async def come_again() -> None:
            asked = a_return(self.walk, quantity).model_copy(update={"remedy": Remedy.REPLACEMENT})
            await return_goods(self.desk, self.town.buyer, self.walk.order_id, asked)
            view = await agree_return(self.desk, self.walk.seller, self.walk.order_id, asked.return_id)
            (back,) = (one for one in view["returns"] if one["return_id"] == str(asked.return_id))
            self.again.append(Walk(self.town, UUID(back["replacement_order_id"]), self.walk.seller))

        if self.walk.view.get("lines") and len(self.again) < 3:
            before = len(self.again)
            self.try_to(come_again())
            if card and len(self.again) > before:
                self.it_is_put_on_a_card(2 + before)

    @rule(place=ONE)
    def it_is_put_on_a_card(self, place: int) -> None:
        """Register a card, or ask again for what was asked before: an answer may have been lost."""
        walk = self.one_of(place)
        view = self.view(walk)
        payment_id = next((UUID(one["payment_id"]) for one in view["payments"] if is_open(one)), new_id())
        card = a_card(view["ordered_fen"])
        self.try_to(put_payment(self.desk, self.town.buyer, walk.order_id, payment_id, card))

    @rule(place=ONE, how=["send", "come", "come", "refuse", "take back", "take back", "silence"])
    def what_comes_again_goes_on(self, place: int, how: str) -> None:
        if not self.again:
            return
        walk = self.again[place % len(self.again)]
        walk.view = self.view(walk)
        match how:
            case "send":
                self.try_to(walk.pack())
                self.try_to(walk.ship())
            case "come" | "refuse":
                self.deliver(walk, 100 if how == "come" else 0)
            case "take back":
                self.try_to(decline_order(self.desk, walk.seller, walk.order_id, DeclineOrder(reason="绝收")))
            case _:
                self.clock.set(self.clock.now() + timedelta(days=8))
                self.wait(lapse_replacements(self.desk))

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

    @rule(place=ONE, method=["alipay", "wechat_pay", "bank_transfer"], part=[1, 2, 3])
    def what_is_owed_is_paid(self, place: int, method: str, part: int) -> None:
        walk = self.one_of(place)
        owed_fen = self.view(walk)["owed_fen"] // part
        if owed_fen <= 0:
            return
        content = {"method": method, "amount_fen": owed_fen}
        if method != "bank_transfer":
            content["return_url"] = "https://zhucai.example/"
        payment_id = new_id()
        paying = put_payment(
            self.desk, self.town.finance, walk.order_id, payment_id, PutPayment.model_validate(content)
        )
        self.try_to(paying)
        if method == "bank_transfer":
            self.try_to(confirm_payment(self.desk, walk.seller, walk.order_id, payment_id))

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
        for walk in self.walks():
            for refund in (refund for payment in self.view(walk)["payments"] for refund in payment["refunds"]):
                if refund["state"] == "failed":
                    trying = retry_refund(self.desk, self.town.finance, walk.order_id, UUID(refund["refund_id"]))
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
        views = [self.view(walk) for walk in self.walks()]
        for view in views:
            self.order_holds(view)
        self.goods_come_for_money_once(views[0], {one["order_id"]: one for one in views[1:]})
        accepted_fen = sum(max((one["accepted_fen"] or 0) - by_bank_fen(one), 0) for one in views)
        assert self.vendor.taken_fen() >= 0
        if not self.appealed:  # What was paid again meanwhile is owed back.
            assert self.vendor.taken_fen() <= accepted_fen
        assert len(self.vendor.held()) <= 2 * len(views)
        assert self.vendor.faults == []

    def goods_come_for_money_once(self, first: dict[str, Any], again: dict[str, dict[str, Any]]) -> None:
        """What goes back is off the first order whatever comes of what comes again, which costs what is kept of it."""
        booked_fen = 0
        for one in first["returns"]:
            assert one["state"] == "agreed"
            booked_fen -= sum(line["amount_fen"] for line in one["lines"])
            if one["replacement_order_id"] is None:
                continue
            view = again[one["replacement_order_id"]]
            assert one["replacement_state"] == view["state"]
            self.reached[f"replacement {view['state']}"] += 1
            self.reached.update(f"replacement's card {one['state']}" for one in view["payments"] if by_card(one))
            if view["state"] in ENDED:
                assert (view["kept_fen"], view["owed_fen"], view["paid_fen"]) == (0, 0, 0)
        assert first["returned_fen"] == booked_fen
        assert first["kept_fen"] == (first["accepted_fen"] or 0) - booked_fen - first["credited_fen"]

    def order_holds(self, view: dict[str, Any]) -> None:
        lost = any(taken_back_fen(one) for one in view["payments"])
        self.reached["paid again after a loss"] += lost and view["state"] == "settled" and not view["refund_due_fen"]
        paid_fen = sum(one["paid_fen"] for one in view["payments"])
        back_fen = sum(
            one["amount_fen"] for payment in view["payments"] for one in payment["refunds"] if one["state"] == "done"
        )
        back_fen += sum(taken_back_fen(payment) for payment in view["payments"])
        told = self.wait(said(self.desk, UUID(view["order_id"]), "payment.recorded"))
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

    def finish(self) -> None:
        """Once all is quiet, our books and the vendor's are one, and nothing is held that nobody will take."""
        self.vendor.lost, self.vendor.no_more_holds, self.vendor.refunds_fail = None, False, False
        self.a_bank_decides(False, 1)
        self.clock.set(self.clock.now() + timedelta(hours=2))  # What a wallet's payer did not pay is let go.
        for place in range(2, 2 + len(self.again)):
            if any(is_open(one) for one in self.view(self.one_of(place))["payments"]):
                self.it_is_put_on_a_card(place)
        for _ in range(2):
            for _ in range(4):
                self.a_round_comes()
            self.refunds_are_told()
            self.what_failed_is_tried_again()
        self.hold()
        views = [self.view(walk) for walk in self.walks()]
        for view in views:
            for payment in view["payments"]:
                if payment["method"] != "bank_transfer":
                    self.agrees_with_the_vendor(view, payment)
            if not by_bank_fen(view):
                assert view["refund_due_fen"] == 0
        assert sum(view["paid_fen"] - by_bank_fen(view) for view in views) == self.vendor.taken_fen()
        if not any(view["state"] in COMING for view in views):
            assert self.vendor.held() == []

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


def by_card(payment: dict[str, Any]) -> bool:
    return str(payment["method"]) == "card"


def is_open(payment: dict[str, Any]) -> bool:
    return by_card(payment) and str(payment["state"]) in ("registered", "authorising")


def by_bank_fen(view: dict[str, Any]) -> int:
    return sum(one["paid_fen"] for one in view["payments"] if one["method"] == "bank_transfer")


def taken_back_fen(payment: dict[str, Any]) -> int:
    return sum(int(one["taken_back_fen"]) for one in payment["disputes"])


async def run_through(town: Town, vendor: Vendor, env: dict[str, str], reached: Counter[str]) -> None:
    loop, secret = asyncio.get_running_loop(), env["STRIPE_WEBHOOK_SECRET"]
    await asyncio.to_thread(drive, lambda: Money(loop, town, vendor, secret, reached), runs=RUNS, steps=STEPS)


def nothing_goes_back(patch: pytest.MonkeyPatch) -> None:
    """What went back, and comes again or not, is off what is kept, but its payer gets nothing for it."""

    async def nothing(tx: Tx, order: Order, refund_id: UUID, reason: str) -> None:
        pass

    patch.setattr(book_return, "owe_refund", nothing)


def held_for_nothing(patch: pytest.MonkeyPatch) -> None:
    """The card of an order that ends is not let go."""

    async def nothing(tx: Tx, order_id: UUID, *, lock: bool = False) -> None:
        pass

    patch.setattr(give_back, "live_card", nothing)


def comes_for_nothing(patch: pytest.MonkeyPatch) -> None:
    """What comes again is counted as paid by what went back, which was given back already."""

    async def paid_before(tx: Tx, order: Order) -> None:
        if await is_replacement(tx, order.order_id) and order.kept_fen:
            order = await add_to_order(tx, order, paid_fen=order.kept_fen)
        await settle_if_paid(tx, order)

    patch.setattr(book_acceptance, "settle_if_paid", paid_before)


class TestMoney:
    async def test_holds_whatever_happens(self, town: Town, vendor: Vendor, env: dict[str, str]) -> None:
        reached: Counter[str] = Counter()
        await run_through(town, vendor, env, reached)
        assert REACHED - set(reached) == set(), reached

    async def test_holds_on_ways_of_hypothesis(self, town: Town, vendor: Vendor, env: dict[str, str]) -> None:
        loop, secret = asyncio.get_running_loop(), env["STRIPE_WEBHOOK_SECRET"]
        await asyncio.to_thread(
            explore, lambda: Money(loop, town, vendor, secret, Counter()), runs=EXPLORED, steps=STEPS
        )

    @pytest.mark.parametrize(
        "plant", [nothing_goes_back, held_for_nothing, comes_for_nothing], ids=lambda plant: plant.__name__
    )
    async def test_a_planted_fault_is_found_by_the_same_run(
        self,
        town: Town,
        vendor: Vendor,
        env: dict[str, str],
        monkeypatch: pytest.MonkeyPatch,
        plant: Callable[[pytest.MonkeyPatch], None],
    ) -> None:
        plant(monkeypatch)
        with pytest.raises(AssertionError):
            await run_through(town, vendor, env, Counter())
