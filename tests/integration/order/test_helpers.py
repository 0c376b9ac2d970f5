"""Who helps a seller does it in their own name, is told apart as a helper, and ends with their last day."""

import base64
from collections.abc import AsyncIterator
from datetime import date, timedelta

import httpx
import pytest
import sqlalchemy as sa

from services.order.main import build
from services.order.settings import Settings
from services.order.usecases.agree_return import agree_return
from services.order.usecases.commands import DeclineOrder, PackOrder, PutStock, ShipOrder
from services.order.usecases.confirm_order import confirm_order
from services.order.usecases.decline_order import decline_order
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.keep_copies import keep_copies
from services.order.usecases.pack_order import pack_order
from services.order.usecases.put_stock import put_stock
from services.order.usecases.return_goods import return_goods
from services.order.usecases.ship_order import ship_order
from shared.app import Program
from shared.clock import SettableClock, business_date
from shared.contracts.authority import Identity, Role, Seat
from shared.contracts.catalog import SupplierMemberChanged
from shared.http.identity import IdentitySigner
from shared.ids import new_id
from tests.build.order import START, Town, Walk, an_identity, heard, said, untouched
from tests.integration.order.test_returns import a_return

TODAY = business_date(START)
DAY = timedelta(days=1)


def in_place_of(walk: Walk, role: Role = Role.HELPER) -> Identity:
    """Give a person who has one more seat in the supplier of an order."""
    return an_identity(Seat(role, walk.seller.seats[0].organisation_id), name="孙帮办")


async def known(
    town: Town, helper: Identity, until: date | None, role: Role | None = Role.HELPER, version: int = 1
) -> None:
    """Let order hear until when a person helps."""
    event = SupplierMemberChanged(
        supplier_id=helper.seats[0].organisation_id,
        account_id=helper.account_id,
        version=version,
        role=role,
        until=until,
    )
    await keep_copies(town.desk, heard(event))


class TestWhoActed:
    async def test_stands_in_the_history_and_in_what_is_said(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000))
        helper, packer = in_place_of(walk), in_place_of(walk, Role.PACKER)
        walk.view = await confirm_order(desk, helper, walk.order_id)
        lines = [{"line_id": line_id, "packed_quantity": 5_000} for line_id in walk.line_ids()]
        walk.view = await pack_order(desk, packer, walk.order_id, PackOrder.model_validate({"lines": lines}))
        await ship_order(desk, helper, walk.order_id, ShipOrder())
        await walk.accept()
        steps = (await get_order(desk, walk.seller, walk.order_id))["steps"]
        assert [(one["step"], one["account_name"], one["account_id"], one["acted_as"]) for one in steps] == [
            ("place", "王采购", str(town.buyer.account_id), "buyer"),
            ("confirm", "孙帮办", str(helper.account_id), "helper"),
            ("pack", "孙帮办", str(packer.account_id), "packer"),
            ("ship", "孙帮办", str(helper.account_id), "helper"),
            ("accept", "王采购", str(town.buyer.account_id), "buyer"),
        ]
        moved = await said(desk, walk.order_id, "order.moved")
        assert [(one["state"], one["account_id"], one["acted_as"]) for one in moved] == [
            ("confirmed", str(helper.account_id), "helper"),
            ("packed", str(packer.account_id), "packer"),
            ("shipped", str(helper.account_id), "helper"),
            ("accepted", str(town.buyer.account_id), "buyer"),
        ]

    async def test_is_told_of_what_goes_by_steps_and_of_the_system_itself(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000), upto="accepted")
        proposed = a_return(walk, 5_000)
        await return_goods(desk, town.buyer, walk.order_id, proposed)
        view = await agree_return(desk, in_place_of(walk), walk.order_id, proposed.return_id)
        assert [(one["step"], one["acted_as"]) for one in view["steps"][-3:]] == [
            ("propose_return", "buyer"),
            ("return", "helper"),
            ("settle", None),
        ]
        assert view == await get_order(desk, town.buyer, walk.order_id)
        declined = await town.an_order((await town.goods(), 5_000))
        why = DeclineOrder(reason="连日暴雨")
        helper = in_place_of(declined)
        last = (await decline_order(desk, helper, declined.order_id, why))["steps"][-1]
        assert (last["step"], last["account_id"], last["acted_as"]) == ("decline", str(helper.account_id), "helper")

    async def test_who_has_a_seat_of_their_own_acts_as_that(self, desk: Desk, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 5_000))
        own, helping = walk.seller.seats[0], in_place_of(walk).seats[0]
        both = an_identity(helping, own, name="陈小红")
        assert (await confirm_order(desk, both, walk.order_id))["steps"][-1]["acted_as"] == "supplier"

    async def test_is_kept_with_each_count_of_stock(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        helper = an_identity(Seat(Role.HELPER, ginger.supplier_id))
        await put_stock(desk, helper, ginger.listing_id, PutStock(on_hand=9_000, reason="复秤"))
        asked = sa.text("SELECT account_id, acted_as FROM stock_changes WHERE listing_id = :id")
        async with desk.uow.glance() as tx:
            rows = await tx.rows(asked, {"id": ginger.listing_id})
        assert [tuple(row) for row in rows] == [(helper.account_id, "helper")]


class Door:
    """Asks over HTTP as the gateway does, with a token that outlives the day."""

    def __init__(self, client: httpx.AsyncClient, signer: IdentitySigner) -> None:
        self._client = client
        self._signer = signer

    async def __call__(self, who: Identity, method: str, path: str) -> int:
        token = self._signer.sign(who, "order", seconds=5 * 86_400)
        answer = await self._client.request(method, path, headers={"authorization": f"Bearer {token}"})
        return answer.status_code


@pytest.fixture
async def door(settings: Settings, clock: SettableClock, program: Program, env: dict[str, str]) -> AsyncIterator[Door]:
    app = build(settings, clock=clock)
    app.state.program, app.state.desk = program, program.desk
    signer = IdentitySigner(base64.b64decode(env["IDENTITY_PRIVATE_KEY"]), clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://order") as client:
        yield Door(client, signer)


class TestTheLastDay:
    async def test_is_the_last_on_which_a_helper_acts_or_sees(
        self, desk: Desk, town: Town, clock: SettableClock, door: Door
    ) -> None:
        ginger = await town.goods()
        first, second = [await town.an_order((ginger, 5_000)) for _ in range(2)]
        helper = in_place_of(first)
        await known(town, helper, TODAY)
        midnight = START.replace(hour=16)  # In Shanghai.
        clock.set(midnight - timedelta(seconds=1))
        assert await door(helper, "POST", f"/orders/{first.order_id}/confirmation") == 200
        assert await door(helper, "GET", "/orders") == 200
        clock.set(midnight)
        async with untouched(desk):
            assert await door(helper, "POST", f"/orders/{second.order_id}/confirmation") == 403
            for path in (f"/orders/{first.order_id}", f"/stock/{ginger.listing_id}", "/orders"):
                assert await door(helper, "GET", path) == 403
        await known(town, helper, TODAY + DAY, version=2)
        assert await door(helper, "POST", f"/orders/{second.order_id}/confirmation") == 200

    async def test_ends_nobody_else_and_no_other_seat(
        self, desk: Desk, town: Town, clock: SettableClock, door: Door
    ) -> None:
        walk, other = [await town.an_order((await town.goods(), 5_000)) for _ in range(2)]
        helper = in_place_of(walk)
        await known(town, helper, TODAY)
        both = Identity(helper.account_id, new_id(), helper.name, (*helper.seats, *in_place_of(other).seats))
        clock.set(START + DAY)
        assert await door(walk.seller, "GET", f"/orders/{walk.order_id}") == 200
        assert await door(both, "GET", f"/orders/{walk.order_id}") == 403
        assert await door(both, "GET", f"/orders/{other.order_id}") == 200
        assert await door(in_place_of(walk), "GET", f"/orders/{walk.order_id}") == 200

    async def test_comes_at_once_to_who_was_ended_before_it(self, town: Town, door: Door) -> None:
        walk = await town.an_order((await town.goods(), 5_000))
        helper = in_place_of(walk)
        await known(town, helper, None, role=None, version=2)
        await known(town, helper, TODAY + DAY, version=1)
        assert await door(helper, "POST", f"/orders/{walk.order_id}/confirmation") == 403
