"""Lists show what the asker's seats reach, newest first, page by page, and nothing else."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from services.order.domain.refusals import NoSuchCanteen, NoSuchSupplier
from services.order.domain.states import RequisitionState
from services.order.usecases.commands import PutRequisition
from services.order.usecases.desk import Desk
from services.order.usecases.list_orders import list_orders
from services.order.usecases.list_requisitions import list_requisitions
from services.order.usecases.put_requisition import put_requisition
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, Role, Seat
from shared.contracts.words import OrderState
from shared.errors import InvalidFields
from shared.http.paging import encode_cursor
from shared.ids import new_id
from tests.build.order import START, WANTED, Town, an_identity


async def orders(desk: Desk, who: Identity, **asked: Any) -> dict[str, Any]:
    filters = {"canteen": None, "supplier": None, "state": None, "limit": 100, "cursor": None, **asked}
    page: dict[str, Any] = orjson.loads(await list_orders(desk, who, **filters))
    return page


async def ids(desk: Desk, who: Identity, **asked: Any) -> list[str]:
    return [item["order_id"] for item in (await orders(desk, who, **asked))["items"]]


@pytest.fixture
async def two(desk: Desk, clock: SettableClock) -> tuple[Town, Town, list[str], list[str]]:
    """Two canteens of one prefecture that buy from one supplier, an hour apart."""
    stem = f"/430000/{new_id().int % 10**9}/"
    one = await Town(desk, path=f"{stem}1/").heard_of()
    other = await Town(desk, path=f"{stem}2/").heard_of()
    facts = await one.goods()
    placed: list[list[str]] = [[], []]
    for hour in range(6):
        clock.set(START + timedelta(hours=hour))
        town = (one, other)[hour % 2]
        view = await town.order((facts, 1_000))
        placed[hour % 2].insert(0, view["orders"][0]["order_id"])
    return one, other, placed[0], placed[1]


class TestOrders:
    async def test_a_canteen_sees_its_own_and_a_supplier_theirs(
        self, desk: Desk, two: tuple[Town, Town, list[str], list[str]]
    ) -> None:
        one, other, first, second = two
        assert await ids(desk, one.buyer) == first
        assert await ids(desk, other.finance) == second
        seller = next(iter(one.suppliers.values()))
        together = await ids(desk, seller)
        assert sorted(together) == sorted(first + second)
        assert await ids(desk, seller, canteen=one.canteen_id) == first
        assert await ids(desk, one.buyer, supplier=next(iter(one.suppliers))) == first
        assert await ids(desk, one.buyer, state=OrderState.SHIPPED) == []

    async def test_are_found_by_the_days_for_which_they_are_wanted(self, desk: Desk, town: Town) -> None:
        facts = await town.goods()
        placed = {}
        for days in range(3):
            day = WANTED + timedelta(days=days)
            view = await town.order((facts, 1_000), wanted={"wanted_on": day})
            placed[day] = view["orders"][0]["order_id"]
        first, second, third = placed
        for since, to, found in (
            (None, None, {first, second, third}),
            (second, None, {second, third}),
            (None, second, {first, second}),
            (second, second, {second}),
            (third, first, set()),
        ):
            assert set(await ids(desk, town.buyer, wanted=(since, to))) == {placed[day] for day in found}

    async def test_who_is_above_sees_the_subtree(
        self, desk: Desk, two: tuple[Town, Town, list[str], list[str]]
    ) -> None:
        one, _, first, second = two
        prefecture = an_identity(Seat(Role.OFFICER, new_id(), one.path[:-2]))
        assert sorted(await ids(desk, prefecture)) == sorted(first + second)
        assert await ids(desk, an_identity(Seat(Role.AUDITOR, new_id(), "/440000/"))) == []

    async def test_goes_on_page_by_page(self, desk: Desk, two: tuple[Town, Town, list[str], list[str]]) -> None:
        one, _, first, _ = two
        seen: list[str] = []
        cursor = None
        for _ in range(3):
            page = await orders(desk, one.buyer, limit=1, cursor=cursor)
            seen += [item["order_id"] for item in page["items"]]
            cursor = page["next"]
        assert (seen, cursor) == (first, None)
        for nonsense in ("nonsense", encode_cursor(["a", "b"]), encode_cursor(["2026-03-02T01:00:00", str(new_id())])):
            with pytest.raises(InvalidFields):
                await orders(desk, one.buyer, cursor=nonsense)

    async def test_refuses_a_filter_that_names_what_is_not_reached(
        self, desk: Desk, two: tuple[Town, Town, list[str], list[str]]
    ) -> None:
        one, other, *_ = two
        stranger = one.suppliers[await one.a_supplier()]
        with pytest.raises(NotAllowed):
            await orders(desk, one.buyer, canteen=other.canteen_id)
        with pytest.raises(NotAllowed):
            await orders(desk, stranger, supplier=next(iter(one.suppliers)))
        with pytest.raises(NotAllowed):
            await orders(desk, an_identity())
        with pytest.raises(NoSuchCanteen):
            await orders(desk, one.buyer, canteen=new_id())
        with pytest.raises(NoSuchSupplier):
            await orders(desk, one.buyer, supplier=new_id())

    async def test_shows_what_a_list_needs(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        garlic = await town.goods(ginger.supplier_id, name="大蒜")
        walk = await town.an_order((ginger, 10_000), (garlic, 1_000), upto="accepted")
        (item,) = (await orders(desk, town.buyer))["items"]
        assert item == item | {
            "order_id": str(walk.order_id),
            "state": "accepted",
            "line_count": 2,
            "first_name": "茶陵生姜",
            "ordered_fen": 14_300,
            "kept_fen": 14_300,
            "paid_fen": 0,
            "owed_fen": 14_300,
            "accepted_on": "2026-03-02",
        }
        assert item["canteen"] == {"id": str(town.canteen_id), "name": "茶陵县残联食堂"}


class TestRequisitions:
    async def test_an_approver_sees_what_waits(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=2_000).heard_of()
        facts = await town.goods()
        waiting = new_id()
        await put_requisition(
            desk,
            town.buyer,
            waiting,
            PutRequisition(basket_id=await town.basket((facts, 10_000)), wanted_on=WANTED),
        )
        placed = UUID((await town.order((facts, 1_000)))["requisition_id"])

        async def seen(who: Identity, state: RequisitionState | None = None) -> list[tuple[str, int]]:
            page = orjson.loads(await list_requisitions(desk, who, None, state, 100, None))
            return [(item["requisition_id"], len(item["orders"])) for item in page["items"]]

        assert await seen(town.approver, RequisitionState.AWAITING) == [(str(waiting), 1)]
        assert sorted(await seen(town.buyer)) == sorted([(str(waiting), 1), (str(placed), 1)])
        with pytest.raises(NotAllowed):
            await seen(next(iter(town.suppliers.values())))
