"""A unit's finance says what a canteen may order from a fund in a month, and what is left of it is always counted."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.order.domain.budget_refusals import BudgetChanged, BudgetDiffers, BudgetExists, BudgetSpent, NoSuchBudget
from services.order.domain.budgets import month_after
from services.order.domain.refusals import NoSuchCanteen
from services.order.domain.states import RequisitionState
from services.order.usecases.accept_order import accept_order
from services.order.usecases.agree_return import agree_return
from services.order.usecases.answer_weighing import agree_weight
from services.order.usecases.budgets import get_budget, list_budgets, put_budget
from services.order.usecases.cancel_order import cancel_order
from services.order.usecases.commands import (
    AcceptOrder,
    AnswerWeighing,
    CancelOrder,
    ConfirmOrder,
    DeclineOrder,
    PutRequisition,
    ReturnedLine,
    ReturnGoods,
)
from services.order.usecases.confirm_order import confirm_order
from services.order.usecases.decline_order import decline_order
from services.order.usecases.desk import Desk
from services.order.usecases.get_basket import get_basket
from services.order.usecases.get_order import get_order
from services.order.usecases.get_requisition import get_requisition
from services.order.usecases.put_requisition import put_requisition
from services.order.usecases.return_goods import return_goods
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed, Role, Seat
from shared.contracts.words import Fund
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.budgets import KG_FEN, MONTH, a_budget, buy, checks_of, put, stands
from tests.build.order import START, WANTED, Town, an_identity, said, untouched

NEXT = date(2026, 4, 1)


class TestPutBudget:
    async def test_keeps_each_version_and_the_same_again_changes_nothing(self, desk: Desk, town: Town) -> None:
        budget_id = await put(town, 100_000, reason="年初预算")
        async with untouched(desk):
            await put(town, 100_000, budget_id, reason="年初预算")
        await put(town, 80_000, budget_id, stop="soft", reason="压减")
        view = await get_budget(desk, town.buyer, budget_id)
        assert (view["version"], view["amount_fen"], view["stop"], view["canteen"]["name"]) == (
            2,
            80_000,
            "soft",
            "茶陵县残联食堂",
        )
        assert [(one["version"], one["amount_fen"], one["stop"], one["reason"]) for one in view["versions"]] == [
            (2, 80_000, "soft", "压减"),
            (1, 100_000, "hard", "年初预算"),
        ]
        assert {one["put_by"] for one in view["versions"]} == {str(town.finance.account_id)}

    async def test_is_for_finance_of_the_unit_or_above_it(self, desk: Desk, town: Town) -> None:
        above = an_identity(Seat(Role.FINANCE, new_id(), "/430000/"))
        await put_budget(desk, above, new_id(), a_budget(town, 1))
        other = await Town(desk).heard_of()
        own = await put(other, 1)
        async with untouched(desk):
            for who in (town.buyer, town.approver, other.finance, an_identity(), *town.suppliers.values()):
                with pytest.raises(NotAllowed):
                    await put_budget(desk, who, new_id(), a_budget(town, 10**9, fund="union"))
            with pytest.raises(NotAllowed):  # Nor by the id of somebody else's.
                await put(town, 1, own, fund="union")
            for who in (town.buyer, town.finance):
                with pytest.raises(NotAllowed):
                    await get_budget(desk, who, own)
                with pytest.raises(NotAllowed):
                    await list_budgets(
                        desk, who, canteen=other.canteen_id, fund=None, month=None, limit=10, cursor=None
                    )
            with pytest.raises(NoSuchBudget):
                await get_budget(desk, town.finance, new_id())
            with pytest.raises(NoSuchCanteen):
                await put(town, 1, canteen_id=new_id())

    async def test_one_rules_a_canteen_a_fund_and_a_month(self, desk: Desk, town: Town) -> None:
        budget_id = await put(town, 100)
        async with untouched(desk):
            with pytest.raises(BudgetExists) as refused:
                await put(town, 200)
            assert refused.value.facts["budget_id"] == str(budget_id)
            for other in ({"fund": "union"}, {"month": "2026-04"}, {"every_month": True}):
                with pytest.raises(BudgetDiffers):
                    await put(town, 100, budget_id, **other)

    async def test_of_many_put_at_once_one_is_there(self, desk: Desk, town: Town) -> None:
        ids = [new_id() for _ in range(6)]
        answers = await asyncio.gather(*(put(town, 100, one) for one in ids * 2), return_exceptions=True)
        assert {type(one) for one in answers} == {UUID, BudgetExists}
        page = await list_budgets(
            desk, town.finance, canteen=town.canteen_id, fund=None, month=MONTH, limit=10, cursor=None
        )
        (item,) = page["items"]
        assert {one for one in answers if isinstance(one, UUID)} == {UUID(item["budget_id"])}
        assert item["version"] == 1

    async def test_of_many_changes_at_once_one_stands_and_the_others_are_told(self, desk: Desk, town: Town) -> None:
        budget_id = await put(town, 100)
        changes = [put(town, fen, budget_id, seen_version=1) for fen in range(101, 109)]
        answers = await asyncio.gather(*changes, return_exceptions=True)
        assert sorted(type(one).__name__ for one in answers) == ["BudgetChanged"] * 7 + ["UUID"]
        view = await get_budget(desk, town.finance, budget_id)
        assert [one["version"] for one in view["versions"]] == [2, 1]
        told = next(one for one in answers if isinstance(one, BudgetChanged))
        assert (told.facts["version"], told.facts["seen_version"]) == (2, 1)

    async def test_is_changed_by_who_saw_how_it_stands(self, desk: Desk, town: Town) -> None:
        budget_id = await put(town, 100)
        await put(town, 200, budget_id, seen_version=1)
        async with untouched(desk):
            for seen_version in (None, 1, 3):
                with pytest.raises(BudgetChanged):
                    await put(town, 300, budget_id, seen_version=seen_version)
                await put(town, 200, budget_id, seen_version=seen_version)  # As after a lost answer.
        await put(town, 300, budget_id, seen_version=2)
        assert (await get_budget(desk, town.finance, budget_id))["version"] == 3

    @pytest.mark.parametrize(
        "wrong",
        [
            {"amount_fen": -1},
            {"amount_fen": 10**16},
            {"amount_fen": 1.5},
            {"month": "2026-13"},
            {"month": "2026-3"},
            {"month": "2026-03-01"},
            {"month": "1026-03"},
            {"stop": "maybe"},
            {"fund": "petty"},
            {"reason": "x" * 501},
            {"reason": "a\x00b"},
            {"used_fen": 1},
            {"seen_version": 0},
        ],
    )
    def test_is_bounded(self, town: Town, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            a_budget(town, **{"amount_fen": 1} | wrong)

    async def test_a_month_that_is_over_keeps_its_own(self, desk: Desk, town: Town, clock: SettableClock) -> None:
        budget_id = await put(town, 100, every_month=True)
        for month in ("2026-02", "2028-04"):
            async with untouched(desk):
                with pytest.raises(InvalidFields):
                    await put(town, 100, month=month)
        await put(town, 100, month="2028-03")
        clock.set(START + timedelta(days=31))
        async with untouched(desk):
            with pytest.raises(InvalidFields):
                await put(town, 200, budget_id, every_month=True)
            await put(town, 100, budget_id, every_month=True)
        await put(town, 200, month="2026-04", every_month=True)
        found = [await stands(town, month) for month in ("2026-03", "2026-04", "2026-05")]
        assert [left for _, _, left in found] == [100, 200, 200]

    async def test_each_month_goes_by_its_own_or_by_the_newest_for_every_month(self, desk: Desk, town: Town) -> None:
        await put(town, 100, every_month=True)
        await put(town, 300, month="2026-05")
        await put(town, 400, month="2026-06", every_month=True)
        months = ("2026-03", "2026-04", "2026-05", "2026-06", "2027-01")
        assert [(await stands(town, month))[2] for month in months] == [100, 100, 300, 400, 400]
        page = await list_budgets(
            desk, town.finance, canteen=town.canteen_id, fund=None, month="2026-02", limit=10, cursor=None
        )
        assert page == {"items": [], "next": None}

    async def test_the_list_goes_page_by_page_over_what_is_in_reach(self, desk: Desk) -> None:
        path = f"/{new_id().int % 10**12}/"
        towns = [await Town(desk, path=f"{path}{place}/").heard_of() for place in range(3)]
        for town in towns:
            await put(town, 1)
            await put(town, 2, fund="union")
        above, seen, cursor = an_identity(Seat(Role.AUDITOR, new_id(), path)), [], None
        for _ in range(4):
            page = await list_budgets(desk, above, canteen=None, fund=None, month=MONTH, limit=2, cursor=cursor)
            seen += [(item["canteen"]["id"], item["fund"]) for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert seen == sorted((str(town.canteen_id), fund) for town in towns for fund in ("canteen", "union"))
        (own,) = (
            await list_budgets(desk, towns[0].buyer, canteen=None, fund=Fund.UNION, month=MONTH, limit=9, cursor=None)
        )["items"]
        assert (own["canteen"]["id"], own["amount_fen"]) == (str(towns[0].canteen_id), 2)
        with pytest.raises(InvalidFields):
            await list_budgets(desk, above, canteen=None, fund=None, month=MONTH, limit=2, cursor="x")


class TestHard:
    async def test_refuses_what_goes_beyond_and_tells_what_is_left(self, desk: Desk, town: Town) -> None:
        goods = await town.goods()
        await put(town, 10 * KG_FEN)
        await buy(town, goods, 7)
        basket_id = await town.basket((goods, 4_000), tolerance_bp=0)
        async with untouched(desk):
            with pytest.raises(BudgetSpent) as refused:
                await put_requisition(desk, town.buyer, new_id(), PutRequisition(basket_id=basket_id, wanted_on=WANTED))
        facts = refused.value.facts
        assert {name: facts[name] for name in ("month", "fund", "amount_fen", "used_fen", "left_fen", "most_fen")} == {
            "month": MONTH,
            "fund": "canteen",
            "amount_fen": 10 * KG_FEN,
            "used_fen": 7 * KG_FEN,
            "left_fen": 3 * KG_FEN,
            "most_fen": 4 * KG_FEN,
        }
        (error,) = facts["errors"]
        assert error["field"] == "wanted_on"
        assert "39.00" in error["says"]
        assert "39.00 元" in error["says_zh"]
        placed = await buy(town, goods, 3)
        assert placed["state"] == RequisitionState.PLACED
        assert await stands(town) == (10 * KG_FEN, 0, 0)
        assert await checks_of(desk, placed["requisition_id"]) == [("placed", 1, 0)]

    async def test_holds_the_most_that_it_may_come_to_against_it(self, desk: Desk, town: Town) -> None:
        goods = await town.goods()
        await put(town, 10 * KG_FEN)
        with pytest.raises(BudgetSpent):
            await town.order((goods, 10_000), tolerance_bp=1)
        await town.order((goods, 9_500), tolerance_bp=500)
        assert await stands(town) == ((9_975 * 650 + 250) // 500, 0, 10 * KG_FEN - (9_975 * 650 + 250) // 500)

    async def test_other_funds_months_and_canteens_go_by_their_own(self, desk: Desk, town: Town) -> None:
        goods, other = await town.goods(), await Town(desk).heard_of()
        await put(town, KG_FEN)
        await put(town, KG_FEN, month="2026-04")
        other.suppliers = town.suppliers
        await town.order((goods, 5_000), fund=Fund.UNION)
        await town.order((goods, 5_000), wanted={"wanted_on": date(2026, 5, 1)})
        await other.order((goods, 5_000))
        await buy(town, goods, 1, wanted_on=date(2026, 3, 31))
        await buy(town, goods, 1, wanted_on=NEXT)
        for day in (date(2026, 3, 31), NEXT, date(2026, 4, 30)):
            with pytest.raises(BudgetSpent):
                await buy(town, goods, 1, wanted_on=day)
        assert await stands(town) == await stands(town, "2026-04") == (KG_FEN, 0, 0)

    async def test_what_was_placed_before_it_counts(self, desk: Desk, town: Town) -> None:
        goods = await town.goods()
        await buy(town, goods, 3)
        await put(town, 4 * KG_FEN)
        assert await stands(town) == (3 * KG_FEN, 0, KG_FEN)
        with pytest.raises(BudgetSpent):
            await buy(town, goods, 2)
        await buy(town, goods, 1)

    async def test_lowered_below_its_use_it_places_nothing_more(self, desk: Desk, town: Town) -> None:
        goods = await town.goods()
        budget_id = await put(town, 5 * KG_FEN)
        await buy(town, goods, 4)
        await put(town, 3 * KG_FEN, budget_id)
        assert await stands(town) == (4 * KG_FEN, 0, -KG_FEN)
        with pytest.raises(BudgetSpent) as refused:
            await buy(town, goods, 1)
        assert refused.value.facts["left_fen"] == -KG_FEN
        await put(town, 5 * KG_FEN, budget_id)
        await buy(town, goods, 1)

    async def test_no_stop_shows_and_stops_nothing(self, desk: Desk, town: Town) -> None:
        goods = await town.goods()
        await put(town, 1, every_month=True)
        await put(town, KG_FEN, stop="none")
        placed = await buy(town, goods, 2)
        assert placed["state"] == RequisitionState.PLACED
        assert await stands(town) == (2 * KG_FEN, 0, -KG_FEN)
        assert await said(desk, UUID(placed["requisition_id"])) == []

    async def test_the_same_request_again_is_one_and_counts_once(self, desk: Desk, town: Town) -> None:
        goods, requisition_id = await town.goods(), new_id()
        await put(town, 3 * KG_FEN)
        asked = PutRequisition(basket_id=await town.basket((goods, 3_000), tolerance_bp=0), wanted_on=WANTED)
        answers = await asyncio.gather(*(put_requisition(desk, town.buyer, requisition_id, asked) for _ in range(5)))
        assert all(answer == answers[0] for answer in answers)
        assert answers[0] == await get_requisition(desk, town.buyer, requisition_id)
        assert await stands(town) == (3 * KG_FEN, 0, 0)


class TestGivenBack:
    async def test_what_ends_an_order_gives_it_back(self, desk: Desk, town: Town) -> None:
        goods = await town.goods()
        await put(town, 5 * KG_FEN)
        declined, cancelled, refused = [
            await town.an_order((goods, kilos * 1_000), tolerance_bp=0) for kilos in (1, 2, 2)
        ]
        assert await stands(town) == (5 * KG_FEN, 0, 0)
        await decline_order(desk, declined.seller, declined.order_id, DeclineOrder(reason="无货"))
        assert await stands(town) == (4 * KG_FEN, 0, KG_FEN)
        await cancel_order(desk, town.buyer, cancelled.order_id, CancelOrder(reason="停餐"))
        assert await stands(town) == (2 * KG_FEN, 0, 3 * KG_FEN)
        for step in (refused.confirm, refused.pack, refused.ship):
            await step()
        assert await stands(town) == (2 * KG_FEN, 0, 3 * KG_FEN)
        lines = [{"line_id": refused.line_ids()[0], "accepted_quantity": 0, "reason": "变质"}]
        command = AcceptOrder.model_validate({"acceptance_id": new_id(), "lines": lines})
        view = await accept_order(desk, town.buyer, refused.order_id, command)
        if view["state"] == "weighed":
            assert await stands(town) == (2 * KG_FEN, 0, 3 * KG_FEN)
            agree = AnswerWeighing.model_validate({"acceptance_id": command.acceptance_id, "outcome": "agree"})
            view = await agree_weight(desk, refused.seller, refused.order_id, agree)
        assert view["state"] == "refused"
        assert await stands(town) == (0, 0, 5 * KG_FEN)
        await buy(town, goods, 5)

    async def test_counts_what_was_confirmed_then_what_is_kept(self, desk: Desk, town: Town) -> None:
        goods = await town.goods()
        await put(town, 10 * KG_FEN)
        walk = await town.an_order((goods, 8_000), tolerance_bp=500)
        most = (8_400 * 650 + 250) // 500
        assert await stands(town) == (most, 0, 10 * KG_FEN - most)
        walk.view = await confirm_order(desk, walk.seller, walk.order_id)
        await walk.pack(8_000)
        await walk.ship()
        assert (await stands(town))[0] == most
        await walk.accept(7_900)
        assert (await stands(town))[0] == (7_900 * 650 + 250) // 500
        line = ReturnedLine(line_id=walk.line_ids()[0], quantity=900, reason="霉变")
        return_id = new_id()
        await return_goods(desk, town.buyer, walk.order_id, ReturnGoods(return_id=return_id, lines=(line,)))
        await agree_return(desk, walk.seller, walk.order_id, return_id)
        assert (await stands(town))[0] == 7 * KG_FEN

    async def test_a_seller_who_can_deliver_less_frees_the_rest(self, desk: Desk, town: Town) -> None:
        goods = await town.goods()
        await put(town, 8 * KG_FEN)
        walk = await town.an_order((goods, 8_000), tolerance_bp=0)
        (line,) = (await get_order(desk, town.buyer, walk.order_id))["lines"]
        told = [{"line_id": line["line_id"], "confirmed_quantity": 3_000, "reason": "产量不足"}]
        await confirm_order(desk, walk.seller, walk.order_id, ConfirmOrder.model_validate({"lines": told}))
        assert await stands(town) == (3 * KG_FEN, 0, 5 * KG_FEN)


class TestShown:
    async def test_a_basket_shows_this_month_and_the_next_before_and_after(self, desk: Desk, town: Town) -> None:
        goods = await town.goods()
        basket_id = await town.basket((goods, 2_000), tolerance_bp=0)
        assert (await get_basket(desk, town.buyer, basket_id))["budgets"] == []
        await put(town, KG_FEN)
        await put(town, 5 * KG_FEN, month="2026-04", stop="soft", every_month=True)
        this, after = (await get_basket(desk, town.buyer, basket_id))["budgets"]
        assert (this["month"], this["left_fen"], this["after_fen"], this["orderable"]) == (
            MONTH,
            KG_FEN,
            -KG_FEN,
            False,
        )
        assert (after["month"], after["left_fen"], after["after_fen"], after["over_fen"]) == (
            "2026-04",
            5 * KG_FEN,
            3 * KG_FEN,
            0,
        )

    async def test_a_basket_shows_the_month_in_which_it_is_to_be_wanted(self, desk: Desk, town: Town) -> None:
        goods = await town.goods()
        basket_id = await town.basket((goods, 2_000), tolerance_bp=0)
        await put(town, KG_FEN, month="2026-07", every_month=True)
        for wanted_on, months in (
            (None, []),
            (date(2026, 6, 30), []),
            (date(2026, 7, 1), ["2026-07"]),
            (date(2026, 8, 31), ["2026-08"]),
            (date.max, ["9999-12"]),
        ):
            shown = (await get_basket(desk, town.buyer, basket_id, wanted_on))["budgets"]
            assert [one["month"] for one in shown] == months
        await put(town, 5 * KG_FEN)
        shown = (await get_basket(desk, town.buyer, basket_id, date(2026, 7, 1)))["budgets"]
        assert [(one["month"], one["orderable"]) for one in shown] == [(MONTH, True), ("2026-07", False)]
        shown = (await get_basket(desk, town.buyer, basket_id, WANTED))["budgets"]
        assert [one["month"] for one in shown] == [MONTH]


def test_months_follow_each_other() -> None:
    assert [month_after(date(2026, 11, 1), count) for count in (1, 2, 14)] == [
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2028, 1, 1),
    ]
