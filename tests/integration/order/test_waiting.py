"""A requisition that waits is taken back, decided, handed up or expires: it never waits without somebody or a clock."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.order.domain.refusals import AlreadyDecided, NoSuchRequisition
from services.order.domain.states import RequisitionState
from services.order.usecases.commands import DecideRequisition, Decision, PutRequisition, WithdrawRequisition
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.desk import Desk
from services.order.usecases.get_requisition import get_requisition
from services.order.usecases.hand_up_requisitions import hand_up_due_requisitions
from services.order.usecases.keep_copies import keep_copies
from services.order.usecases.put_requisition import put_requisition
from services.order.usecases.withdraw_requisition import withdraw_requisition
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role, Seat
from shared.contracts.procurement_quota import UnitChanged
from shared.contracts.words import UnitLevel
from shared.db.unit_of_work import Stamp
from shared.ids import new_id
from tests.build.order import START, Town, an_identity, heard, said, untouched

APPROVE = DecideRequisition(outcome=Decision.APPROVE)
WITHDRAW = WithdrawRequisition(reason="菜单有变")
FAR = date(2026, 6, 1)


async def waiting(town: Town, wanted_on: date = FAR) -> UUID:
    """Ask for what is above the limit."""
    requisition_id = new_id()
    basket_id = await town.basket((await town.goods(), 10_000))
    command = PutRequisition(basket_id=basket_id, wanted_on=wanted_on)
    view = await put_requisition(town.desk, town.buyer, requisition_id, command)
    assert view["state"] == RequisitionState.AWAITING
    return requisition_id


async def above(town: Town) -> list[Identity]:
    """Let order hear of a prefecture and a province above the town's unit; gives an approver of each."""
    codes = town.path.strip("/").split("/")
    people = []
    for count in (2, 1):
        path, unit_id = f"/{'/'.join(codes[:count])}/", new_id()
        unit = UnitChanged(
            unit_id=unit_id,
            version=1,
            code=codes[count - 1],
            name=f"上级{count}",
            level=UnitLevel.PREFECTURE,
            parent_id=None,
            path=path,
            division_code="430200",
            approval_limit_fen=0,
        )
        await keep_copies(town.desk, heard(unit))
        people.append(an_identity(Seat(Role.APPROVER, unit_id, path), name=f"上级审批{count}"))
    return people


def other_town(desk: Desk) -> Town:
    """A town whose province nobody else has."""
    own = new_id().int
    return Town(desk, limit_fen=0, path=f"/{own % 10**12}/{own % 10**11}/{own % 10**10}/")


async def until(town: Town, clock: SettableClock, requisition_id: UUID, days: float) -> dict[str, Any]:
    """Let the round look at the clock some days after the start."""
    clock.set(START + timedelta(days=days))
    await hand_up_due_requisitions(town.desk)
    return await get_requisition(town.desk, town.buyer, requisition_id)


def kinds(notices: list[dict[str, Any]]) -> list[str]:
    return [one["kind"] for one in notices]


class TestWithdrawRequisition:
    async def test_another_buyer_takes_it_back_and_both_sides_are_told(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        requisition_id = await waiting(town)
        other = an_identity(Seat(Role.BUYER, town.canteen_id, town.path), name="孙采购")
        view = await withdraw_requisition(desk, other, requisition_id, WITHDRAW)
        assert (view["state"], view["reason"], view["decided_by"], view["orders"]) == (
            "withdrawn",
            "菜单有变",
            None,
            [],
        )
        assert [(step["step"], step["account_name"], step["acted_as"]) for step in view["steps"]] == [
            ("withdraw", "孙采购", "buyer")
        ]
        told = (await said(desk, requisition_id, "notice.raised"))[-1]
        assert (told["kind"], told["account_ids"]) == ("requisition_decided", [str(town.buyer.account_id)])
        assert told["audience"] == [{"organisation_id": str(town.unit_id), "roles": ["approver"]}]
        async with untouched(desk):
            assert await withdraw_requisition(desk, town.buyer, requisition_id, WITHDRAW) == view
            for outcome in Decision:
                late = DecideRequisition(outcome=outcome, reason="晚了")
                with pytest.raises(AlreadyDecided):
                    await decide_requisition(desk, town.approver, requisition_id, late)

    async def test_a_key_that_comes_again_is_one_withdrawal(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        requisition_id, once = await waiting(town), Stamp("withdraw", str(new_id()), "same")
        first = await withdraw_requisition(desk, town.buyer, requisition_id, WITHDRAW, once=once)
        async with untouched(desk):
            again = await withdraw_requisition(desk, town.buyer, requisition_id, WITHDRAW, once=once)
        assert again["steps"][0]["step"] == first["steps"][0]["step"] == "withdraw"

    async def test_nobody_else_takes_it_back_nor_what_was_decided(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        requisition_id = await waiting(town)
        stranger = (await Town(desk).heard_of()).buyer
        async with untouched(desk):
            for who in (stranger, town.approver, town.finance, an_identity()):
                with pytest.raises(NotAllowed):
                    await withdraw_requisition(desk, who, requisition_id, WITHDRAW)
            with pytest.raises(NoSuchRequisition):
                await withdraw_requisition(desk, town.buyer, new_id(), WITHDRAW)
        await decide_requisition(desk, town.approver, requisition_id, APPROVE)
        async with untouched(desk):
            with pytest.raises(AlreadyDecided):
                await withdraw_requisition(desk, town.buyer, requisition_id, WITHDRAW)

    @pytest.mark.parametrize("reason", ["", "  ", "长" * 501, "a\x00b"])
    def test_wants_a_reason_that_can_be_read(self, reason: str) -> None:
        with pytest.raises(ValueError, match="reason"):
            WithdrawRequisition.model_validate({"reason": reason})

    async def test_against_an_approval_one_of_both_stands(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        outcomes = set()
        for place in range(12):
            requisition_id = await waiting(town)
            both = [
                decide_requisition(desk, town.approver, requisition_id, APPROVE),
                withdraw_requisition(desk, town.buyer, requisition_id, WITHDRAW),
            ]
            answers = await asyncio.gather(*(both if place % 2 else reversed(both)), return_exceptions=True)
            lost = [one for one in answers if isinstance(one, BaseException)]
            assert [type(one) for one in lost] == [AlreadyDecided]
            view = await get_requisition(desk, town.buyer, requisition_id)
            placed = view["state"] == RequisitionState.PLACED
            orders = [await said(desk, UUID(order["order_id"]), "order.placed") for order in view["orders"]]
            assert [len(one) for one in orders] == ([1] if placed else [])
            assert [step["step"] for step in view["steps"]] == ["approve" if placed else "withdraw"]
            assert kinds(await said(desk, requisition_id, "notice.raised")) == [
                "requisition_waits",
                "requisition_decided",
            ]
            outcomes.add(view["state"])
        assert outcomes <= {RequisitionState.PLACED, RequisitionState.WITHDRAWN}


class TestApproval:
    async def test_is_told_to_who_asked(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        requisition_id = await waiting(town)
        view = await decide_requisition(desk, town.approver, requisition_id, APPROVE)
        assert view == await get_requisition(desk, town.buyer, requisition_id)
        told = (await said(desk, requisition_id, "notice.raised"))[-1]
        assert (told["kind"], told["account_ids"]) == ("requisition_decided", [str(town.buyer.account_id)])
        assert told["by_account_id"] == str(town.approver.account_id)
        assert {fact["name"]: fact["value"] for fact in told["facts"]} == {
            "outcome": "approve",
            "by": "赵审批",
            "reason": "",
        }

    async def test_is_wanted_where_the_tolerance_reaches_over_the_limit(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=13_000).heard_of()
        ginger = await town.goods()
        for tolerance_bp, state in ((0, "placed"), (3_000, "awaiting")):
            view = await town.order((ginger, 10_000), tolerance_bp=tolerance_bp)
            assert (view["amount_fen"], view["state"]) == (13_000, state)
        assert view["most_fen"] == 16_900
        pieces = await town.goods(
            measure="piece", piece_grams=500, unit_quantity=1, minimum_quantity=1, step_quantity=1
        )
        assert (await town.order((pieces, 20)))["state"] == "placed"


class TestClock:
    async def test_silence_hands_up_level_by_level_and_expires_at_the_top(
        self, desk: Desk, clock: SettableClock
    ) -> None:
        town = await other_town(desk).heard_of()
        prefecture, province = await above(town)
        requisition_id = await waiting(town)
        for day, unit in ((2.9, town.unit_id), (3.1, prefecture.seats[0].organisation_id)):
            view = await until(town, clock, requisition_id, day)
            assert view["approval"]["unit"]["id"] == str(unit)
        assert START + timedelta(days=6.1) <= view["approval"]["due_at"] < START + timedelta(days=6.2)
        async with untouched(desk):
            assert await hand_up_due_requisitions(desk) == 0
        view = await until(town, clock, requisition_id, 6.2)
        assert view["approval"]["unit"]["id"] == str(province.seats[0].organisation_id)
        view = await until(town, clock, requisition_id, 9.3)
        assert (view["state"], view["approval"]) == (RequisitionState.EXPIRED, None)
        assert [step["step"] for step in view["steps"]] == ["escalate", "escalate", "expire"]
        told = await said(desk, requisition_id, "notice.raised")
        assert kinds(told) == [
            "requisition_waits",
            "requisition_escalated",
            "requisition_escalated",
            "requisition_expired",
        ]
        assert [one["audience"][0]["organisation_id"] for one in told[1:3]] == [
            str(who.seats[0].organisation_id) for who in (prefecture, province)
        ]
        assert told[3]["account_ids"] == [str(town.buyer.account_id)]

    async def test_whom_it_was_handed_to_and_whom_it_waited_for_both_decide(
        self, desk: Desk, clock: SettableClock
    ) -> None:
        for late in (False, True):
            clock.set(START)
            town = await other_town(desk).heard_of()
            prefecture, province = await above(town)
            requisition_id = await waiting(town)
            with pytest.raises(NotAllowed):
                await decide_requisition(desk, prefecture, requisition_id, APPROVE)
            await until(town, clock, requisition_id, 3.5)
            with pytest.raises(NotAllowed):
                await decide_requisition(desk, province, requisition_id, APPROVE)
            who = town.approver if late else prefecture
            view = await decide_requisition(desk, who, requisition_id, APPROVE)
            assert (view["state"], view["decided_by"]) == ("placed", str(who.account_id))
            assert view["steps"][-1]["unit_id"] == str(who.seats[0].organisation_id)

    @pytest.mark.parametrize("handed_up", [False, True])
    async def test_is_decided_though_the_unit_was_moved_meanwhile(
        self, desk: Desk, clock: SettableClock, handed_up: bool
    ) -> None:
        """Its people sit where it stands now, and so do those whom it was handed up to."""
        town = await other_town(desk).heard_of()
        prefecture, _ = await above(town)
        requisition_id = await waiting(town)
        if handed_up:
            await until(town, clock, requisition_id, 3.5)
        path = f"/{new_id().int % 10**12}/{town.path.strip('/').split('/')[-1]}/"
        moved = UnitChanged(
            unit_id=town.unit_id,
            version=2,
            code="moved",
            name="迁址的残联",
            level=UnitLevel.COUNTY,
            parent_id=None,
            path=path,
            division_code="430225",
            approval_limit_fen=0,
        )
        await keep_copies(desk, heard(moved))
        seat = replace(town.approver.seats[0], path=path)
        stranger = an_identity(Seat(Role.APPROVER, new_id(), "/999999/"))
        with pytest.raises(NotAllowed):
            await decide_requisition(desk, stranger, requisition_id, APPROVE)
        who = prefecture if handed_up else replace(town.approver, seats=(seat,))
        assert (await decide_requisition(desk, who, requisition_id, APPROVE))["state"] == "placed"

    async def test_who_asked_does_not_decide_from_above_either(self, desk: Desk, clock: SettableClock) -> None:
        town = await other_town(desk).heard_of()
        prefecture, _ = await above(town)
        town.buyer = replace(prefecture, seats=(*prefecture.seats, *town.buyer.seats))
        requisition_id = await waiting(town)
        await until(town, clock, requisition_id, 3.5)
        with pytest.raises(OwnRequest):
            await decide_requisition(desk, town.buyer, requisition_id, APPROVE)

    async def test_what_was_wanted_for_a_day_that_is_over_expires(self, desk: Desk, clock: SettableClock) -> None:
        town = await other_town(desk).heard_of()
        await above(town)
        requisition_id = await waiting(town, date(2026, 3, 3))
        assert (await until(town, clock, requisition_id, 1.5))["state"] == RequisitionState.AWAITING
        assert (await until(town, clock, requisition_id, 1.7))["state"] == RequisitionState.EXPIRED

    async def test_two_programs_hand_up_once(self, desk: Desk, clock: SettableClock) -> None:
        town = await other_town(desk).heard_of()
        await above(town)
        requisition_id = await waiting(town)
        clock.set(START + timedelta(days=3.5))
        await asyncio.gather(*(hand_up_due_requisitions(desk) for _ in range(6)))
        view = await get_requisition(desk, town.buyer, requisition_id)
        assert [step["step"] for step in view["steps"]] == ["escalate"]
