"""What a canteen orders keeps to its month's budget, however many ask at once, and nothing is ever stuck."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.order.domain.budget_refusals import BudgetSpent
from services.order.domain.budgets import BudgetStop
from services.order.domain.states import RequisitionState
from services.order.store.budgets import pass_gate
from services.order.store.placing import placing_line
from services.order.usecases.commands import (
    DecideRequisition,
    Decision,
    PutRequisition,
    WithdrawRequisition,
)
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.desk import Desk
from services.order.usecases.get_requisition import get_requisition
from services.order.usecases.hand_up_requisitions import hand_up_due_requisitions
from services.order.usecases.passing_budgets import BeyondSoft, pass_budget
from services.order.usecases.place_orders import place_orders
from services.order.usecases.put_requisition import put_requisition
from services.order.usecases.withdraw_requisition import withdraw_requisition
from shared.clock import SettableClock
from shared.contracts.authority import Role, Seat
from shared.contracts.words import Fund
from shared.ids import new_id
from tests.build.budgets import KG_FEN, MONTH, buy, checks_of, put, stands
from tests.build.order import START, WANTED, Town, an_identity, said, untouched
from tests.integration.order.test_placing import placing_of

APPROVE = DecideRequisition(outcome=Decision.APPROVE)
REFUSE = DecideRequisition(outcome=Decision.REFUSE, reason="预算不足")


class TestSoft:
    async def test_beyond_it_another_approves_and_finance_is_told_once(self, desk: Desk, town: Town) -> None:
        goods = await town.goods()
        await put(town, 3 * KG_FEN, stop="soft")
        assert (await buy(town, goods, 3))["state"] == RequisitionState.PLACED
        view = await buy(town, goods, 2)
        assert (view["state"], view["approval"]["role"]) == (RequisitionState.AWAITING, "approver")
        assert {name: view["budget"][name] for name in ("stop", "left_fen", "after_fen", "over_fen", "orderable")} == {
            "stop": "soft",
            "left_fen": 0,
            "after_fen": -2 * KG_FEN,
            "over_fen": 2 * KG_FEN,
            "orderable": True,
        }
        assert await stands(town) == (3 * KG_FEN, 2 * KG_FEN, 0)
        requisition_id = UUID(view["requisition_id"])
        waits, told = await said(desk, requisition_id, "notice.raised")
        assert (waits["kind"], told["kind"]) == ("requisition_waits", "budget_soft")
        assert told["audience"] == [{"organisation_id": str(town.unit_id), "roles": ["finance"]}]
        assert told["account_ids"] == [str(town.finance.account_id)]
        assert {fact["name"]: fact["value"] for fact in told["facts"]} == {
            "canteen": "茶陵县残联食堂",
            "by": "王采购",
            "amount_fen": str(2 * KG_FEN),
            "budget_fen": str(3 * KG_FEN),
            "spent_fen": str(3 * KG_FEN),
            "month": MONTH,
            "fund": "canteen",
        }
        view = await decide_requisition(desk, town.approver, requisition_id, APPROVE)
        assert (view["state"], view["budget"]) == (RequisitionState.PLACED, None)
        assert view == await get_requisition(desk, town.buyer, requisition_id)
        assert await stands(town) == (5 * KG_FEN, 0, -2 * KG_FEN)
        assert [one["kind"] for one in await said(desk, requisition_id, "notice.raised")] == [
            "requisition_waits",
            "budget_soft",
            "requisition_decided",
        ]
        assert await checks_of(desk, requisition_id) == [("asked", 1, 2 * KG_FEN), ("placed", 1, 2 * KG_FEN)]

    async def test_finance_is_told_when_it_came_to_go_beyond_while_it_waited(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=3 * KG_FEN).heard_of()
        goods = await town.goods()
        await put(town, 6 * KG_FEN, stop="soft")
        waits = UUID((await buy(town, goods, 4))["requisition_id"])
        await buy(town, goods, 3)
        await decide_requisition(desk, town.approver, waits, APPROVE)
        assert [one["kind"] for one in await said(desk, waits, "notice.raised")] == [
            "requisition_waits",
            "requisition_decided",
            "budget_soft",
        ]
        assert await checks_of(desk, waits) == [("asked", 1, 0), ("placed", 1, KG_FEN)]

    async def test_finance_is_told_though_it_was_beyond_one_that_stopped_nothing_when_asked(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        goods = await town.goods()
        budget_id = await put(town, KG_FEN, stop="none")
        waits = UUID((await buy(town, goods, 4))["requisition_id"])
        await put(town, KG_FEN, budget_id, stop="soft")
        await decide_requisition(desk, town.approver, waits, APPROVE)
        assert [one["kind"] for one in await said(desk, waits, "notice.raised")] == [
            "requisition_waits",
            "requisition_decided",
            "budget_soft",
        ]
        assert await checks_of(desk, waits) == [("asked", 1, 3 * KG_FEN), ("placed", 2, 3 * KG_FEN)]

    async def test_of_many_at_once_what_fits_is_placed_and_the_rest_waits(self, desk: Desk, town: Town) -> None:
        goods = await town.goods()
        await put(town, 7 * KG_FEN, stop="soft")
        baskets = [await town.basket((goods, 1_000), tolerance_bp=0) for _ in range(20)]
        asked = [PutRequisition(basket_id=one, wanted_on=WANTED) for one in baskets]
        views = await asyncio.gather(*(put_requisition(desk, town.buyer, new_id(), one) for one in asked))
        assert sorted(view["state"] for view in views) == ["awaiting"] * 13 + ["placed"] * 7
        assert await stands(town) == (7 * KG_FEN, 13 * KG_FEN, 0)


class TestApproval:
    async def test_what_waits_is_approved_only_if_it_fits_then(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        goods = await town.goods()
        budget_id = await put(town, 6 * KG_FEN)
        one, two = [UUID((await buy(town, goods, 4))["requisition_id"]) for _ in range(2)]
        assert await stands(town) == (0, 8 * KG_FEN, 6 * KG_FEN)
        await decide_requisition(desk, town.approver, one, APPROVE)
        seen = await get_requisition(desk, town.approver, two)
        assert (seen["budget"]["left_fen"], seen["budget"]["orderable"]) == (2 * KG_FEN, False)
        async with untouched(desk):
            with pytest.raises(BudgetSpent) as refused:
                await decide_requisition(desk, town.approver, two, APPROVE)
        assert refused.value.facts["left_fen"] == 2 * KG_FEN
        assert [error["field"] for error in refused.value.facts["errors"]] == ["outcome"]
        await put(town, 8 * KG_FEN, budget_id)
        await decide_requisition(desk, town.approver, two, APPROVE)
        assert await stands(town) == (8 * KG_FEN, 0, 0)
        assert await checks_of(desk, two) == [("asked", 1, 0), ("placed", 2, 0)]

    async def test_the_same_yes_again_is_one_though_it_spent_what_was_left(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        goods = await town.goods()
        await put(town, 4 * KG_FEN)
        waits = UUID((await buy(town, goods, 4))["requisition_id"])
        answers = await asyncio.gather(*(decide_requisition(desk, town.approver, waits, APPROVE) for _ in range(4)))
        assert [answer["state"] for answer in answers] == [RequisitionState.PLACED] * 4
        assert await stands(town) == (4 * KG_FEN, 0, 0)

    async def test_what_goes_beyond_is_not_asked_for_at_all(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        goods = await town.goods()
        await put(town, 6 * KG_FEN)
        basket_id = await town.basket((goods, 7_000), tolerance_bp=0)
        async with untouched(desk):
            with pytest.raises(BudgetSpent):
                await put_requisition(desk, town.buyer, new_id(), PutRequisition(basket_id=basket_id, wanted_on=WANTED))

    async def test_of_many_approved_at_once_only_what_fits_is_placed(self, desk: Desk) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        goods = await town.goods()
        await put(town, 10 * KG_FEN)
        waiting = [UUID((await buy(town, goods, 3))["requisition_id"]) for _ in range(8)]
        people = [an_identity(Seat(Role.APPROVER, town.unit_id, town.path)) for _ in waiting]
        answers = await asyncio.gather(
            *(decide_requisition(desk, who, one, APPROVE) for who, one in zip(people, waiting, strict=True)),
            return_exceptions=True,
        )
        states = [(await get_requisition(desk, town.buyer, one))["state"] for one in waiting]
        assert states.count(RequisitionState.PLACED) == sum(isinstance(one, dict) for one in answers) == 3
        assert {type(one) for one in answers} == {dict, BudgetSpent}
        assert await stands(town) == (9 * KG_FEN, 15 * KG_FEN, KG_FEN)


class TestNeverStuck:
    """Whatever its budget has become, a requisition that waits is decided, taken back, or expires."""

    @pytest.mark.parametrize("stop", list(BudgetStop))
    @pytest.mark.parametrize("end", ["refuse", "withdraw", "expire", "raise and approve"])
    async def test_though_its_budget_was_lowered_meanwhile(
        self, desk: Desk, clock: SettableClock, stop: BudgetStop, end: str
    ) -> None:
        town = await Town(desk, limit_fen=0).heard_of()
        goods = await town.goods()
        budget_id = await put(town, 6 * KG_FEN, stop=stop)
        waits = UUID((await buy(town, goods, 5))["requisition_id"])
        await put(town, KG_FEN, budget_id, stop=stop)
        seen = await get_requisition(desk, town.approver, waits)
        assert (seen["budget"]["after_fen"], seen["budget"]["orderable"]) == (-4 * KG_FEN, stop is not BudgetStop.HARD)
        if stop is BudgetStop.HARD:
            with pytest.raises(BudgetSpent):
                await decide_requisition(desk, town.approver, waits, APPROVE)
        if end == "refuse":
            await decide_requisition(desk, town.approver, waits, REFUSE)
        elif end == "withdraw":
            await withdraw_requisition(desk, town.buyer, waits, WithdrawRequisition(reason="不用了"))
        elif end == "expire":
            for _ in range(10):
                seen = await get_requisition(desk, town.buyer, waits)
                if seen["state"] != RequisitionState.AWAITING:
                    break
                clock.set(seen["approval"]["due_at"])
                await hand_up_due_requisitions(desk)
        else:
            await put(town, 6 * KG_FEN, budget_id, stop=stop)
            await decide_requisition(desk, town.approver, waits, APPROVE)
        ends = {"refuse": "refused", "withdraw": "withdrawn", "expire": "expired"}
        assert (await get_requisition(desk, town.buyer, waits))["state"] == ends.get(end, "placed")
        clock.set(START)
        assert (await stands(town))[1] == 0


class TestRaces:
    async def test_fifty_buyers_of_the_last_part_never_go_beyond(self, desk: Desk, town: Town) -> None:
        goods = [await town.goods() for _ in range(5)]
        await put(town, 17 * KG_FEN + 1_299)
        baskets = [await town.basket((goods[place % 5], 1_000), tolerance_bp=0) for place in range(50)]

        async def ask(basket_id: UUID) -> bool:
            asked = PutRequisition(basket_id=basket_id, wanted_on=WANTED)
            try:
                await put_requisition(desk, town.buyer, new_id(), asked)
            except BudgetSpent:
                return False
            return True

        answers = await asyncio.gather(*(ask(one) for one in baskets))
        assert sum(answers) == 17
        assert await stands(town) == (17 * KG_FEN, 0, 1_299)

    async def test_those_who_order_alone_never_go_beyond_either(self, desk: Desk, town: Town) -> None:
        """Each in a statement of its own, as in several programs: what is read together is written apart."""
        await put(town, 9 * KG_FEN)
        goods = [await town.goods() for _ in range(20)]
        baskets = [await town.basket((one, 1_000), tolerance_bp=0) for one in goods]

        async def ask(basket_id: UUID) -> bool:
            own = replace(desk, place_new=placing_line(desk.uow))
            try:
                await put_requisition(own, town.buyer, new_id(), PutRequisition(basket_id=basket_id, wanted_on=WANTED))
            except BudgetSpent:
                return False
            return True

        assert sum(await asyncio.gather(*(ask(one) for one in baskets))) == 9
        assert await stands(town) == (9 * KG_FEN, 0, 0)

    @pytest.mark.parametrize("other", [{}, {"every_month": False}, {"stop": "soft"}], ids=["lower", "own", "soft"])
    async def test_what_was_read_before_another_was_put_is_held_against_that(
        self, desk: Desk, town: Town, other: dict[str, Any]
    ) -> None:
        goods = await town.goods()
        standing = await put(town, 5 * KG_FEN, every_month=True)
        basket = await desk.read_to_place((await town.basket((goods, 3_000), tolerance_bp=0), new_id()))
        assert basket is not None
        passed = await pass_budget(desk, town.canteen_id, Fund.CANTEEN, WANTED, 3 * KG_FEN)
        assert passed is not None
        await put(town, 2 * KG_FEN, new_id() if "every_month" in other else standing, **{"every_month": True} | other)
        async with untouched(desk):
            with pytest.raises(BeyondSoft if other.get("stop") else BudgetSpent):
                await place_orders(desk, *placing_of(town, basket), passage=passed)
            async with desk.uow.begin() as tx:
                assert not await pass_gate(tx, passed)

    async def test_another_way_of_placing_passes_the_same_gate(self, desk: Desk, town: Town) -> None:
        await put(town, 3 * KG_FEN)
        read = [await pass_budget(desk, town.canteen_id, Fund.CANTEEN, WANTED, KG_FEN) for _ in range(5)]
        passed = []
        for one in read:
            assert one is not None
            async with desk.uow.begin() as tx:
                passed.append(await pass_gate(tx, one))
        assert passed == [True, True, True, False, False]
        assert await pass_budget(desk, new_id(), Fund.CANTEEN, WANTED, KG_FEN) is None

    async def test_one_that_is_lowered_while_others_buy_places_nothing_beyond_it(self, desk: Desk, town: Town) -> None:
        goods = await town.goods()
        budget_id = await put(town, 30 * KG_FEN)
        baskets = [await town.basket((goods, 1_000), tolerance_bp=0) for _ in range(30)]

        async def ask(basket_id: UUID) -> bool:
            try:
                await put_requisition(desk, town.buyer, new_id(), PutRequisition(basket_id=basket_id, wanted_on=WANTED))
            except BudgetSpent:
                return False
            return True

        asking = asyncio.gather(*(ask(one) for one in baskets))
        await put(town, 5 * KG_FEN, budget_id)
        answers = await asking
        async with desk.uow.glance() as tx:
            under = await tx.value(
                sa.text("SELECT count(*) FROM budget_checks WHERE budget_id = :id AND budget_version = 2"),
                {"id": budget_id},
            )
        used, _, left = await stands(town)
        assert used == KG_FEN * sum(answers)
        assert under == 0 or left >= 0

    async def test_neighbours_without_a_budget_are_placed_beside_those_with_one(self, desk: Desk, town: Town) -> None:
        other = await Town(desk).heard_of()
        goods = await town.goods()
        await put(town, 2 * KG_FEN)
        baskets = [(who, await who.basket((goods, 1_000), tolerance_bp=0)) for who in (town, other) * 6]

        async def ask(who: Town, basket_id: UUID) -> bool:
            try:
                await put_requisition(desk, who.buyer, new_id(), PutRequisition(basket_id=basket_id, wanted_on=WANTED))
            except BudgetSpent:
                return False
            return True

        answers = await asyncio.gather(*(ask(*one) for one in baskets))
        assert (sum(answers[::2]), sum(answers[1::2])) == (2, 6)
