"""A machine that does anything to a few orders of the same goods, by both sides, those above and the clock.

After each step the goods are promised once and end once, and every figure of an order, of its lines and of what was
said of it is the same one.
"""

import asyncio
import itertools
from collections import Counter, defaultdict
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.order.api.open_contracting import written
from services.order.domain.states import AS_ORDERED, ORDER, PAID_UP
from services.order.store.seasons import count_promised
from services.order.store.stock import find_stock
from services.order.usecases.accept_order import accept_order
from services.order.usecases.agree_return import agree_return
from services.order.usecases.answer_weighing import let_silent_weighings_stand, second_weight
from services.order.usecases.cancel_order import agree_cancel, cancel_order
from services.order.usecases.commands import (
    AnswerCancellation,
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
from services.order.usecases.tell_releases import tell_release
from services.order.usecases.time_out_orders import (
    cancel_unanswered,
    close_settled,
    lapse_unanswered,
    tell_late_deliveries,
)
from services.order.usecases.withdraw_return import withdraw_return
from shared.clock import SettableClock, business_date
from shared.contracts.authority import Role, Seat
from shared.contracts.catalog import ListingFacts
from shared.contracts.words import ENDED, KEEPING, OrderState
from shared.errors import Refusal
from shared.ids import new_id
from shared.money import line_amount_fen
from tests.build.ocds import faults
from tests.build.order import START, Town, Walk, an_identity, said

ON_HAND = 30_000
SHARES = st.sampled_from([0, 55, 89, 90, 97, 100, 100, 103, 110, 111])
"""Of a hundred: what is told may be nothing, less, as it was, or too much."""
ORDERS, LINES = st.integers(0, 3), st.integers(0, 1)
UPTO = ["placed", "confirmed", "packed", "packed", "shipped", "shipped", "shipped", "accepted", "paid"]
HOLDING = AS_ORDERED | {OrderState.PACKED}
ENDINGS = {verb for verb, (at, to) in ORDER.edges.items() if at <= HOLDING and to not in HOLDING}
"""By these a promise ends: fulfilled as the goods left, released by either side, or expired in silence."""
EDGES = {(one.value, to.value) for sources, to in ORDER.edges.values() for one in sources}
ROUNDS = (
    lapse_unanswered,
    cancel_unanswered,
    let_silent_weighings_stand,
    tell_late_deliveries,
    escalate_unanswered,
    tell_late_rulings,
    close_settled,
)

_STOCK = "SELECT on_hand, promised, window_promised FROM stock WHERE listing_id = :listing"
_HELD = """
SELECT coalesce(sum(promised_quantity), 0) AS held, coalesce(sum(packed_quantity) FILTER (WHERE o.state NOT IN
  ('packed', 'cancelled')), 0) AS gone
FROM order_lines l JOIN orders o USING (order_id) WHERE l.listing_id = :listing"""


def machine_of(
    loop: asyncio.AbstractEventLoop, town: Town, clock: SettableClock, reached: Counter[str] | None = None
) -> type[RuleBasedStateMachine]:
    """Make a machine whose steps run in the tests' own loop, each to its end; `reached` counts what was come to."""
    above = an_identity(Seat(Role.OFFICER, new_id(), town.path[: town.path.rstrip("/").rindex("/") + 1]), name="孙裁定")
    seen: Counter[str] = Counter() if reached is None else reached

    def run(step: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(step, loop).result()

    class Orders(RuleBasedStateMachine):
        """A few orders of two goods, which everybody and the clock may do anything to."""

        def __init__(self) -> None:
            super().__init__()
            clock.set(START)
            self.goods: list[ListingFacts] = run(self._goods())
            self.walks: list[Walk] = []

        async def _goods(self) -> list[ListingFacts]:
            # The one costs so much that two persons accept a day of it; the other's grams are no whole fen.
            dear = await town.goods(stock=ON_HAND, price_fen=40_001)
            odd = await town.goods(dear.supplier_id, stock=ON_HAND, price_fen=333, name="大蒜")
            days = {"from_on": START.date(), "until_on": START.date() + timedelta(days=300), "quantity_max": 10**9}
            season = PutSeason.model_validate({"windows": [days], "reason": "应季"})
            await put_season(town.desk, town.suppliers[odd.supplier_id], odd.listing_id, season)
            return [dear, odd]

        def walk(self, place: int) -> Walk | None:
            return self.walks[place % len(self.walks)] if self.walks else None

        def tried(self, step: Coroutine[Any, Any, Any]) -> None:
            """Do what may be refused; whatever else goes wrong fails the test."""
            with suppress(Refusal):
                run(step)

        @rule(kilos=st.integers(1, 12), odd=st.integers(1, 6), upto=st.sampled_from(UPTO))
        def order(self, kilos: int, odd: int, upto: str) -> None:
            async def place() -> None:
                dear, garlic = self.goods
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
                    ("accepted", walk.accept),
                ):
                    if upto == "placed":
                        return
                    await step()
                    if state == upto:
                        return
                await _second(walk, town, "agree")
                await _pay(walk, 100)

            if len(self.walks) < 4:
                self.tried(place())

        @initialize(upto=st.lists(st.sampled_from(UPTO), min_size=2, max_size=3))
        def begin(self, upto: list[str]) -> None:
            for place, state in enumerate(upto):
                self.order(place + 3, place + 1, state)

        @rule(place=ORDERS, at=LINES, share=SHARES)
        def confirm(self, place: int, at: int, share: int) -> None:
            if walk := self.walk(place):
                line = walk.view["lines"][at]
                quantity = line["ordered_quantity"] * share // 100
                told = {"line_id": line["line_id"], "confirmed_quantity": quantity, "reason": "产量不足"}
                command = ConfirmOrder.model_validate({"lines": [told] if share % 2 else []})
                self.tried(confirm_order(town.desk, walk.seller, walk.order_id, command))

        @rule(place=ORDERS, share=SHARES, other=SHARES)
        def pack(self, place: int, share: int, other: int) -> None:
            if walk := self.walk(place):
                first, second = walk.view["lines"]
                self.tried(
                    walk.pack(first["ordered_quantity"] * share // 100, second["ordered_quantity"] * other // 100)
                )

        @rule(place=ORDERS)
        def ship(self, place: int) -> None:
            if walk := self.walk(place):
                self.tried(walk.ship())

        @rule(place=ORDERS, share=SHARES, refused=st.sampled_from([0, 0, 0, 3, 40, 100]), tare=st.integers(0, 900))
        def accept(self, place: int, share: int, refused: int, tare: int) -> None:
            if walk := self.walk(place):
                lines = [
                    {
                        "line_id": line["line_id"],
                        "gross_grams": line["ordered_quantity"] * (0 if refused == 100 else share) // 100 + tare,
                        "tare_grams": tare,
                        "refused_quantity": line["ordered_quantity"] * refused // 100,
                    }
                    for line in walk.view["lines"]
                ]
                command = type(walk.acceptance(0, 0)).model_validate({"acceptance_id": new_id(), "lines": lines})
                self.tried(accept_order(town.desk, town.buyer, walk.order_id, command))
                self.tried(accept_order(town.desk, town.buyer, walk.order_id, command))

        @rule(place=ORDERS, how=st.sampled_from(["whole", "off"]), outcome=st.sampled_from(["agree", "object"]))
        def turn_away(self, place: int, how: str, outcome: str) -> None:
            """Refuse at the door all that was packed, or find half of it, which the seller agrees or objects to."""

            async def away(walk: Walk) -> None:
                packed = [line["packed_quantity"] for line in (await _look(walk))["lines"]]
                lines = [
                    {"line_id": line_id, "accepted_quantity": 0 if how == "whole" else quantity // 2}
                    | ({"refused_quantity": quantity} if how == "whole" else {})
                    for line_id, quantity in zip(walk.line_ids(), packed, strict=True)
                ]
                command = type(walk.acceptance(0, 0)).model_validate({"acceptance_id": new_id(), "lines": lines})
                await accept_order(town.desk, town.buyer, walk.order_id, command)
                if (await _look(walk))["weighing"] is not None:
                    await walk.agree(outcome, "重量不符")

            if (walk := self.walk(place)) and walk.view["state"] == "shipped":
                self.tried(away(walk))

        @rule(place=ORDERS, agrees=st.booleans(), second=st.booleans())
        def answer_weight(self, place: int, agrees: bool, second: bool) -> None:
            async def answer(walk: Walk) -> None:
                outcome = "agree" if agrees else "object"
                if second:
                    await _second(walk, town, outcome)
                elif (await _look(walk))["weighing"] is not None:
                    await walk.agree(outcome, "" if agrees else "秤不准")

            if walk := self.walk(place):
                self.tried(answer(walk))

        @rule(place=ORDERS, how=st.sampled_from(["decline", "cancel", "agree", "object"]))
        def end(self, place: int, how: str) -> None:
            if walk := self.walk(place):
                desk, order_id = town.desk, walk.order_id
                match how:
                    case "decline":
                        self.tried(decline_order(desk, walk.seller, order_id, DeclineOrder(reason="暴雨")))
                    case "cancel":
                        self.tried(cancel_order(desk, town.buyer, order_id, CancelOrder(reason="停餐")))
                    case _:
                        word = AnswerCancellation.model_validate({"outcome": how, "reason": "已装车"})
                        self.tried(agree_cancel(desk, walk.seller, order_id, word))

        @rule(place=ORDERS, how=st.sampled_from(["agree", "object", "silence"]))
        def ask_to_cancel(self, place: int, how: str) -> None:
            async def asked(walk: Walk) -> None:
                await cancel_order(town.desk, town.buyer, walk.order_id, CancelOrder(reason="停餐"))
                if how != "silence":
                    word = AnswerCancellation.model_validate({"outcome": how, "reason": "已装车"})
                    await agree_cancel(town.desk, walk.seller, walk.order_id, word)

            if (walk := self.walk(place)) and walk.view["state"] == "packed":
                self.tried(asked(walk))
                if how == "silence":
                    self.wait(4)

        @rule(
            place=ORDERS,
            at=LINES,
            share=st.integers(1, 110),
            remedy=st.sampled_from(["refund", "credit"]),
            how=st.sampled_from(
                ["agree", "refuse", "refuse escalate uphold", "refuse escalate dismiss", "refuse agree", "withdraw", ""]
            ),
        )
        def send_back(self, place: int, at: int, share: int, remedy: str, how: str) -> None:
            async def back(walk: Walk) -> None:
                line = (await _look(walk))["lines"][at]
                quantity, return_id = (line["kept_quantity"] or 0) * share // 100, new_id()
                told = {"line_id": line["line_id"], "quantity": max(quantity, 1), "reason": "有腐烂"}
                content = {"return_id": return_id, "lines": [told], "remedy": remedy}
                await return_goods(town.desk, town.buyer, walk.order_id, ReturnGoods.model_validate(content))
                for one in how.split():
                    await self._decide(walk, return_id, one)

            if walk := self.walk(place):
                self.tried(back(walk))

        @rule(
            place=ORDERS,
            which=st.integers(0, 3),
            how=st.sampled_from(["agree", "refuse", "escalate", "uphold", "dismiss", "withdraw"]),
        )
        def decide(self, place: int, which: int, how: str) -> None:
            async def one(walk: Walk) -> None:
                there = (await _look(walk))["returns"]
                if there:
                    await self._decide(walk, UUID(there[which % len(there)]["return_id"]), how)

            if walk := self.walk(place):
                self.tried(one(walk))

        async def _decide(self, walk: Walk, return_id: UUID, how: str) -> None:
            desk, of = town.desk, (walk.order_id, return_id)
            match how:
                case "agree":
                    await agree_return(desk, walk.seller, *of)
                case "refuse":
                    await refuse_return(desk, walk.seller, *of, RefuseReturn(reason="签收时完好"))
                case "escalate":
                    await escalate_return(desk, town.buyer, *of, EscalateReturn(reason="照片可见腐烂"))
                case "withdraw":
                    await withdraw_return(desk, town.buyer, *of, WithdrawReturn())
                case _:
                    ruling = RuleReturn.model_validate({"outcome": how, "reason": "经核查"})
                    await rule_return(desk, above, *of, ruling)

        @rule(place=ORDERS, at=LINES, share=st.integers(1, 101))
        def credit(self, place: int, at: int, share: int) -> None:
            async def lower(walk: Walk) -> None:
                line = (await _look(walk))["lines"][at]
                told = {"line_id": line["line_id"], "amount_fen": max((line["kept_fen"] or 0) * share // 100, 1)}
                content = {"credit_id": new_id(), "lines": [told], "reason": "规格偏小"}
                await credit_order(town.desk, walk.seller, walk.order_id, CreditOrder.model_validate(content))

            if walk := self.walk(place):
                self.tried(lower(walk))

        @rule(place=ORDERS, share=st.sampled_from([40, 100, 100, 101]))
        def pay(self, place: int, share: int) -> None:
            if walk := self.walk(place):
                self.tried(_pay(walk, share))

        @rule(days=st.sampled_from([1, 1, 2, 3, 4, 8, 31]))
        def wait(self, days: int) -> None:
            clock.set(clock.now() + timedelta(days=days))
            for one in ROUNDS:
                while run(one(town.desk)):
                    pass

        @invariant()
        def nothing_is_promised_twice_or_lost(self) -> None:
            for facts in self.goods:
                stock, held, windows = run(self._stock(facts.listing_id))
                assert 0 <= stock.promised <= stock.on_hand
                assert stock.promised == held.held
                assert stock.on_hand + held.gone == ON_HAND
                assert stock.window_promised == windows

        @invariant()
        def every_order_is_one_chain(self) -> None:
            for walk in self.walks:
                run(_hold(town.desk, walk, seen))

        async def _stock(self, listing_id: UUID) -> tuple[Any, Any, list[int] | None]:
            async with town.desk.uow.glance() as tx:
                of = {"listing": listing_id}
                found = await find_stock(tx, listing_id)
                assert found is not None
                windows = await count_promised(tx, found, found.season) if found.season else None
                return await tx.first(sa.text(_STOCK), of), await tx.first(sa.text(_HELD), of), windows

    return Orders


async def _look(walk: Walk) -> dict[str, Any]:
    walk.view = await get_order(walk.desk, walk.town.buyer, walk.order_id)
    return walk.view


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


async def _hold(desk: Desk, walk: Walk, seen: Counter[str]) -> None:
    """Hold an order, its lines and all that was said of it to one chain of weights and amounts."""
    walk.view = view = await get_order(desk, walk.seller, walk.order_id)
    state = OrderState(view["state"])
    seen.update({state.value, *(step["step"] for step in view["steps"])})
    seen.update(f"{one['state']} {one['remedy']}" for one in view["returns"])
    _is_whole(view)
    _lines(view)
    assert view["kept_fen"] == sum(line["kept_fen"] for line in view["lines"])
    assert view["kept_fen"] == view["accepted_fen"] - view["returned_fen"] - view["credited_fen"]
    had = any((line["accepted_quantity"] or 0) > 0 for line in view["lines"])
    assert (state in KEEPING) == had
    assert not (state in ENDED and view["kept_fen"])
    assert state not in PAID_UP or view["paid_fen"] >= view["kept_fen"]
    ends = [step["step"] for step in view["steps"] if step["step"] in ENDINGS]
    assert len(ends) == (0 if state in HOLDING else 1), ends
    grams, fen = await _said_of(desk, walk)
    assert grams == {line["line_id"]: line["kept_quantity"] for line in view["lines"] if line["kept_quantity"]}
    assert fen == {line["line_id"]: line["kept_fen"] for line in view["lines"] if line["kept_fen"]}
    moved = await said(desk, walk.order_id, "order.moved")
    came = ["placed", *(event["state"] for event in moved)]
    assert came[-1] == state.value
    assert [event["version"] for event in moved] == sorted({event["version"] for event in moved})
    assert set(itertools.pairwise(came)) <= EDGES
    assert faults(orjson.loads(written(await tell_release(desk, walk.seller, walk.order_id)))) == []


async def _said_of(desk: Desk, walk: Walk) -> tuple[dict[str, int], dict[str, int]]:
    """Sum by line the grams and the fen of what was accepted, returned and credited, as it was said."""
    grams: dict[str, int] = defaultdict(int)
    fen: dict[str, int] = defaultdict(int)
    for event in await said(desk, walk.order_id, "acceptance.recorded", "return.recorded", "credit.recorded"):
        for one in event["lines"]:
            grams[one["line_id"]] += one["grams"]
            fen[one["line_id"]] += one["amount_fen"]
    return {line: sum_ for line, sum_ in grams.items() if sum_}, {line: sum_ for line, sum_ in fen.items() if sum_}


def _lines(view: dict[str, Any]) -> None:
    back: Counter[str] = Counter()
    for one in view["returns"]:
        for line in one["lines"] if one["state"] == "agreed" else ():
            back[line["line_id"]] += line["quantity"]
    credited = {line["line_id"] for one in view["credits"] for line in one["lines"]}
    for line in view["lines"]:
        accepted, kept = line["accepted_quantity"] or 0, line["kept_quantity"] or 0
        assert 0 <= line["returned_quantity"] == back[line["line_id"]] <= accepted
        assert kept == accepted - line["returned_quantity"]
        gross_fen = line_amount_fen(kept, line["price_fen"], line["unit_quantity"])
        assert line["kept_fen"] == gross_fen - line["credited_fen"] >= 0
        assert line["line_id"] in credited or line["credited_fen"] == 0
        assert kept or not line["kept_fen"]
        if line["gross_grams"] is not None:
            assert line["gross_grams"] - line["tare_grams"] == line["accepted_quantity"]


def _is_whole(told: Any, name: str = "") -> None:
    """Money is whole fen and weight whole grams, wherever it stands."""
    if isinstance(told, dict):
        for key, value in told.items():
            _is_whole(value, key)
    elif isinstance(told, list):
        for one in told:
            _is_whole(one, name)
    elif name.endswith(("_fen", "_grams", "_quantity", "_bp")):
        assert told is None or type(told) is int, (name, told)
