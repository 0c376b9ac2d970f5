"""Whatever is done to orders, in whatever order and by whomever, stock, weights and amounts are one chain."""

import asyncio
import itertools
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from services.order.api.open_contracting import written
from services.order.domain.states import ORDER
from services.order.usecases.accept_order import accept_order
from services.order.usecases.agree_return import agree_return
from services.order.usecases.answer_weighing import let_silent_weighings_stand
from services.order.usecases.cancel_order import agree_cancel, cancel_order
from services.order.usecases.commands import (
    AnswerCancellation,
    CancelOrder,
    ConfirmOrder,
    DeclineOrder,
    ReturnGoods,
)
from services.order.usecases.confirm_order import confirm_order
from services.order.usecases.decline_order import decline_order
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.return_goods import return_goods
from services.order.usecases.tell_releases import tell_release
from services.order.usecases.time_out_orders import lapse_unanswered
from shared.clock import SettableClock
from shared.contracts.catalog import ListingFacts
from shared.contracts.words import ENDED, KEEPING, OrderState
from shared.errors import Refusal
from shared.ids import new_id
from shared.money import line_amount_fen
from tests.build.ocds import faults
from tests.build.order import START, Town, Walk, said

ON_HAND = 30_000
SHARES = st.sampled_from([0, 55, 89, 90, 97, 100, 100, 103, 110, 111])
"""Of a hundred: what is told may be nothing, less, as it was, or too much."""
ORDERS = st.integers(0, 3)

_STOCK = "SELECT on_hand, promised FROM stock WHERE listing_id = :listing"
_HELD = """
SELECT coalesce(sum(promised_quantity), 0) AS held, coalesce(sum(packed_quantity) FILTER (WHERE o.state NOT IN
  ('packed', 'cancelled')), 0) AS gone
FROM order_lines l JOIN orders o USING (order_id) WHERE l.listing_id = :listing"""


def machine_of(loop: asyncio.AbstractEventLoop, town: Town, clock: SettableClock) -> type[RuleBasedStateMachine]:
    """Make a machine whose steps run in the tests' own loop, each to its end."""

    def run(step: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(step, loop).result()

    class Orders(RuleBasedStateMachine):
        """A few orders of the same goods, which their two sides and the clock may do anything to."""

        def __init__(self) -> None:
            super().__init__()
            clock.set(START)
            self.ginger: ListingFacts = run(town.goods(stock=ON_HAND))
            self.walks: list[Walk] = []
            self.brought = ON_HAND

        def walk(self, place: int) -> Walk | None:
            return self.walks[place % len(self.walks)] if self.walks else None

        def tried(self, step: Coroutine[Any, Any, Any]) -> None:
            """Do what may be refused; whatever else goes wrong fails the test."""
            with suppress(Refusal):
                run(step)

        @rule(kilos=st.integers(1, 12), upto=st.sampled_from(["placed", "confirmed", "packed", "shipped"]))
        def order(self, kilos: int, upto: str) -> None:
            async def place() -> None:
                walk = await town.an_order((self.ginger, kilos * 1_000), upto=upto)
                walk.view = await get_order(town.desk, town.buyer, walk.order_id)
                self.walks.append(walk)

            if len(self.walks) < 4:
                self.tried(place())

        @rule(place=ORDERS, share=SHARES)
        def confirm(self, place: int, share: int) -> None:
            if walk := self.walk(place):
                line = walk.view["lines"][0]
                quantity = line["ordered_quantity"] * share // 100
                told = {"line_id": line["line_id"], "confirmed_quantity": quantity, "reason": "产量不足"}
                command = ConfirmOrder.model_validate({"lines": [told] if share % 2 else []})
                self.tried(confirm_order(town.desk, walk.seller, walk.order_id, command))

        @rule(place=ORDERS, share=SHARES)
        def pack(self, place: int, share: int) -> None:
            if walk := self.walk(place):
                self.tried(walk.pack(walk.view["lines"][0]["ordered_quantity"] * share // 100))

        @rule(place=ORDERS)
        def ship(self, place: int) -> None:
            if walk := self.walk(place):
                self.tried(walk.ship())

        @rule(place=ORDERS, share=SHARES, refused=st.sampled_from([0, 0, 0, 3, 40]), tare=st.integers(0, 900))
        def accept(self, place: int, share: int, refused: int, tare: int) -> None:
            if walk := self.walk(place):
                quantity = walk.view["lines"][0]["ordered_quantity"]
                line = {
                    "line_id": walk.line_ids()[0],
                    "gross_grams": quantity * share // 100 + tare,
                    "tare_grams": tare,
                    "refused_quantity": quantity * refused // 100,
                }
                content = {"acceptance_id": new_id(), "lines": [line]}
                command = type(walk.acceptance(0)).model_validate(content)
                self.tried(accept_order(town.desk, town.buyer, walk.order_id, command))
                self.tried(accept_order(town.desk, town.buyer, walk.order_id, command))

        @rule(place=ORDERS, agrees=st.booleans())
        def answer_weight(self, place: int, agrees: bool) -> None:
            async def answer(walk: Walk) -> None:
                walk.view = await get_order(town.desk, town.buyer, walk.order_id)
                if walk.view["weighing"] is not None:
                    await walk.agree("agree" if agrees else "object", "" if agrees else "秤不准")

            if walk := self.walk(place):
                self.tried(answer(walk))

        @rule(place=ORDERS, how=st.sampled_from(["decline", "cancel", "agree"]))
        def end(self, place: int, how: str) -> None:
            if walk := self.walk(place):
                desk, order_id = town.desk, walk.order_id
                match how:
                    case "decline":
                        self.tried(decline_order(desk, walk.seller, order_id, DeclineOrder(reason="暴雨")))
                    case "cancel":
                        self.tried(cancel_order(desk, town.buyer, order_id, CancelOrder(reason="停餐")))
                    case _:
                        yes = AnswerCancellation.model_validate({"outcome": "agree"})
                        self.tried(agree_cancel(desk, walk.seller, order_id, yes))

        @rule(place=ORDERS, share=st.integers(1, 110))
        def send_back(self, place: int, share: int) -> None:
            async def back(walk: Walk) -> None:
                line = (await get_order(town.desk, town.buyer, walk.order_id))["lines"][0]
                quantity, return_id = (line["kept_quantity"] or 0) * share // 100, new_id()
                told = {"line_id": line["line_id"], "quantity": max(quantity, 1), "reason": "有腐烂"}
                content = {"return_id": return_id, "lines": [told]}
                await return_goods(town.desk, town.buyer, walk.order_id, ReturnGoods.model_validate(content))
                await agree_return(town.desk, walk.seller, walk.order_id, return_id)

            if walk := self.walk(place):
                self.tried(back(walk))

        @rule(days=st.integers(1, 4))
        def wait(self, days: int) -> None:
            clock.set(clock.now() + timedelta(days=days))
            run(lapse_unanswered(town.desk))
            run(let_silent_weighings_stand(town.desk))

        @invariant()
        def nothing_is_promised_twice_or_lost(self) -> None:
            stock, held = run(self._stock())
            assert 0 <= stock.promised <= stock.on_hand
            assert stock.promised == held.held
            assert stock.on_hand + held.gone == self.brought

        @invariant()
        def every_order_is_one_chain(self) -> None:
            for walk in self.walks:
                run(_hold(town.desk, walk))

        async def _stock(self) -> tuple[Any, Any]:
            async with town.desk.uow.glance() as tx:
                of = {"listing": self.ginger.listing_id}
                return await tx.first(sa.text(_STOCK), of), await tx.first(sa.text(_HELD), of)

    return Orders


async def _hold(desk: Desk, walk: Walk) -> None:
    """Hold an order, and all that was said of it, to its one chain of weights."""
    walk.view = view = await get_order(desk, walk.seller, walk.order_id)
    (line,), state = view["lines"], OrderState(view["state"])
    kept = line["kept_quantity"] or 0
    amount_fen = line_amount_fen(kept, line["price_fen"], line["unit_quantity"])
    assert view["kept_fen"] == line["kept_fen"] == amount_fen
    assert view["kept_fen"] == view["accepted_fen"] - view["returned_fen"]
    assert (state in KEEPING) == (kept + line["returned_quantity"] > 0)
    assert not (state in ENDED and view["kept_fen"])
    if line["gross_grams"] is not None:
        assert line["gross_grams"] - line["tare_grams"] == line["accepted_quantity"]
    booked = [
        one
        for event in await said(desk, walk.order_id, "acceptance.recorded", "return.recorded")
        for one in event["lines"]
    ]
    assert (sum(one["grams"] for one in booked), sum(one["amount_fen"] for one in booked)) == (kept, amount_fen)
    moved = await said(desk, walk.order_id, "order.moved")
    came = ["placed", *(event["state"] for event in moved)]
    assert came[-1] == state.value
    assert [event["version"] for event in moved] == sorted({event["version"] for event in moved})
    assert faults(orjson.loads(written(await tell_release(desk, walk.seller, walk.order_id)))) == []
    edges = {(one.value, to.value) for sources, to in ORDER.edges.values() for one in sources}
    assert set(itertools.pairwise(came)) <= edges


async def test_whatever_is_done_stock_and_weights_are_one_chain(desk: Desk, clock: SettableClock) -> None:
    town = await Town(desk, limit_fen=10_000_000).heard_of()
    machine = machine_of(asyncio.get_running_loop(), town, clock)
    few = settings(
        max_examples=15,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=few)


class TestOneWeightChanged:
    """Metamorphic: two orders alike but for what the scale shows differ by that in every figure, and nowhere else."""

    @pytest.mark.parametrize("more", [-371, -1, 1, 400])
    async def test_every_document_and_total_follows(self, desk: Desk, town: Town, more: int) -> None:
        ginger = await town.goods(price_fen=10, unit_quantity=1)
        told = []
        for grams in (5_000, 5_000 + more):
            walk = await town.an_order((ginger, 5_000), upto="shipped")
            line = {"line_id": walk.line_ids()[0], "gross_grams": grams + 300, "tare_grams": 300}
            content = {"acceptance_id": new_id(), "lines": [line]}
            command = type(walk.acceptance(0)).model_validate(content)
            walk.view = view = await accept_order(desk, town.buyer, walk.order_id, command)
            told.append(await self.figures(desk, walk, view))
        before, after = told
        still = ("ordered_quantity", "packed_quantity", "ordered_fen", "returned_fen")
        weights = ("accepted_quantity", "kept_quantity", "gross_grams", "said grams", "all back grams")
        amounts = ("accepted_fen", "kept_fen", "owed_fen", "said fen", "listed fen", "all back fen")
        assert {name: after[name] - before[name] for name in before} == (
            dict.fromkeys(still, 0) | dict.fromkeys(weights, more) | dict.fromkeys(amounts, more * 10)
        )

    async def figures(self, desk: Desk, walk: Walk, view: dict[str, Any]) -> dict[str, int]:
        """Read every figure that rests on the weight: of the order, of what was said, and of a full return."""
        line = view["lines"][0]
        names = ("ordered_quantity", "packed_quantity", "accepted_quantity", "kept_quantity", "gross_grams")
        sums = ("ordered_fen", "accepted_fen", "kept_fen", "owed_fen", "returned_fen")
        (accepted,) = await said(desk, walk.order_id, "acceptance.recorded")
        async with desk.uow.glance() as tx:
            listed = await tx.value(
                sa.text("SELECT kept_fen FROM orders WHERE order_id = :order"), {"order": walk.order_id}
            )
        back = {"line_id": UUID(line["line_id"]), "quantity": line["kept_quantity"], "reason": "退回"}
        return_id = new_id()
        content = {"return_id": return_id, "lines": [back]}
        await return_goods(desk, walk.town.buyer, walk.order_id, ReturnGoods.model_validate(content))
        await agree_return(desk, walk.seller, walk.order_id, return_id)
        (returned,) = await said(desk, walk.order_id, "return.recorded")
        return {
            **{name: line[name] for name in names},
            **{name: view[name] for name in sums},
            "said grams": accepted["lines"][0]["grams"],
            "said fen": accepted["lines"][0]["amount_fen"],
            "listed fen": listed,
            "all back grams": -returned["lines"][0]["grams"],
            "all back fen": -returned["lines"][0]["amount_fen"],
        }
