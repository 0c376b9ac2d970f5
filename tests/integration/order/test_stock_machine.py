"""Whatever buyers and a supplier do, stock is what was counted less what left, and each promise ends once.

The machine runs in a thread of its own, and each of its steps on the program's loop, against the real database.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from deploy.operator.invariants.orders import ENDED_ONCE
from services.order.domain.refusals import StockBelowPromised, StockShort
from services.order.usecases.cancel_order import cancel_order
from services.order.usecases.commands import CancelOrder, DeclineOrder, PutStock
from services.order.usecases.decline_order import decline_order
from services.order.usecases.desk import Desk
from services.order.usecases.get_stock import get_stock
from services.order.usecases.put_stock import put_stock
from shared.contracts.catalog import ListingFacts
from tests.build.order import Town, Walk, said

T = TypeVar("T")
FIRST_GRAMS = 20_000
STEPS = 25
QUANTITY = st.integers(2, 24).map(lambda halves: halves * 500)
ONE = st.integers(0, 10**6)


class Shelf(RuleBasedStateMachine):
    """One listing with its supplier and its buyers, and what it should come to."""

    loop: asyncio.AbstractEventLoop
    town: Town

    def wait(self, doing: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(60)

    @initialize()
    def open(self) -> None:
        self.ginger: ListingFacts = self.wait(self.town.goods(stock=FIRST_GRAMS))
        self.on_hand = FIRST_GRAMS
        self.holding: dict[UUID, int] = {}
        self.walks: dict[UUID, Walk] = {}
        self.state: dict[UUID, str] = {}
        self.crossed: list[bool] = []

    @property
    def desk(self) -> Desk:
        return self.town.desk

    @property
    def promised(self) -> int:
        return sum(self.holding.values())

    @property
    def available(self) -> int:
        return self.on_hand - self.promised

    def _looked_at(self, before: int) -> None:
        """Note that availability crossed zero, if it did."""
        if (before > 0) != (self.available > 0):
            self.crossed.append(self.available > 0)

    def _some(self, one: int, *states: str) -> Walk | None:
        found = [order_id for order_id, state in self.state.items() if state in states]
        return self.walks[found[one % len(found)]] if found else None

    # ── what happens ──

    @rule(grams=QUANTITY)
    def a_buyer_orders(self, grams: int) -> None:
        before = self.available
        try:
            walk = self.wait(self.town.an_order((self.ginger, grams)))
        except StockShort:
            assert grams > before
            return
        assert grams <= before
        self.walks[walk.order_id], self.state[walk.order_id] = walk, "placed"
        self.holding[walk.order_id] = grams
        self._looked_at(before)

    @rule(grams=QUANTITY, buyers=st.integers(2, 6))
    def buyers_order_at_once(self, grams: int, buyers: int) -> None:
        async def rush() -> list[Walk | BaseException]:
            many = (self.town.an_order((self.ginger, grams)) for _ in range(buyers))
            return await asyncio.gather(*many, return_exceptions=True)

        before = self.available
        answers = self.wait(rush())
        placed = [one for one in answers if isinstance(one, Walk)]
        assert len(placed) == min(buyers, before // grams)
        assert {type(one) for one in answers} <= {Walk, StockShort}
        for walk in placed:
            self.walks[walk.order_id], self.state[walk.order_id] = walk, "placed"
            self.holding[walk.order_id] = grams
        self._looked_at(before)

    @rule(on_hand=st.integers(0, 60).map(lambda halves: halves * 500))
    def the_supplier_counts(self, on_hand: int) -> None:
        before, seller = self.available, self.town.suppliers[self.ginger.supplier_id]
        counting = put_stock(self.desk, seller, self.ginger.listing_id, PutStock(on_hand=on_hand, reason="盘点"))
        try:
            self.wait(counting)
        except StockBelowPromised:
            assert on_hand < self.promised
            return
        assert on_hand >= self.promised
        self.on_hand = on_hand
        self._looked_at(before)

    @precondition(lambda self: "placed" in self.state.values())
    @rule(one=ONE)
    def one_is_confirmed(self, one: int) -> None:
        if walk := self._some(one, "placed"):
            self.wait(walk.confirm())
            self.state[walk.order_id] = "confirmed"

    @rule(one=ONE, decline=st.booleans())
    def one_ends_twice_at_once(self, one: int, decline: bool) -> None:
        """Its goods are given back once, however often and by whomever it is ended."""
        walk = self._some(one, *(("placed",) if decline else ("placed", "confirmed")))
        if walk is None:
            return
        before, order_id, buyer = self.available, walk.order_id, self.town.buyer

        async def both() -> Sequence[Any]:
            cancelling = cancel_order(self.desk, buyer, order_id, CancelOrder(reason="停餐"))
            if decline:
                ending = decline_order(self.desk, walk.seller, order_id, DeclineOrder(reason="暴雨"))
            else:
                ending = cancel_order(self.desk, buyer, order_id, CancelOrder(reason="停餐"))
            answers: list[Any] = await asyncio.gather(cancelling, ending, return_exceptions=True)
            return answers

        answers = self.wait(both())
        assert len([answer for answer in answers if isinstance(answer, dict)]) == 1
        self.holding.pop(order_id)
        self.state[order_id] = "ended"
        self._looked_at(before)

    @rule(one=ONE, share=st.integers(50, 110))
    def one_is_packed(self, one: int, share: int) -> None:
        walk = self._some(one, "confirmed")
        if walk is None:
            return
        before, held = self.available, self.holding[walk.order_id]
        packed = held * share // 100
        try:
            self.wait(walk.pack(packed))
        except StockShort:
            assert packed - held > before
            return
        assert packed - held <= before
        self.holding[walk.order_id] = packed
        self.state[walk.order_id] = "packed"
        self._looked_at(before)

    @rule(one=ONE)
    def one_is_shipped(self, one: int) -> None:
        if walk := self._some(one, "packed"):
            before = self.available
            self.wait(walk.ship())
            self.on_hand -= self.holding.pop(walk.order_id)
            self.state[walk.order_id] = "shipped"
            assert self.available == before

    # ── what must hold ──

    @invariant()
    def stock_is_what_was_counted_less_what_left(self) -> None:
        if not hasattr(self, "ginger"):
            return
        seller = self.town.suppliers[self.ginger.supplier_id]
        view = self.wait(get_stock(self.desk, seller, self.ginger.listing_id))
        assert (view["on_hand"], view["promised"], view["available"]) == (self.on_hand, self.promised, self.available)
        assert self.available >= 0

    @invariant()
    def crossing_zero_is_said_each_time_and_once(self) -> None:
        if hasattr(self, "ginger"):
            told = self.wait(said(self.desk, self.ginger.listing_id, "stock.changed"))
            assert [one["available"] for one in told] == self.crossed

    def teardown(self) -> None:
        assert self.wait(_ended_otherwise(self.desk, list(getattr(self, "walks", {})))) == []


async def _ended_otherwise(desk: Desk, order_ids: list[UUID]) -> list[str]:
    """Ask the operator's own check for promises of these orders that did not end as often as they should have."""
    async with desk.uow.glance() as tx:
        rows = await tx.rows(sa.text(ENDED_ONCE))
    return [str(row.order_id) for row in rows if row.order_id in order_ids]


class TestShelf:
    async def test_holds_whatever_happens(self, town: Town) -> None:
        loop = asyncio.get_running_loop()
        machine = type("ThisShelf", (Shelf,), {"loop": loop, "town": town})
        how = settings(
            max_examples=10,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        await asyncio.to_thread(run_state_machine_as_test, machine, settings=how)
