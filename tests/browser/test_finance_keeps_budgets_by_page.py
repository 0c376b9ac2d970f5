"""Finance puts a canteen's budget and changes it, its history says why, and whoever buys sees what is left."""

from uuid import UUID

import pytest

from shared.clock import SystemClock, business_date
from shared.contracts.authority import Role
from shared.ids import new_id
from tests.browser.browsing import DESK, PHONE, Desk
from tests.browser.keys import press_by_key, reach_by_key, type_by_key
from tests.build.everything import Everything
from tests.build.land import PREFECTURE, open_canteen, quota_desk
from tests.build.market import a_budget
from tests.build.town import Town

MONTH = f"{business_date(SystemClock().now()):%Y-%m}"


async def a_canteen(everything: Everything, number: int) -> UUID:
    """Open a canteen of its own, in which nothing is ordered."""
    async with quota_desk(everything.env) as desk:
        canteen = await open_canteen(desk, PREFECTURE, number)
    await everything.settled()
    return canteen


class TestABudget:
    async def test_is_put_by_key_alone_and_seen_by_its_buyer(
        self, desk: Desk, peopled: Town, everything: Everything
    ) -> None:
        canteen = await a_canteen(everything, 41)
        async with desk.window(peopled.person("finance prefecture"), width=PHONE) as window:
            await window.go("/budgets")
            await press_by_key(window, 'main a[href^="/budgets/new"]')
            await window.choose(canteen_id=str(canteen))
            await reach_by_key(window, "#every_month")
            await window.page.keyboard.press("Space")
            await type_by_key(window, "#amount", "20,000")
            assert await window.violations() == []
            await press_by_key(window, 'main form[action="/budgets"] button')
            shown = await window.text()
            assert "¥20,000.00" in shown
            assert "起每月" in shown
            assert await window.violations() == []
            assert await window.overflow() == 0
            at = window.page.url.partition("?")[0].rpartition("/")[2]
        (buyer,) = await peopled.market.people.many([("buys under a budget", [(Role.BUYER, canteen)])])
        async with desk.window(buyer, width=PHONE, script=False) as window:
            await window.go("/budgets")
            assert await window.page.locator(f'main a[href="/budgets/{at}"]').count() == 1
            assert "¥20,000.00" in await window.text()
            await window.go(f"/budgets/{at}")
            assert await window.page.locator("main form").count() == 0
            await window.go("/budgets/new", 403)

    async def test_is_changed_as_it_was_seen_and_keeps_its_history_without_script(
        self, desk: Desk, peopled: Town, everything: Everything
    ) -> None:
        canteen, budget_id = await a_canteen(everything, 42), new_id()
        finance = peopled.person("finance prefecture")
        await finance.put(f"/budgets/{budget_id}", a_budget(canteen))
        async with desk.window(finance, width=PHONE, script=False) as window:
            await window.go(f"/budgets/{budget_id}")
            for amount in ("", "-5", "abc", "1.234", "99999999999999999"):
                await window.fill(amount=amount, reason="追加")
                await window.press("保存预算")
                assert await window.page.locator("#amount-error").count() == 1, amount
                assert await window.page.locator("#reason").input_value() == "追加"
            await window.fill(amount="30000", reason="")
            await window.press("保存预算")
            assert await window.page.locator("#reason-error").count() == 1
            changed = a_budget(canteen) | {"amount_fen": 2_500_000, "reason": "另一人先改", "seen_version": 1}
            await finance.put(f"/budgets/{budget_id}", changed)
            await window.fill(reason="年中追加")
            await window.press("保存预算")
            assert "已有变更" in await window.text()
            assert "另一人先改" in await window.text()
            await window.page.locator('[value="soft"]').check()
            await window.press("保存预算")
            rows = await window.page.locator("table tbody tr").all_inner_texts()
            assert ["¥30,000.00" in rows[0], "¥25,000.00" in rows[1], "¥10,000,000.00" in rows[2]] == [True] * 3
            assert "年中追加" in rows[0]

    async def test_of_a_month_that_has_one_already_says_so(
        self, desk: Desk, peopled: Town, everything: Everything
    ) -> None:
        canteen = await a_canteen(everything, 43)
        finance = peopled.person("finance prefecture")
        await finance.put(f"/budgets/{new_id()}", a_budget(canteen))
        async with desk.window(finance, script=False) as window:
            await window.go(f"/budgets/new?month={MONTH}")
            await window.press("保存预算")
            for field in ("canteen_id", "amount"):
                assert await window.page.locator(f"#{field}-error").count() == 1
            await window.choose(canteen_id=str(canteen))
            await window.fill(amount="100")
            await window.page.locator("#every_month").check()
            await window.press("保存预算")
            assert "已有预算" in await window.text()
            assert await window.page.locator("#amount").input_value() == "100"

    async def test_of_a_very_long_figure_wraps_on_a_phone(
        self, desk: Desk, peopled: Town, everything: Everything
    ) -> None:
        canteen, budget_id = await a_canteen(everything, 44), new_id()
        finance = peopled.person("finance prefecture")
        await finance.put(f"/budgets/{budget_id}", a_budget(canteen) | {"amount_fen": 10**15, "reason": "9" * 200})
        async with desk.window(finance, width=PHONE) as window:
            for path in ("/budgets", f"/budgets/{budget_id}"):
                await window.go(path)
                assert "¥10,000,000,000,000.00" in await window.text()
                assert await window.overflow() == 0

    async def test_is_nobody_elses(self, desk: Desk, peopled: Town) -> None:
        at = f"/budgets/{peopled.ids['budget']}"
        async with desk.window(peopled.person("buyer foreign")) as window:
            await window.go(at, 403)
            await window.go(f"/budgets/{new_id()}", 404)
            for bent in ("month=abc", "month=2026-13", "month=0001-01"):
                await window.go(f"/budgets?{bent}")
        async with desk.window(peopled.person("supplier own")) as window:
            await window.go("/budgets", 403)

    @pytest.mark.parametrize("width", [PHONE, DESK])
    async def test_stands_in_the_dark_and_in_english(self, desk: Desk, peopled: Town, width: int) -> None:
        who = peopled.person("finance prefecture")
        async with desk.window(who, width=width, language="en", color_scheme="dark") as window:
            for path in ("/budgets", "/budgets?month=2020-01", f"/budgets/{peopled.ids['budget']}", "/budgets/new"):
                await window.go(path)
                assert await window.violations() == []
                assert await window.overflow() == 0
