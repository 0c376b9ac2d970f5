"""Who approves is ruled by tiers and stood in for by the day, and nothing that waits is ever stuck."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from services.order.domain.approval import DECIDING, Step, Tier, stages_for, steps_for
from services.order.domain.approval_refusals import (
    AnotherPersonNeeded,
    DelegationDiffers,
    NoSuchDelegation,
    NoSuchPolicy,
    NotTheirSeat,
    NotTheirTurn,
    PolicyDecided,
    PolicyDiffers,
    TooManyDelegations,
)
from services.order.domain.budget_refusals import BudgetSpent
from services.order.domain.refusals import AlreadyDecided, NoSuchUnit
from services.order.domain.states import RequisitionState
from services.order.usecases.approval_commands import DecidePolicy, PutDelegation, PutPolicy
from services.order.usecases.approval_policies import (
    decide_approval_policy,
    list_approval_policies,
    put_approval_policy,
)
from services.order.usecases.budget_commands import PutBudget
from services.order.usecases.budgets import put_budget
from services.order.usecases.commands import DecideRequisition, Decision, PutRequisition, WithdrawRequisition
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.delegations import OPEN_MAX, end_delegation, list_delegations, put_delegation
from services.order.usecases.desk import Desk
from services.order.usecases.get_requisition import get_requisition
from services.order.usecases.hand_up_requisitions import hand_up_due_requisitions
from services.order.usecases.keep_copies import keep_copies
from services.order.usecases.list_requisitions import list_requisitions
from services.order.usecases.put_requisition import put_requisition
from services.order.usecases.withdraw_requisition import withdraw_requisition
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role, Seat
from shared.contracts.procurement_quota import UnitChanged
from shared.contracts.words import UnitLevel
from shared.errors import Forbidden, InvalidFields
from shared.ids import new_id
from tests.build.budgets import version_of
from tests.build.order import START, Town, an_identity, heard, said, untouched

APPROVE = DecideRequisition(outcome=Decision.APPROVE)
AGREE = DecidePolicy(outcome=Decision.APPROVE)
FAR = date(2026, 8, 1)
TODAY = date(2026, 3, 2)


@dataclass
class County:
    """A unit with a canteen below a prefecture and a province of its own, and people by role and level."""

    desk: Desk
    town: Town = field(init=False)
    units: list[tuple[UUID, str]] = field(default_factory=list)

    async def heard_of(self) -> "County":
        own = new_id().int
        path = f"/{own % 10**12}/{own % 10**11}/{own % 10**10}/"
        self.town = await Town(self.desk, limit_fen=0, path=path).heard_of()
        self.units = [(self.town.unit_id, path)]
        codes = path.strip("/").split("/")
        for count in (2, 1):
            above = (new_id(), f"/{'/'.join(codes[:count])}/")
            self.units.append(above)
            unit = UnitChanged(
                unit_id=above[0],
                version=1,
                code=codes[count - 1],
                name=f"上级{count}",
                level=UnitLevel.PREFECTURE,
                parent_id=None,
                path=above[1],
                division_code="430200",
                approval_limit_fen=0,
            )
            await keep_copies(self.desk, heard(unit))
        return self

    def person(self, role: Role, up: int = 0, name: str = "某人") -> Identity:
        return an_identity(Seat(role, *self.units[up]), name=name)

    async def rule(self, *tiers: tuple[int, list[dict[str, Any]]]) -> UUID:
        """Put a rule for the canteen's unit, and have an officer agree; gives its id."""
        policy_id = new_id()
        await put_approval_policy(self.desk, self.person(Role.FINANCE), policy_id, self.policy(*tiers))
        await decide_approval_policy(self.desk, self.person(Role.OFFICER), policy_id, AGREE)
        return policy_id

    def policy(self, *tiers: tuple[int, list[dict[str, Any]]], **other: Any) -> PutPolicy:
        told = [{"from_fen": from_fen, "steps": steps} for from_fen, steps in tiers]
        return PutPolicy.model_validate({"unit_id": self.units[0][0], "fund": "canteen", "tiers": told} | other)

    async def waiting(self, quantity: int = 10_000) -> UUID:
        requisition_id = new_id()
        basket_id = await self.town.basket((await self.town.goods(), quantity), tolerance_bp=0)
        command = PutRequisition(basket_id=basket_id, wanted_on=FAR)
        view = await put_requisition(self.desk, self.town.buyer, requisition_id, command)
        assert view["state"] == RequisitionState.AWAITING
        return requisition_id

    async def seen(self, requisition_id: UUID) -> dict[str, Any]:
        return await get_requisition(self.desk, self.town.buyer, requisition_id)

    async def stand_in(self, who: Identity, to: UUID, **other: Any) -> UUID:
        """Let one person stand in for another; gives the delegation's id."""
        delegation_id = new_id()
        await put_delegation(self.desk, who, delegation_id, self.delegation(who, to, **other))
        return delegation_id

    def delegation(self, who: Identity, to: UUID, **other: Any) -> PutDelegation:
        told = {"unit_id": who.seats[0].organisation_id, "role": who.seats[0].role, "to_account_id": to}
        days = {"first_day": TODAY, "last_day": TODAY + timedelta(days=60), "reason": "外出培训"}
        return PutDelegation.model_validate(told | days | other)


@pytest.fixture
async def county(desk: Desk) -> County:
    return await County(desk).heard_of()


class TestStages:
    def test_the_highest_tier_that_is_reached_holds(self) -> None:
        one, two = Step(Role.APPROVER, 0, 1, 3), Step(Role.FINANCE, 1, 2, 5)
        tiers = (Tier(100, (one,)), Tier(1_000, (one, two)))
        assert steps_for(tiers, 99, 7) == (Step(Role.APPROVER, 0, 1, 7),)
        assert [steps_for(tiers, fen, 7) for fen in (100, 999, 1_000)] == [(one,), (one,), (one, two)]

    def test_a_level_that_is_not_there_is_the_topmost(self) -> None:
        line = [(new_id(), "/1/2/"), (new_id(), "/1/")]
        stages = stages_for([Step(Role.OFFICER, up, 1, 3) for up in (0, 1, 2)], line)
        assert [stage.path for stage in stages] == ["/1/2/", "/1/", "/1/"]

    async def test_each_stage_is_told_and_the_last_yes_places(self, desk: Desk, county: County) -> None:
        await county.rule((0, [{"role": "approver", "people": 2}, {"role": "finance", "levels_up": 1, "days": 7}]))
        requisition_id = await county.waiting()
        first, second, finance = (
            county.person(Role.APPROVER),
            county.person(Role.APPROVER),
            county.person(Role.FINANCE, 1, "周财务"),
        )
        async with untouched(desk):
            for who in (county.person(Role.FINANCE), county.person(Role.OFFICER)):
                with pytest.raises(NotTheirTurn):
                    await decide_requisition(desk, who, requisition_id, APPROVE)
            with pytest.raises(NotAllowed):
                await decide_requisition(desk, finance, requisition_id, APPROVE)
        for _ in range(2):
            view = await decide_requisition(desk, first, requisition_id, APPROVE)
            assert (view["state"], view["approval"]["approved"], view["approval"]["stage"]) == ("awaiting", 1, 1)
        view = await decide_requisition(desk, second, requisition_id, APPROVE)
        assert {name: view["approval"][name] for name in ("stage", "stages", "approved", "role")} == {
            "stage": 2,
            "stages": 2,
            "approved": 0,
            "role": "finance",
        }
        with pytest.raises(NotAllowed):
            await decide_requisition(desk, first, requisition_id, APPROVE)
        view = await decide_requisition(desk, finance, requisition_id, APPROVE)
        assert (view["state"], view["decided_by_name"], len(view["orders"])) == ("placed", "周财务", 1)
        assert [step["step"] for step in view["steps"]] == ["endorse", "endorse", "approve"]
        told = await said(desk, requisition_id, "notice.raised")
        assert [(one["kind"], [a["roles"] for a in one["audience"]]) for one in told] == [
            ("requisition_waits", [["approver"]]),
            ("requisition_waits", [["finance"]]),
            ("requisition_decided", []),
        ]

    async def test_one_person_in_two_seats_gives_one_yes(self, desk: Desk, county: County) -> None:
        await county.rule((0, [{"role": "approver"}, {"role": "finance"}]))
        requisition_id = await county.waiting()
        both = an_identity(*(Seat(role, *county.units[0]) for role in (Role.APPROVER, Role.FINANCE)))
        await decide_requisition(desk, both, requisition_id, APPROVE)
        async with untouched(desk):
            with pytest.raises(AnotherPersonNeeded):
                await decide_requisition(desk, both, requisition_id, APPROVE)

    async def test_of_many_at_once_each_counts_once(self, desk: Desk, county: County) -> None:
        await county.rule((0, [{"role": "approver", "people": 3}]))
        requisition_id = await county.waiting()
        people = [county.person(Role.APPROVER) for _ in range(3)]
        asked = [decide_requisition(desk, who, requisition_id, APPROVE) for who in people * 2]
        await asyncio.gather(*asked, return_exceptions=True)
        for who in people:  # Whoever was overtaken too often asks again.
            await decide_requisition(desk, who, requisition_id, APPROVE)
        view = await county.seen(requisition_id)
        assert view["state"] == RequisitionState.PLACED
        assert sorted(step["step"] for step in view["steps"]) == ["approve", "endorse", "endorse"]
        assert {step["account_id"] for step in view["steps"]} == {str(who.account_id) for who in people}

    async def test_an_endorser_may_still_refuse(self, desk: Desk, county: County) -> None:
        await county.rule((0, [{"role": "approver", "people": 2}]))
        requisition_id = await county.waiting()
        await decide_requisition(desk, county.person(Role.APPROVER), requisition_id, APPROVE)
        refuse = DecideRequisition(outcome=Decision.REFUSE, reason="超标准")
        view = await decide_requisition(desk, county.person(Role.APPROVER), requisition_id, refuse)
        assert view["state"] == RequisitionState.REFUSED


class TestPolicy:
    async def test_another_agrees_and_the_new_takes_the_place_of_the_old(self, desk: Desk, county: County) -> None:
        old = await county.rule((0, [{"role": "approver"}]))
        waits = await county.waiting()
        new = await county.rule((0, [{"role": "officer"}]))
        listed = await list_approval_policies(desk, county.person(Role.AUDITOR, 2), county.units[0][0])
        assert [(one["policy_id"], one["state"]) for one in listed["items"]] == [
            (str(new), "adopted"),
            (str(old), "superseded"),
        ]
        assert (await county.seen(waits))["approval"]["role"] == "approver"
        assert (await county.seen(await county.waiting()))["approval"]["role"] == "officer"

    async def test_of_two_adopted_at_once_one_is_in_force(self, desk: Desk, county: County) -> None:
        ids = [new_id() for _ in range(4)]
        for policy_id in ids:
            command = county.policy((0, [{"role": "approver"}]))
            await put_approval_policy(desk, county.person(Role.FINANCE), policy_id, command)
        await asyncio.gather(*(decide_approval_policy(desk, county.person(Role.OFFICER), one, AGREE) for one in ids))
        listed = await list_approval_policies(desk, county.person(Role.FINANCE), county.units[0][0])
        assert sorted(one["state"] for one in listed["items"]) == ["adopted", "superseded", "superseded", "superseded"]

    async def test_nobody_agrees_to_their_own_nor_from_elsewhere(self, desk: Desk, county: County) -> None:
        both = an_identity(*(Seat(role, *county.units[0]) for role in (Role.FINANCE, Role.OFFICER)))
        policy_id, command = new_id(), county.policy((0, [{"role": "approver"}]))
        view = await put_approval_policy(desk, both, policy_id, command)
        stranger = await County(desk).heard_of()
        async with untouched(desk):
            assert await put_approval_policy(desk, both, policy_id, command) == view
            with pytest.raises(OwnRequest):
                await decide_approval_policy(desk, both, policy_id, AGREE)
            for who in (stranger.person(Role.OFFICER), county.person(Role.APPROVER), county.town.buyer):
                with pytest.raises(NotAllowed):
                    await decide_approval_policy(desk, who, policy_id, AGREE)
                with pytest.raises(NotAllowed):
                    await put_approval_policy(desk, who, new_id(), command)
                with pytest.raises(NoSuchPolicy):
                    await decide_approval_policy(desk, who, new_id(), AGREE)
            with pytest.raises(PolicyDiffers):
                await put_approval_policy(desk, both, policy_id, county.policy((1, [{"role": "approver"}])))
            other = county.policy((0, [{"role": "approver"}]), unit_id=new_id())
            with pytest.raises(NoSuchUnit):
                await put_approval_policy(desk, both, new_id(), other)
            with pytest.raises(InvalidFields):
                await decide_approval_policy(
                    desk, county.person(Role.OFFICER), policy_id, DecidePolicy(outcome=Decision.REFUSE)
                )
        refuse = DecidePolicy(outcome=Decision.REFUSE, reason="档位过粗")
        await decide_approval_policy(desk, county.person(Role.OFFICER, 1), policy_id, refuse)
        with pytest.raises(PolicyDecided):
            await decide_approval_policy(desk, county.person(Role.OFFICER), policy_id, AGREE)

    @pytest.mark.parametrize(
        "tiers",
        [
            [],
            [{"from_fen": 0, "steps": []}],
            [{"from_fen": -1, "steps": [{"role": "approver"}]}],
            [{"from_fen": 0, "steps": [{"role": "buyer"}]}],
            [{"from_fen": 0, "steps": [{"role": "approver", "people": 4}]}],
            [{"from_fen": 0, "steps": [{"role": "approver", "days": 31}]}],
            [{"from_fen": 0, "steps": [{"role": "approver", "levels_up": 3}]}],
            [{"from_fen": 10**20, "steps": [{"role": "approver"}]}],
            [{"from_fen": 0, "steps": [{"role": "approver"}] * 6}],
            [{"from_fen": fen, "steps": [{"role": "approver"}]} for fen in range(11)],
        ],
    )
    def test_is_bounded(self, tiers: list[Any]) -> None:
        with pytest.raises(ValueError, match="tiers"):
            PutPolicy.model_validate({"unit_id": new_id(), "fund": "canteen", "tiers": tiers})

    async def test_its_tiers_rise(self, desk: Desk, county: County) -> None:
        tier = [{"role": "approver"}]
        async with untouched(desk):
            for lower, higher in ((5, 5), (6, 5)):
                command = county.policy((lower, tier), (higher, tier))
                with pytest.raises(InvalidFields):
                    await put_approval_policy(desk, county.person(Role.FINANCE), new_id(), command)


class TestDelegation:
    async def test_whoever_stands_in_sees_decides_and_is_told(self, desk: Desk, county: County) -> None:
        away, other = county.person(Role.APPROVER, name="赵审批"), an_identity(name="郑代办")
        await county.stand_in(away, other.account_id)
        requisition_id = await county.waiting()
        assert (await said(desk, requisition_id, "notice.raised"))[0]["account_ids"] == [str(other.account_id)]
        page = await list_requisitions(desk, other, None, RequisitionState.AWAITING, 50, None)
        assert str(requisition_id) in page.decode()
        view = await decide_requisition(desk, other, requisition_id, APPROVE)
        step = view["steps"][-1]
        assert (view["state"], step["account_name"], step["for_account_name"]) == ("placed", "郑代办", "赵审批")
        assert view == await county.seen(requisition_id)

    async def test_gives_nothing_before_its_days_after_them_or_once_ended(
        self, desk: Desk, county: County, clock: SettableClock
    ) -> None:
        away, other = county.person(Role.APPROVER), an_identity()
        days = {"first_day": TODAY + timedelta(days=1), "last_day": TODAY + timedelta(days=2)}
        delegation_id = await county.stand_in(away, other.account_id, **days)
        requisition_id = await county.waiting()
        for day in (0, 3):
            clock.set(START + timedelta(days=day))
            with pytest.raises(NotAllowed):
                await decide_requisition(desk, other, requisition_id, APPROVE)
        clock.set(START + timedelta(days=1))
        assert (await get_requisition(desk, other, requisition_id))["state"] == RequisitionState.AWAITING
        ended = await end_delegation(desk, county.person(Role.OFFICER, 1), delegation_id)
        async with untouched(desk):
            assert await end_delegation(desk, away, delegation_id) == ended
            with pytest.raises(NotAllowed):
                await decide_requisition(desk, other, requisition_id, APPROVE)

    async def test_never_decides_what_giver_or_taker_asked_for(self, desk: Desk, county: County) -> None:
        asker, other = county.town.buyer, an_identity()
        approver = county.person(Role.APPROVER)
        await county.stand_in(approver, asker.account_id)
        requisition_id = await county.waiting()
        with pytest.raises(OwnRequest):
            await decide_requisition(desk, asker, requisition_id, APPROVE)
        both = Identity(asker.account_id, new_id(), "王采购", (Seat(Role.APPROVER, *county.units[0]), *asker.seats))
        await county.stand_in(both, other.account_id)
        with pytest.raises(OwnRequest):
            await decide_requisition(desk, other, requisition_id, APPROVE)

    async def test_is_not_passed_on_and_gives_one_yes_with_its_giver(self, desk: Desk, county: County) -> None:
        await county.rule((0, [{"role": "approver", "people": 2}]))
        away, other, third = county.person(Role.APPROVER), an_identity(), an_identity()
        await county.stand_in(away, other.account_id)
        with pytest.raises(NotAllowed):
            await put_delegation(desk, other, new_id(), county.delegation(away, third.account_id))
        for first, second in ((away, other), (other, away)):
            requisition_id = await county.waiting()
            await decide_requisition(desk, first, requisition_id, APPROVE)
            with pytest.raises(AnotherPersonNeeded):
                await decide_requisition(desk, second, requisition_id, APPROVE)

    async def test_is_of_ones_own_seat_to_another_and_bounded(self, desk: Desk, county: County) -> None:
        approver, to = county.person(Role.APPROVER), new_id()
        async with untouched(desk):
            with pytest.raises(NotTheirSeat):
                await put_delegation(desk, approver, new_id(), county.delegation(approver, to, role=Role.FINANCE))
            for wrong in (
                {"to_account_id": approver.account_id},
                {"first_day": TODAY - timedelta(days=1)},
                {"first_day": date.max, "last_day": date.max},
                {"last_day": TODAY - timedelta(days=1)},
                {"last_day": TODAY + timedelta(days=92)},
            ):
                with pytest.raises(InvalidFields):
                    await put_delegation(desk, approver, new_id(), county.delegation(approver, to, **wrong))
            with pytest.raises(NoSuchUnit):
                await put_delegation(desk, approver, new_id(), county.delegation(approver, to, unit_id=new_id()))
            with pytest.raises(NoSuchDelegation):
                await end_delegation(desk, approver, new_id())
        ids = [await county.stand_in(approver, to) for _ in range(OPEN_MAX)]
        async with untouched(desk):
            await put_delegation(desk, approver, ids[0], county.delegation(approver, to))
            with pytest.raises(DelegationDiffers):
                await put_delegation(desk, approver, ids[0], county.delegation(approver, to, reason="别的"))
            with pytest.raises(TooManyDelegations):
                await county.stand_in(approver, to)
            with pytest.raises(NotAllowed):
                await end_delegation(desk, county.person(Role.FINANCE), ids[0])
            with pytest.raises(NotAllowed):
                await list_delegations(desk, county.town.buyer, county.units[0][0])
        assert len((await list_delegations(desk, approver, None))["items"]) == OPEN_MAX
        assert len((await list_delegations(desk, county.person(Role.OFFICER), county.units[0][0]))["items"]) == OPEN_MAX
        assert (await list_delegations(desk, county.person(Role.OFFICER), None))["items"] == []


RULES: dict[str, list[dict[str, Any]]] = {
    "nothing ruled": [],
    "two approvers": [{"role": "approver", "people": 2, "days": 2}],
    "approver, then finance above": [{"role": "approver"}, {"role": "finance", "levels_up": 1, "days": 1}],
    "the topmost officer": [{"role": "officer", "levels_up": 2}],
    "three of a role, then another": [{"role": "finance", "people": 3}, {"role": "officer", "days": 30}],
}
HERE = {"nobody": (), "own": (0,), "above": (1,), "top": (2,), "everybody": (0, 1, 2)}
"""On which levels there is one person of each role."""
STANDING_IN = ("nobody", "the asker", "another")


@dataclass
class Shrunk(County):
    """A county whose canteen's hard budget allows what is asked for, and nothing at all from then on."""

    budget_id: UUID = field(default_factory=new_id)

    async def waiting(self, quantity: int = 10_000) -> UUID:
        await self._put(10**9)
        requisition_id = await super().waiting(quantity)
        await self._put(0)
        return requisition_id

    async def _put(self, amount_fen: int) -> None:
        told = {"canteen_id": self.town.canteen_id, "fund": "canteen", "month": f"{FAR:%Y-%m}", "stop": "hard"}
        seen = {"seen_version": await version_of(self.town, self.budget_id)}
        command = PutBudget.model_validate(told | seen | {"amount_fen": amount_fen})
        await put_budget(self.desk, self.town.finance, self.budget_id, command)


class TestNeverStuck:
    """Whatever waits has somebody who can act now, or a time at which it is handed up or ends."""

    @pytest.mark.parametrize("rule", RULES)
    async def test_whoever_is_away(self, desk: Desk, clock: SettableClock, rule: str) -> None:
        county = await County(desk).heard_of()
        if RULES[rule]:
            await county.rule((0, RULES[rule]))
        ends = set()
        for here, stand_in, takes_back in product(HERE, STANDING_IN, (None, 0, 1)):
            clock.set(START)
            living = [county.person(role, up) for up in HERE[here] for role in DECIDING]
            if stand_in != "nobody":
                away = county.person(Role.APPROVER)
                to = county.town.buyer if stand_in == "the asker" else an_identity()
                await county.stand_in(away, to.account_id)
                living.append(to)
            ends.add(await self.walk(county, clock, [*living, county.town.buyer], takes_back))
        assert RequisitionState.EXPIRED in ends
        assert RequisitionState.WITHDRAWN in ends
        assert RequisitionState.PLACED in ends

    @pytest.mark.parametrize("rule", RULES)
    async def test_whose_budget_was_lowered_below_it(self, desk: Desk, clock: SettableClock, rule: str) -> None:
        county = await Shrunk(desk).heard_of()
        if RULES[rule]:
            await county.rule((0, RULES[rule]))
        ends = set()
        for here, takes_back in product(HERE, (None, 0)):
            clock.set(START)
            living = [county.person(role, up) for up in HERE[here] for role in DECIDING]
            ends.add(await self.walk(county, clock, [*living, county.town.buyer], takes_back))
        assert ends == {RequisitionState.EXPIRED, RequisitionState.WITHDRAWN}
        clock.set(START)
        waits = await county.waiting()
        role = Role((await county.seen(waits))["approval"]["role"])
        refuse = DecideRequisition(outcome=Decision.REFUSE, reason="预算不足")
        for up in (0, 1, 2):
            with suppress(Forbidden, AlreadyDecided):
                await decide_requisition(desk, county.person(role, up), waits, refuse)
        assert (await county.seen(waits))["state"] == RequisitionState.REFUSED

    async def walk(
        self, county: County, clock: SettableClock, living: list[Identity], takes_back: int | None
    ) -> RequisitionState:
        """Let everybody act who can, the clock where nobody does, and the asker in their turn; gives how it ended."""
        requisition_id, asker = await county.waiting(), county.town.buyer
        for turn in range(20):
            view = await county.seen(requisition_id)
            if view["state"] != RequisitionState.AWAITING:
                decided = {step["account_id"] for step in view["steps"] if step["step"] in ("endorse", "approve")}
                assert str(asker.account_id) not in decided
                return RequisitionState(view["state"])
            assert view["approval"]["due_at"] > clock.now()
            if turn == takes_back:
                await withdraw_requisition(county.desk, asker, requisition_id, WithdrawRequisition(reason="不用了"))
                continue
            if not await self.somebody_acts(county.desk, living, requisition_id):
                clock.set(view["approval"]["due_at"])
                await hand_up_due_requisitions(county.desk)
                after = await county.seen(requisition_id)
                assert (after["state"], after["approval"]) != (view["state"], view["approval"])
        raise AssertionError("it never ends")

    async def somebody_acts(self, desk: Desk, living: list[Identity], requisition_id: UUID) -> bool:
        before = await get_requisition(desk, living[-1], requisition_id)
        for who in living:
            try:
                view = await decide_requisition(desk, who, requisition_id, APPROVE)
            except (Forbidden, NotTheirTurn, AnotherPersonNeeded, AlreadyDecided, BudgetSpent):
                continue
            if view["steps"] != before["steps"]:
                return True
        return False
