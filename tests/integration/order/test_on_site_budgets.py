"""A sale at a fair counts in the budget of the month in which it was sold, and no stall is a way round it."""

import asyncio
from uuid import UUID

import pytest

from services.order.domain.budget_refusals import BudgetSpent
from services.order.usecases.commands import DecideRequisition, Decision
from services.order.usecases.decide_requisition import decide_requisition
from services.order.usecases.desk import Desk
from tests.build.budgets import checks_of, put, stands
from tests.build.on_site import Stall
from tests.build.order import Town, said, untouched

APPROVE = DecideRequisition(outcome=Decision.APPROVE)


@pytest.fixture
async def stall(town: Town) -> Stall:
    return await Stall.open(town)


class TestAHardBudget:
    async def test_counts_what_was_sold_and_stops_what_goes_beyond(self, desk: Desk, stall: Stall, town: Town) -> None:
        await put(town, 10_000)
        sold = await stall.confirm(await stall.tell())  # 60 yuan.
        assert await stands(town) == (6_000, 0, 4_000)
        assert await checks_of(desk, sold["requisition_id"]) == [("placed", 1, 0)]
        beyond = await stall.tell()
        async with untouched(desk):
            with pytest.raises(BudgetSpent) as refused:
                await stall.confirm(beyond)
        assert refused.value.facts["left_fen"] == 4_000
        assert [one["field"] for one in refused.value.facts["errors"]] == ["amount_fen"]
        exact = await stall.tell(stall.line(5_000, price_fen=400))
        assert (await stall.confirm(exact))["state"] == "confirmed"
        assert await stands(town) == (10_000, 0, 0)

    async def test_of_which_many_want_the_last_is_kept(self, desk: Desk, stall: Stall, town: Town) -> None:
        await put(town, 13_000)
        sales = [await stall.tell() for _ in range(4)]
        answers = await asyncio.gather(*(stall.confirm(sale) for sale in sales), return_exceptions=True)
        assert len([one for one in answers if isinstance(one, BudgetSpent)]) == 2
        assert await stands(town) == (12_000, 0, 1_000)

    async def test_holds_at_the_approval_too(self, desk: Desk, stall: Stall, town: Town) -> None:
        budget = await put(town, 1_200_000)
        waiting = await stall.confirm(await stall.tell(stall.line(900_000)))
        assert await stands(town) == (0, 1_080_000, 1_200_000)
        requisition_id = UUID(waiting["requisition_id"])
        await put(town, 1_000_000, budget)
        async with untouched(desk):
            with pytest.raises(BudgetSpent):
                await decide_requisition(desk, town.approver, requisition_id, APPROVE)
        await put(town, 1_080_000, budget)
        assert (await decide_requisition(desk, town.approver, requisition_id, APPROVE))["state"] == "placed"
        assert await checks_of(desk, requisition_id) == [("asked", 1, 0), ("placed", 3, 0)]
        assert await stands(town) == (1_080_000, 0, 0)


class TestASoftBudget:
    async def test_has_another_approve_and_finance_told_once(self, desk: Desk, stall: Stall, town: Town) -> None:
        await put(town, 5_000, stop="soft")
        waiting = await stall.confirm(await stall.tell())
        assert waiting["state"] == "approving"
        requisition_id = UUID(waiting["requisition_id"])
        await decide_requisition(desk, town.approver, requisition_id, APPROVE)
        assert (await stall.read(waiting))["state"] == "confirmed"
        kinds = [one["kind"] for one in await said(desk, requisition_id, "notice.raised")]
        assert kinds.count("budget_soft") == 1
        assert await checks_of(desk, requisition_id) == [("asked", 1, 1_000), ("placed", 1, 1_000)]
        assert await stands(town) == (6_000, 0, -1_000)
