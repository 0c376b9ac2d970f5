"""A machine that does anything to a few orders of the same goods, by both sides, those above and the clock.

After each step the goods are promised once and end once, and every figure of an order, of its lines and of what was
said of it is the same one.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from services.order.usecases.accept_order import accept_order
from services.order.usecases.agree_return import agree_return
from services.order.usecases.answer_substitute import answer_substitute, refuse_silent_substitutes
from services.order.usecases.answer_weighing import let_silent_weighings_stand, second_weight
from services.order.usecases.cancel_order import agree_cancel, cancel_order
from services.order.usecases.commands import (
    AcceptOrder,
    AnswerCancellation,
    AnswerSubstitute,
    CancelOrder,
    ConfirmOrder,
    CreditOrder,
    DeclineOrder,
    EscalateReturn,
    PutPayment,
    PutSeason,
    RefuseReturn,
    ReturnGoods,
    RuleReturn,
    WithdrawReturn,
)
from services.order.usecases.confirm_order import confirm_order
from services.order.usecases.confirm_payment import confirm_payment
from services.order.usecases.credit_order import credit_order
from services.order.usecases.decline_order import decline_order
from services.order.usecases.desk import Desk
from services.order.usecases.escalate_return import escalate_return, escalate_unanswered
from services.order.usecases.get_order import get_order
from services.order.usecases.put_payment import put_payment
from services.order.usecases.put_season import put_season
from services.order.usecases.refuse_return import refuse_return
from services.order.usecases.return_goods import return_goods
from services.order.usecases.rule_return import rule_return
from services.order.usecases.tell_late_rulings import tell_late_rulings
from services.order.usecases.time_out_orders import (
    cancel_unanswered,
    close_settled,
    lapse_replacements,
    lapse_unanswered,
    tell_late_deliveries,
)
from services.order.usecases.withdraw_return import withdraw_return
from shared.clock import SettableClock, business_date
from shared.contracts.authority import Role, Seat
from shared.contracts.catalog import ListingFacts
from shared.errors import Refusal
from shared.ids import new_id
from tests.build.anything import Machine, rule
from tests.build.order import START, Town, Walk, an_identity, said
from tests.integration.order.life_chain import hold_order, hold_stock

ON_HAND = 30_000
SHARES = [0, 55, 89, 90, 97, 100, 100, 103, 110, 111]
"""Of a hundred: what is told may be nothing, less, as it was, or too much."""
ORDERS, LINES = range(4), range(2)
KEPT = ("accepted", "partly_accepted", "settled")
ENDED_FROM = {"decline": ["placed"], "cancel": ["placed", "confirmed"], "agree": ["packed"], "object": ["packed"]}
UPTO = [
    "placed",
    "placed",
    "confirmed",
    "packed",
    "packed",
    "shipped",
    "shipped",
    "weighed",
    "accepted",
    "paid",
    "paid",
]
ROUNDS = (
    refuse_silent_substitutes,
    lapse_unanswered,
    lapse_replacements,
    cancel_unanswered,
    let_silent_weighings_stand,
    tell_late_deliveries,
    escalate_unanswered,
    tell_late_rulings,
    close_settled,
)


def machine_of(
    loop: asyncio.AbstractEventLoop, town: Town, clock: SettableClock, reached: Counter[str] | None = None
) -> type[Machine]:
    """Make a machine whose steps run in the tests' own loop, each to its end; `reached` counts what was come to."""
    above = an_identity(Seat(Role.OFFICER, new_id(), town.path[: town.path.rstrip("/").rindex("/") + 1]), name="孙裁定")
    seen: Counter[str] = Counter() if reached is None else reached

    def run(step: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(step, loop).result()

    class Orders:
        """A few orders of two goods, which everybody and the clock may do anything to."""

        def __init__(self) -> None:
            clock.set(START)
            self.goods: list[ListingFacts] = run(self._goods())
            self.walks: list[Walk] = []
            self.held: dict[UUID, dict[str, Any]] = {}

        async def _goods(self) -> list[ListingFacts]:
            # The first costs so much that two persons accept a day of it; the others' grams are no whole fen. The last
            # is nobody's choice: it is offered in the place of the others.
            dear = await town.goods(stock=ON_HAND, price_fen=40_001)
            odd = await town.goods(dear.supplier_id, stock=ON_HAND, price_fen=333, name="大蒜")
            other = await town.goods(dear.supplier_id, stock=ON_HAND, price_fen=301, name="洋葱")
            days = {"from_on": START.date(), "until_on": START.date() + timedelta(days=300), "quantity_max": 10**9}
            season = PutSeason.model_validate({"windows": [days], "reason": "应季"})
            for one in (odd, other):
                await put_season(town.desk, town.suppliers[one.supplier_id], one.listing_id, season)
            return [dear, odd, other]

        def walk(self, place: int, *states: str) -> Walk | None:
            """Choose an order, of those in these states where there are any; the last place is any order's."""
            fitting = [one for one in self.walks if place < 3 and one.view["state"] in states] or self.walks
            return fitting[place % len(fitting)] if fitting else None

        def tried(self, step: Coroutine[Any, Any, Any]) -> None:
            """Do what may be refused; whatever else goes wrong fails the test."""
            with suppress(Refusal):
                run(step)

        @rule(kilos=range(1, 13), odd=range(1, 7), upto=UPTO)
        def order(self, kilos: int, odd: int, upto: str) -> None:
            async def place() -> None:
                """Come so far; what is weighed is no round weight, so that each part of it is rounded by itself."""
                dear, garlic, _ = self.goods
                wanted = {"wanted_on": business_date(clock.now())}
                lines = ((dear, kilos * 1_000), (garlic, odd * 1_500))
                asked = await town.order(*lines, wanted=wanted)
                walk = Walk(town, UUID(asked["orders"][0]["order_id"]), town.suppliers[dear.supplier_id])
                walk.view = await get_order(town.desk, town.buyer, walk.order_id)
                self.walks.append(walk)
                for state, step in (
                    ("confirmed", walk.confirm),
                    ("packed", walk.pack),
                    ("shipped", walk.ship),
                    ("weighed", lambda: walk.accept(kilos * 1_000 - 1, odd * 1_500 - 7)),
                ):
                    if upto == "placed":
                        return
                    await step()
                    if state == upto:
                        return
                await _second(walk, town, "agree")
                if upto == "paid":
                    await _pay(walk, 100)

            if len(self.walks) < 4:
                self.tried(place())

        def begin(self, draw: Random) -> None:
            for place in range(draw.choice([2, 3])):
                self.order(place + 3, place + 1, draw.choice(UPTO))

        @rule(place=ORDERS, at=LINES, share=SHARES)
        def confirm(self, place: int, at: int, share: int) -> None:
            if walk := self.walk(place, "placed"):
                line = _line(walk.view, at)
                quantity = line["ordered_quantity"] * share // 100
                told = {"line_id": line["line_id"], "confirmed_quantity": quantity, "reason": "产量不足"}
                command = ConfirmOrder.model_validate({"lines": [told] if share % 2 else []})
                self.tried(confirm_order(town.desk, walk.seller, walk.order_id, command))

        @rule(
            place=ORDERS,
            at=LINES,
            left=[(0, 0), (0, 0), (50, 100), (100, 0)],
            kilos=range(1, 7),
            how=["accept", "accept", "refuse", "silence", "cancel", ""],
        )
        def substitute(self, place: int, at: int, left: tuple[int, int], kilos: int, how: str) -> None:
            """Confirm less of the lines, or nothing, and offer other goods in the place of one."""

            async def offer(walk: Walk) -> None:
                goods = self.goods[2]
                offered = {"listing_id": goods.listing_id, "listing_version": goods.listing_version}
                offered |= {"quantity": kilos * 500 + 500, "price_fen": goods.price_fen}
                lines = [
                    {"line_id": line["line_id"], "confirmed_quantity": line["ordered_quantity"] * share // 100}
                    | {"reason": "遭了霜冻", "substitute": offered if one == at else None}
                    for one, (line, share) in enumerate(zip(walk.view["lines"], left, strict=True))
                ]
                command = ConfirmOrder.model_validate({"lines": lines})
                await confirm_order(town.desk, walk.seller, walk.order_id, command)
                if how in {"accept", "refuse"}:
                    await _answer(walk, town, how)

            self.order(kilos, kilos, "placed")
            if (walk := self.walk(place % 3, "placed")) and walk.view["state"] == "placed":
                self.tried(offer(walk))
                if how == "silence":
                    self.wait(1)
                elif how == "cancel":
                    self.tried(cancel_order(town.desk, town.buyer, walk.order_id, CancelOrder(reason="停餐")))

        @rule(place=ORDERS, how=["accept", "refuse"])
        def answer_substitute(self, place: int, how: str) -> None:
            if walk := self.walk(place, "confirmed"):
                self.tried(_answer(walk, town, how))

        @rule(place=ORDERS, one=SHARES, two=SHARES, three=SHARES)
        def pack(self, place: int, one: int, two: int, three: int) -> None:
            if walk := self.walk(place, "confirmed", "packed"):
                lines, shares = walk.view["lines"], (one, two, three)
                packed = [_promised(line) * share // 100 for line, share in zip(lines, shares, strict=False)]
                self.tried(walk.pack(*packed))

        @rule(place=ORDERS)
        def ship(self, place: int) -> None:
            if walk := self.walk(place, "packed"):
                self.tried(walk.ship())

        @rule(place=ORDERS, share=SHARES, refused=[0, 0, 0, 3, 40, 100], tare=range(901))
        def accept(self, place: int, share: int, refused: int, tare: int) -> None:
            if walk := self.walk(place, "shipped"):
                lines = [
                    {
                        "line_id": line["line_id"],
                        "gross_grams": _promised(line) * max(share - refused, 0) // 100 + tare,
                        "tare_grams": tare,
                        "refused_quantity": _promised(line) * refused // 100,
                    }
                    for line in walk.view["lines"]
                ]
                command = AcceptOrder.model_validate({"acceptance_id": new_id(), "lines": lines})
                self.tried(accept_order(town.desk, town.buyer, walk.order_id, command))
                self.tried(accept_order(town.desk, town.buyer, walk.order_id, command))

        @rule(place=ORDERS, how=["whole", "off"], outcome=["agree", "object", "object"])
        def turn_away(self, place: int, how: str, outcome: str) -> None:
            """Refuse at the door all that was packed, or find half of it, which the seller agrees or objects to."""

            async def away(walk: Walk) -> None:
                packed = [line["packed_quantity"] for line in (await _look(walk))["lines"]]
                lines = [
                    {"line_id": line_id, "accepted_quantity": 0 if how == "whole" else quantity // 2}
                    | ({"refused_quantity": quantity} if how == "whole" else {})
                    for line_id, quantity in zip(walk.line_ids(), packed, strict=True)
                ]
                command = AcceptOrder.model_validate({"acceptance_id": new_id(), "lines": lines})
                await accept_order(town.desk, town.buyer, walk.order_id, command)
                if (await _look(walk))["weighing"] is not None:
                    await walk.agree(outcome, "重量不符")

            if (walk := self.walk(place, "shipped")) and walk.view["state"] == "shipped":
                self.tried(away(walk))

        @rule(place=ORDERS, agrees=[False, True], second=[False, True])
        def answer_weight(self, place: int, agrees: bool, second: bool) -> None:
            async def answer(walk: Walk) -> None:
                outcome = "agree" if agrees else "object"
                if second:
                    await _second(walk, town, outcome)
                elif (await _look(walk))["weighing"] is not None:
                    await walk.agree(outcome, "" if agrees else "秤不准")

            if walk := self.walk(place, "weighed"):
                self.tried(answer(walk))

        @rule(place=ORDERS, how=["decline", "decline", "decline", "cancel", "agree", "object"])
        def end(self, place: int, how: str) -> None:
            if walk := self.walk(place, *ENDED_FROM[how]):
                desk, order_id = town.desk, walk.order_id
                match how:
                    case "decline":
                        self.tried(decline_order(desk, walk.seller, order_id, DeclineOrder(reason="暴雨")))
                    case "cancel":
                        self.tried(cancel_order(desk, town.buyer, order_id, CancelOrder(reason="停餐")))
                    case _:
                        word = AnswerCancellation.model_validate({"outcome": how, "reason": "已装车"})
                        self.tried(agree_cancel(desk, walk.seller, order_id, word))

        @rule(place=ORDERS, how=["agree", "object", "silence", "silence"])
        def ask_to_cancel(self, place: int, how: str) -> None:
            async def asked(walk: Walk) -> None:
                await cancel_order(town.desk, town.buyer, walk.order_id, CancelOrder(reason="停餐"))
                if how != "silence":
                    word = AnswerCancellation.model_validate({"outcome": how, "reason": "已装车"})
                    await agree_cancel(town.desk, walk.seller, walk.order_id, word)

            if (walk := self.walk(place, "packed")) and walk.view["state"] == "packed":
                self.tried(asked(walk))
                if how == "silence":
                    self.wait(4)

        @rule(
            place=ORDERS,
            at=LINES,
            share=range(1, 111),
            times=[1, 2],
            remedy=["refund", "credit", "replacement"],
            how=[
                *("agree gone", "agree comes", "agree comes", "agree comes", "agree"),
                *("refuse", "refuse agree", "withdraw", "withdraw", ""),
                *("refuse escalate uphold", "refuse escalate dismiss"),
            ],
        )
        def send_back(self, place: int, at: int, share: int, times: int, remedy: str, how: str) -> None:
            async def back(walk: Walk) -> None:
                line = _line(await _look(walk), at)
                quantity, return_id = (line["kept_quantity"] or 0) * share // 100, new_id()
                told = {"line_id": line["line_id"], "quantity": max(quantity, 1), "reason": "有腐烂"}
                content = {"return_id": return_id, "lines": [told], "remedy": remedy}
                await return_goods(town.desk, town.buyer, walk.order_id, ReturnGoods.model_validate(content))
                for one in how.split():
                    await self._decide(walk, return_id, one)

            self.order(at + 3, at + 1, "accepted" if share % 2 else "paid")
            if walk := self.walk(place, *KEPT):
                for _ in range(times):
                    self.tried(back(walk))

        @rule(
            place=ORDERS,
            which=range(4),
            how=["agree", "refuse", "escalate", "uphold", "dismiss", "withdraw"],
        )
        def decide(self, place: int, which: int, how: str) -> None:
            async def one(walk: Walk) -> None:
                there = (await _look(walk))["returns"]
                if there:
                    await self._decide(walk, UUID(there[which % len(there)]["return_id"]), how)

            if walk := self.walk(place, *KEPT):
                self.tried(one(walk))

        async def _decide(self, walk: Walk, return_id: UUID, how: str) -> None:
            desk, of = town.desk, (walk.order_id, return_id)
            match how:
                case "agree":
                    view = await agree_return(desk, walk.seller, *of)
                    (found,) = (one for one in view["returns"] if one["return_id"] == str(return_id))
                    if found["replacement_order_id"] is not None:
                        self.walks.append(Walk(town, UUID(found["replacement_order_id"]), walk.seller))
                        await _look(self.walks[-1])
                case "comes":
                    again = self.walks[-1]
                    if again.view["replaces"] is not None and again.view["state"] == "confirmed":
                        for step in (again.pack, again.ship, again.accept):
                            await step()
                        await _second(again, town, "agree")
                        await _pay(again, 100)
                case "gone":
                    await _gone(desk, self.walks[-1])
                case "refuse":
                    await refuse_return(desk, walk.seller, *of, RefuseReturn(reason="签收时完好"))
                case "escalate":
                    await escalate_return(desk, town.buyer, *of, EscalateReturn(reason="照片可见腐烂"))
                case "withdraw":
                    await withdraw_return(desk, town.buyer, *of, WithdrawReturn())
                case _:
                    ruling = RuleReturn.model_validate({"outcome": how, "reason": "经核查"})
                    await rule_return(desk, above, *of, ruling)

        @rule(place=ORDERS, at=LINES, share=range(1, 102))
        def credit(self, place: int, at: int, share: int) -> None:
            async def lower(walk: Walk) -> None:
                line = _line(await _look(walk), at)
                told = {"line_id": line["line_id"], "amount_fen": max((line["kept_fen"] or 0) * share // 100, 1)}
                content = {"credit_id": new_id(), "lines": [told], "reason": "规格偏小"}
                await credit_order(town.desk, walk.seller, walk.order_id, CreditOrder.model_validate(content))

            if walk := self.walk(place, *KEPT, "closed"):
                self.tried(lower(walk))

        @rule(place=ORDERS, share=[40, 100, 100, 101])
        def pay(self, place: int, share: int) -> None:
            if walk := self.walk(place, "accepted", "partly_accepted"):
                self.tried(_pay(walk, share))

        @rule(days=[1, 2, 3, 4, 8, 31, 31])
        def wait(self, days: int) -> None:
            clock.set(clock.now() + timedelta(days=days))
            for one in ROUNDS:
                while run(one(town.desk)):
                    pass

        def hold(self) -> None:
            """Nothing is promised twice or lost, and every order that changed is one chain still."""
            for facts in self.goods:
                run(hold_stock(town.desk, facts.listing_id, ON_HAND))
            for walk in self.walks:
                if run(_look(walk)) != self.held.get(walk.order_id):
                    self.held[walk.order_id] = run(hold_order(town.desk, walk))

        def finish(self) -> None:
            for walk in self.walks:
                view = run(hold_order(town.desk, walk))
                states = {move["state"] for move in run(said(town.desk, walk.order_id, "order.moved"))}
                seen.update({"placed", *states, *(step["step"] for step in view["steps"])})
                seen.update(f"{one['state']} {one['remedy']}" for one in view["returns"])
                if view["replaces"] is not None:
                    seen[f"replacement {view['state']}"] += 1

    return Orders


async def _look(walk: Walk) -> dict[str, Any]:
    walk.view = await get_order(walk.desk, walk.town.buyer, walk.order_id)
    return walk.view


def _line(view: dict[str, Any], at: int) -> dict[str, Any]:
    """Choose a line; what comes in the place of something else may have fewer."""
    lines: list[dict[str, Any]] = view["lines"]
    return lines[at % len(lines)]


def _promised(line: dict[str, Any]) -> int:
    """Tell of a line as it is read how much of it the seller promised."""
    lowered: int | None = line["confirmed_quantity"]
    ordered: int = line["ordered_quantity"]
    return ordered if lowered is None else lowered


async def _answer(walk: Walk, town: Town, how: str) -> None:
    """Accept or refuse what was offered last, where anything was."""
    if offered := (await _look(walk))["substitutes"]:
        command = AnswerSubstitute.model_validate({"outcome": how})
        await answer_substitute(walk.desk, town.buyer, walk.order_id, UUID(offered[-1]["substitute_id"]), command)


async def _second(walk: Walk, town: Town, outcome: str) -> None:
    """Let another person of the unit look at the scale, where one is wanted."""
    if (await _look(walk))["weighing"] is not None:
        await second_weight(town.desk, town.approver, walk.order_id, walk.yes(outcome, "重量不符"))


async def _pay(walk: Walk, share: int) -> None:
    amount_fen = (await _look(walk))["owed_fen"] * share // 100
    payment_id = new_id()
    told = PutPayment.model_validate({"method": "bank_transfer", "amount_fen": max(amount_fen, 1)})
    await put_payment(walk.desk, walk.town.buyer, walk.order_id, payment_id, told)
    await confirm_payment(walk.desk, walk.seller, walk.order_id, payment_id)


async def _gone(desk: Desk, walk: Walk) -> None:
    """Have a seller say that what they promised again does not come."""
    await decline_order(desk, walk.seller, walk.order_id, DeclineOrder(reason="绝收"))
