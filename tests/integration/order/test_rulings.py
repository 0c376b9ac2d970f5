"""What waits for a ruling is listed for who may rule, told upwards while late; and no refusal stays open for ever."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.order.domain.refusals import NoSuchCanteen
from services.order.domain.return_refusals import EscalationTooLate
from services.order.domain.states import ReturnState
from services.order.store.orders import find_order, move_order
from services.order.usecases.desk import Desk
from services.order.usecases.escalate_return import escalate_return
from services.order.usecases.get_order import get_order
from services.order.usecases.keep_copies import keep_copies
from services.order.usecases.list_returns import list_returns
from services.order.usecases.refuse_return import refuse_return
from services.order.usecases.rule_return import rule_return
from services.order.usecases.tell_late_rulings import tell_late_rulings
from services.order.usecases.time_out_orders import close_settled
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, Role, Seat
from shared.contracts.procurement_quota import UnitChanged
from shared.contracts.words import UnitLevel
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.order import START, Town, Walk, an_identity, heard, said, untouched
from tests.integration.order.test_returns_decided import DISMISS, ESCALATE, REFUSE, escalated, proposed, the_return

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


class Tree:
    """A county's canteen below a prefecture below a province, each with an officer."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.province_id, self.prefecture_id = new_id(), new_id()
        top = f"/{self.province_id.int % 10**12}/"
        middle = f"{top}{self.prefecture_id.int % 10**12}/"
        self.town = Town(desk, path=f"{middle}{new_id().int % 10**12}/")
        self.units = ((self.province_id, top, UnitLevel.PROVINCE), (self.prefecture_id, middle, UnitLevel.PREFECTURE))
        self.above = an_identity(Seat(Role.OFFICER, self.prefecture_id, middle), name="孙裁定")
        self.topmost = an_identity(Seat(Role.OFFICER, self.province_id, top), name="周省级")
        self.own = an_identity(Seat(Role.OFFICER, self.town.unit_id, self.town.path), name="吴县级")

    async def heard_of(self) -> "Tree":
        for unit_id, path, level in self.units:
            unit = UnitChanged(
                unit_id=unit_id,
                version=1,
                code=str(unit_id.int % 10**12),
                name=str(level),
                level=level,
                parent_id=None,
                path=path,
                division_code="430000",
                approval_limit_fen=0,
            )
            await keep_copies(self.desk, heard(unit))
        await self.town.heard_of()
        return self


@pytest.fixture
async def tree(desk: Desk) -> Tree:
    return await Tree(desk).heard_of()


async def listed(desk: Desk, who: Identity, **asked: Any) -> list[dict[str, Any]]:
    given = {"canteen": None, "supplier": None, "state": None, "limit": 100, "cursor": None, **asked}
    found: list[dict[str, Any]] = (await list_returns(desk, who, **given))["items"]
    return found


async def all_told(desk: Desk) -> None:
    while await tell_late_rulings(desk):
        pass


async def told(desk: Desk, return_id: UUID) -> list[set[str]]:
    """Whom it was told that the ruling is late, one notice after another."""
    notices = await said(desk, return_id, "notice.raised")
    late = [one for one in notices if {"name": "outcome", "value": "overdue"} in one["facts"]]
    assert all({role for to in one["audience"] for role in to["roles"]} == {"officer"} for one in late)
    return [{to["organisation_id"] for to in one["audience"]} for one in late]


async def settled(desk: Desk, walk: Walk) -> None:
    async with desk.uow.begin() as tx:
        order = await find_order(tx, walk.order_id, lock=True)
        assert order is not None
        await move_order(tx, order, "settle", by=None, paid_fen=order.kept_fen)


async def state_of(desk: Desk, walk: Walk) -> str:
    return str((await get_order(desk, walk.town.buyer, walk.order_id))["state"])


class TestTheList:
    async def test_says_who_may_rule_and_until_when(self, desk: Desk, tree: Tree) -> None:
        walk, return_id = await escalated(tree.town)
        (one,) = await listed(desk, tree.above, state=ReturnState.ESCALATED)
        assert (one["return_id"], one["order_id"]) == (str(return_id), str(walk.order_id))
        assert (one["canteen"]["name"], one["supplier"]["name"]) == ("茶陵县残联食堂", "云阳残疾人帮扶基地")
        assert (one["reason"], one["line_count"], one["remedy"]) == ("有腐烂", 1, "credit")
        assert one["ruling_due_at"] - START - 15 * DAY < SECOND
        assert (one["overdue"], one["may_rule"]) == (False, True)
        for who, may in ((tree.topmost, True), (tree.own, False), (tree.town.buyer, False), (walk.seller, False)):
            (seen,) = await listed(desk, who)
            assert (seen["return_id"], seen["may_rule"]) == (str(return_id), may)
        party = Identity(walk.seller.account_id, new_id(), "陈小红", tree.above.seats)
        (seen,) = await listed(desk, party)
        assert not seen["may_rule"]
        await rule_return(desk, tree.above, walk.order_id, return_id, DISMISS)
        assert await listed(desk, tree.above, state=ReturnState.ESCALATED) == []
        (seen,) = await listed(desk, tree.above)
        assert (seen["state"], seen["may_rule"]) == ("dismissed", False)

    async def test_is_of_what_the_askers_seats_reach(self, desk: Desk, tree: Tree) -> None:
        await escalated(tree.town)
        elsewhere = an_identity(Seat(Role.OFFICER, new_id(), "/440000/"))
        stranger = an_identity(Seat(Role.BUYER, new_id(), "/440000/1/"))
        for who in (elsewhere, stranger):
            assert await listed(desk, who) == []
        with pytest.raises(NotAllowed):
            await listed(desk, stranger, canteen=tree.town.canteen_id)
        with pytest.raises(NotAllowed):
            await listed(desk, an_identity())
        with pytest.raises(NoSuchCanteen):
            await listed(desk, tree.above, canteen=new_id())
        with pytest.raises(InvalidFields):
            await listed(desk, tree.above, cursor="nonsense")

    async def test_goes_page_by_page_newest_first(self, desk: Desk, tree: Tree, clock: SettableClock) -> None:
        made = []
        for at in range(5):
            clock.set(START + timedelta(minutes=at))
            made.append(str((await proposed(tree.town))[1]))
        found: list[str] = []
        cursor = None
        while True:
            page = await list_returns(desk, tree.above, None, None, None, 2, cursor)
            assert len(page["items"]) <= 2
            found += [one["return_id"] for one in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert found == made[::-1]

    async def test_finds_what_is_overdue(self, desk: Desk, tree: Tree, clock: SettableClock) -> None:
        _, waits = await proposed(tree.town)
        _, ruled = await escalated(tree.town)
        assert await listed(desk, tree.above, overdue=True) == []
        clock.set(START + 3 * DAY + SECOND)
        assert [one["return_id"] for one in await listed(desk, tree.above, overdue=True)] == [str(waits)]
        clock.set(START + 15 * DAY + SECOND)
        late = await listed(desk, tree.above, overdue=True)
        assert {one["return_id"] for one in late} == {str(waits), str(ruled)}
        assert all(one["overdue"] for one in late)


class TestALateRuling:
    async def test_is_told_upwards_week_after_week_and_never_rests(
        self, desk: Desk, tree: Tree, clock: SettableClock
    ) -> None:
        walk, return_id = await escalated(tree.town)
        province, prefecture = str(tree.province_id), str(tree.prefecture_id)
        clock.set(START + 15 * DAY - SECOND)
        await all_told(desk)
        assert await told(desk, return_id) == []
        clock.set(START + 15 * DAY + SECOND)
        await asyncio.gather(*(tell_late_rulings(desk) for _ in range(4)))
        assert await told(desk, return_id) == [{province, prefecture}]
        clock.set(START + 22 * DAY - SECOND)
        await all_told(desk)
        assert len(await told(desk, return_id)) == 1
        for week in range(1, 4):
            clock.set(START + (15 + 7 * week) * DAY + (week + 1) * SECOND)
            await all_told(desk)
            assert (await told(desk, return_id))[1:] == [{province}] * week
        await rule_return(desk, tree.topmost, walk.order_id, return_id, DISMISS)
        clock.set(START + 80 * DAY + SECOND)
        await all_told(desk)
        assert len(await told(desk, return_id)) == 4

    async def test_of_the_topmost_units_own_canteen_is_its_officers(self, desk: Desk, clock: SettableClock) -> None:
        town = await Town(desk, path=f"/{new_id().int % 10**12}/").heard_of()
        walk, return_id = await escalated(town)
        clock.set(START + 15 * DAY + SECOND)
        await all_told(desk)
        clock.set(START + 22 * DAY + 2 * SECOND)
        await all_told(desk)
        assert await told(desk, return_id) == [{str(town.unit_id)}] * 2
        officer = an_identity(Seat(Role.OFFICER, town.unit_id, town.path))
        (one,) = await listed(desk, officer, overdue=True)
        assert one["may_rule"]
        view = await rule_return(desk, officer, walk.order_id, return_id, DISMISS)
        assert the_return(view)["state"] == "dismissed"

    async def test_of_before_there_were_days_is_given_some(self, desk: Desk, tree: Tree, clock: SettableClock) -> None:
        _, escalated_id = await escalated(tree.town)
        walk, refused_id = await proposed(tree.town)
        await refuse_return(desk, walk.seller, walk.order_id, refused_id, REFUSE)
        async with desk.uow.begin() as tx:
            forget = "escalate_until = NULL, ruling_due_at = NULL, ruling_with = NULL"
            old = {"ids": [escalated_id, refused_id]}
            await tx.execute(sa.text(f"UPDATE returns SET {forget} WHERE return_id = ANY (:ids)"), old)  # noqa: S608
        await settled(desk, walk)
        clock.set(START + 40 * DAY + SECOND)
        while await close_settled(desk):
            if await state_of(desk, walk) == "settled":
                break
        assert await state_of(desk, walk) == "settled"
        await all_told(desk)
        assert await told(desk, escalated_id) == []
        clock.set(START + 47 * DAY + 2 * SECOND)
        while await close_settled(desk):
            pass
        assert await state_of(desk, walk) == "closed"
        clock.set(START + 55 * DAY + SECOND)
        await all_told(desk)
        assert await told(desk, escalated_id) == [{str(tree.prefecture_id)} | {str(tree.town.unit_id)}]


class TestARefusal:
    async def test_is_taken_above_within_its_days(self, desk: Desk, tree: Tree, clock: SettableClock) -> None:
        walk, return_id = await proposed(tree.town)
        view = await refuse_return(desk, walk.seller, walk.order_id, return_id, REFUSE)
        assert the_return(view)["escalate_until"][:19] == "2026-03-09T01:00:00"
        clock.set(START + 7 * DAY + SECOND)
        async with untouched(desk):
            with pytest.raises(EscalationTooLate):
                await escalate_return(desk, tree.town.buyer, walk.order_id, return_id, ESCALATE)
        view = await get_order(desk, tree.town.buyer, walk.order_id)
        assert the_return(view)["open_steps"] == ["agree", "withdraw"]
        clock.set(START + 7 * DAY - SECOND)
        view = await get_order(desk, tree.town.buyer, walk.order_id)
        assert the_return(view)["open_steps"] == ["agree", "escalate", "withdraw"]
        view = await escalate_return(desk, tree.town.buyer, walk.order_id, return_id, ESCALATE)
        assert the_return(view)["state"] == "escalated"

    async def test_holds_its_order_open_for_those_days_and_no_longer(
        self, desk: Desk, tree: Tree, clock: SettableClock
    ) -> None:
        walk, return_id = await proposed(tree.town)
        ruled, _ = await escalated(tree.town)
        clock.set(START + 28 * DAY + SECOND)  # An answer that came late, before the round looked.
        await refuse_return(desk, walk.seller, walk.order_id, return_id, REFUSE)
        await settled(desk, walk)
        await settled(desk, ruled)
        clock.set(START + 35 * DAY - SECOND)
        await close_settled(desk)
        assert await state_of(desk, walk) == "settled"
        clock.set(START + 35 * DAY + 2 * SECOND)
        while await close_settled(desk):
            pass
        assert await state_of(desk, walk) == "closed"
        clock.set(START + 90 * DAY + SECOND)
        while await close_settled(desk):
            pass
        assert await state_of(desk, ruled) == "settled"
