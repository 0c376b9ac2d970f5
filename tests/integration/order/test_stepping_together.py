"""Orders moved on at the same moment share a statement, and none of them is the worse for it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg

from services.order.domain.actors import Actor
from services.order.store import stepping
from services.order.store.stepping import Goods, Look, Seen, Step, Stepping
from services.order.store.stock import Move
from services.order.usecases.commands import ShipOrder
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.get_stock import get_stock
from services.order.usecases.ship_order import ship_order
from shared.clock import SettableClock
from shared.contracts.authority import Role
from shared.db.unit_of_work import Stamp
from shared.ids import new_id
from tests.build.order import Town, Walk, said

MANY = 7


@asynccontextmanager
async def one_line(desk: Desk, monkeypatch: Any) -> AsyncIterator[list[str]]:
    """Tell which statements ran."""
    ran: list[str] = []
    statement = desk.uow.statement

    async def told(sql: str, *parameters: Any) -> list[Any]:
        ran.append(sql)
        return await statement(sql, *parameters)

    monkeypatch.setattr(desk.uow, "statement", told)
    yield ran
    monkeypatch.setattr(desk.uow, "statement", statement)


async def walks(town: Town, *, upto: str, many: int = MANY) -> tuple[UUID, list[Walk]]:
    """Place some orders of the same goods; gives its listing, and the orders."""
    goods = await town.goods(stock=1_000_000)
    return goods.listing_id, [await town.an_order((goods, 1_000), upto=upto) for _ in range(many)]


async def seen_of(desk: Desk, walk: Walk) -> Seen:
    seen = await desk.look_at(Look(walk.order_id, desk.clock.now()))
    assert seen is not None
    return seen


def a_step(desk: Desk, walk: Walk, verb: str) -> Step:
    return Step(verb, desk.clock.now(), Actor.of(walk.seller, Role.SUPPLIER))


async def states(desk: Desk, these: Sequence[Walk]) -> list[str]:
    return [(await get_order(desk, walk.seller, walk.order_id))["state"] for walk in these]


async def held(desk: Desk, walk: Walk, listing_id: UUID) -> tuple[int, int]:
    view = await get_stock(desk, walk.seller, listing_id)
    return view["on_hand"], view["promised"]


class TestOrdersOfOneMoment:
    async def test_share_their_statements_and_each_gets_its_own_answer(
        self, desk: Desk, town: Town, monkeypatch: Any
    ) -> None:
        listing_id, these = await walks(town, upto="packed")
        async with one_line(desk, monkeypatch) as ran:
            views = await asyncio.gather(
                *(
                    ship_order(
                        desk,
                        walk.seller,
                        walk.order_id,
                        ShipOrder(carrier=f"第{number}车"),
                        once=Stamp("ship", f"{walk.order_id}", "fingerprint"),
                    )
                    for number, walk in enumerate(these)
                )
            )
        assert ran == [stepping._LOOK, stepping._STEP]
        assert [view["shipment"]["carrier"] for view in views] == [f"第{number}车" for number in range(MANY)]
        assert views == [await get_order(desk, walk.seller, walk.order_id) for walk in these]
        assert await held(desk, these[0], listing_id) == (1_000_000 - MANY * 1_000, 0)
        assert [len(await said(desk, walk.order_id, "order.moved")) for walk in these] == [3] * MANY

    async def test_are_not_held_up_by_one_that_changed_since_it_was_looked_at(self, desk: Desk, town: Town) -> None:
        _, these = await walks(town, upto="placed", many=3)
        seen = [await seen_of(desk, walk) for walk in these]
        await these[1].confirm()
        steppings = [
            Stepping(one, a_step(desk, walk, "confirm"), {}, [], None) for one, walk in zip(seen, these, strict=True)
        ]
        assert await asyncio.gather(*(desk.step_on(one) for one in steppings)) == [True, False, True]
        assert await states(desk, these) == ["confirmed"] * 3

    async def test_do_not_lose_their_step_to_one_whose_stock_is_short(self, desk: Desk, town: Town) -> None:
        listing_id, these = await walks(town, upto="confirmed", many=3)
        short = [Move(promised=0), Move(promised=10_000_000), Move(promised=100)]
        steppings = [
            Stepping(await seen_of(desk, walk), a_step(desk, walk, "pack"), {}, [], None, Goods({listing_id: move}))
            for walk, move in zip(these, short, strict=True)
        ]
        assert await asyncio.gather(*(desk.step_on(one) for one in steppings)) == [True, False, True]
        assert await states(desk, these) == ["packed", "confirmed", "packed"]
        assert await held(desk, these[0], listing_id) == (1_000_000, 3_100)

    async def test_do_not_lose_their_step_to_one_whose_stamp_is_there(self, desk: Desk, town: Town) -> None:
        _, these = await walks(town, upto="placed", many=3)
        stamps = [Stamp("confirm", key, "fingerprint") for key in ("one", "two", "three")]
        async with desk.uow.begin(once=stamps[1]) as tx:
            await tx.answer({"was": "done"})
        steppings = [
            Stepping(await seen_of(desk, walk), a_step(desk, walk, "confirm"), {"is": stamp.key}, [], stamp)
            for walk, stamp in zip(these, stamps, strict=True)
        ]
        assert await asyncio.gather(*(desk.step_on(one) for one in steppings)) == [True, False, True]
        assert await states(desk, these) == ["confirmed", "placed", "confirmed"]
        async with desk.uow.begin(once=stamps[2]) as tx:
            assert tx.answered == {"is": "three"}

    async def test_are_one_when_it_is_the_same_order(self, desk: Desk, town: Town) -> None:
        _, (walk,) = await walks(town, upto="placed", many=1)
        seen = await seen_of(desk, walk)
        steppings = [Stepping(seen, a_step(desk, walk, "confirm"), {}, [], None) for _ in range(3)]
        assert await asyncio.gather(*(desk.step_on(one) for one in steppings)) == [True, False, False]
        assert len((await get_order(desk, walk.seller, walk.order_id))["steps"]) == 2

    async def test_are_looked_at_where_one_is_not_there(self, desk: Desk, town: Town, clock: SettableClock) -> None:
        _, these = await walks(town, upto="placed", many=2)
        asked = [these[0].order_id, new_id(), these[1].order_id]
        seen = await asyncio.gather(*(desk.look_at(Look(order_id, clock.now())) for order_id in asked))
        assert [one.order.order_id if one else None for one in seen] == [asked[0], None, asked[2]]

    async def test_are_told_each_when_the_database_cannot_serve_them(
        self, desk: Desk, town: Town, monkeypatch: Any
    ) -> None:
        _, these = await walks(town, upto="placed", many=3)
        steppings = [Stepping(await seen_of(desk, walk), a_step(desk, walk, "confirm"), {}, [], None) for walk in these]

        async def lost(sql: str, *parameters: Any) -> list[Any]:
            raise asyncpg.ConnectionDoesNotExistError("gone")

        monkeypatch.setattr(desk.uow, "statement", lost)
        answers = await asyncio.gather(*(desk.step_on(one) for one in steppings), return_exceptions=True)
        assert [type(answer) for answer in answers] == [asyncpg.ConnectionDoesNotExistError] * 3
