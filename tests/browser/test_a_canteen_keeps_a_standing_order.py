"""A buyer has the same come each week: of a basket or of an order, changed, paused and ended, and asked for by hand."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from shared.clock import SystemClock, business_date
from shared.ids import new_id
from tests.browser.browsing import DESK, PHONE, Desk, Window
from tests.browser.keys import press_by_key, reach_by_key, type_by_key
from tests.build.everything import Everything
from tests.build.market import a_basket, a_standing_order
from tests.build.town import Town

TODAY = business_date(SystemClock().now())


async def put_one(town: Town, name: str, **other: object) -> str:
    """Put a standing order of one of the goods; gives its address."""
    standing_order_id = new_id()
    body = a_standing_order(town.land.prefecture_canteen, town.goods.line(500)) | {"name": name, **other}
    await town.person("buyer own").put(f"/standing-orders/{standing_order_id}", body)
    return f"/standing-orders/{standing_order_id}"


async def drafted(everything: Everything, town: Town, path: str, wanted_on: object) -> UUID:
    """Draft a basket of it as its round does, for a day."""
    basket_id = new_id()
    body = a_basket(town.land.prefecture_canteen, town.goods.line(500))
    await town.person("buyer own").put(f"/baskets/{basket_id}", body)
    connection = await asyncpg.connect(everything.env["ORDER_DATABASE_URL"], timeout=10)
    await connection.execute(
        "INSERT INTO standing_drafts (standing_order_id, wanted_on, drafted_at, basket_id, told)"
        " VALUES ($1, $2, now(), $3, $4)",
        UUID(path.rpartition("/")[2]),
        wanted_on,
        basket_id,
        '[{"listing_id": "0190f8f0-0000-7000-8000-000000000001", "name": "小白菜", "in_basket": false,'
        ' "reasons": ["off_season"], "asked_quantity": 500, "quantity": 0, "changed": []}]',
    )
    await connection.close()
    return basket_id


async def fill_basket(window: Window, town: Town) -> None:
    """Put goods into the basket by their page."""
    await window.go(f"/listings/{town.goods.id}")
    await window.fill(quantity="2")
    await window.press("放入采购篮")


class TestAStandingOrder:
    async def test_is_made_of_the_basket_by_key_alone(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("buyer own"), width=PHONE) as window:
            await fill_basket(window, peopled)
            await press_by_key(window, 'main a[href^="/standing-orders/new"]')
            await type_by_key(window, "#name", "周一蔬菜")
            await reach_by_key(window, "#weekdays")
            await window.page.keyboard.press("Space")
            await press_by_key(window, "main form[action='/standing-orders'] button")
            assert await window.heading() == "周一蔬菜"
            shown = await window.text()
            assert "使用中" in shown
            assert "周一" in shown
            assert "2 斤" in shown
            assert await window.violations() == []
            assert await window.overflow() == 0

    async def test_is_made_of_an_order_without_script_and_says_what_is_missing(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("buyer own"), width=PHONE, script=False) as window:
            await window.go(f"/orders/{peopled.ids['order accepted']}")
            await window.follow("设为常购")
            await window.fill(until="2020-01-01", **{"quantity-0": "abc"})
            await window.press("保存常购单")
            shown = await window.text()
            assert "请修改以下内容" in shown
            assert "请至少选择一个星期几。" in shown
            assert await window.page.locator("#quantity-0").get_attribute("aria-invalid") == "true"
            assert await window.page.locator("#until").input_value() == "2020-01-01"
            await window.fill(name="每周生姜", **{"quantity-0": "2"})
            await window.page.locator("[name=weekday-4]").check()
            await window.page.locator("[name=weekday-2]").check()
            await window.press("保存常购单")
            assert await window.page.locator("#until-error").count() == 1
            assert await window.page.locator("[name=weekday-4]").is_checked()
            await window.fill(until=(TODAY + timedelta(days=60)).isoformat(), wanted_from="07:30")
            await window.press("保存常购单")
            assert "时段的起止须同时填写" in await window.text()
            await window.fill(wanted_until="09:00")
            await window.press("保存常购单")
            shown = await window.text()
            assert "周二、周四" in shown
            assert "07:30–09:00" in shown

    async def test_is_changed_paused_gone_on_with_and_ended(self, desk: Desk, peopled: Town) -> None:
        at = await put_one(peopled, "要改的常购单")
        async with desk.window(peopled.person("buyer own"), width=PHONE, script=False) as window:
            await window.go("/standing-orders")
            await window.follow("要改的常购单")
            await window.follow("修改")
            await window.fill(name="改过的常购单", **{"quantity-0": "3"})
            await window.choose(lead_days="5")
            await window.press("保存常购单")
            shown = await window.text()
            assert "改过的常购单" in shown
            assert "3 斤" in shown
            assert "提前 5 天" in shown
            for button, state in (("暂停", "已暂停"), ("恢复使用", "使用中"), ("停用", "已停用")):
                await window.press(button)
                assert state in await window.page.locator("h1 + .row").inner_text()
            assert await window.page.get_by_role("button", name="停用").count() == 0
            await window.follow("重新启用")
            await window.press("保存常购单")
            assert "使用中" in await window.page.locator("h1 + .row").inner_text()
            assert window.page.url.partition("?")[0].endswith(at)

    async def test_that_wants_what_is_no_longer_sold_so_is_paused_all_the_same(
        self, desk: Desk, peopled: Town, everything: Everything
    ) -> None:
        goods = await peopled.market.goods(peopled.seller, 10_000)
        standing_order_id = new_id()
        body = a_standing_order(peopled.land.prefecture_canteen, goods.line(500))
        await peopled.person("buyer own").put(f"/standing-orders/{standing_order_id}", body)
        path, terms = f"/listings/{goods.id}", goods.terms | {"minimum_quantity": 1_000, "step_quantity": 1_000}
        await goods.seller.person.put(path, terms)
        await goods.seller.person.post(f"{path}/submission")
        await peopled.market.officer.post(f"{path}/reviews", {"outcome": "publish", "reason": ""})
        await everything.settled()
        async with desk.window(peopled.person("buyer own"), script=False) as window:
            await window.go(f"/standing-orders/{standing_order_id}")
            await window.press("暂停")
            assert "已暂停" in await window.page.locator("h1 + .row").inner_text()
            await window.press("恢复使用")
            assert "请修改以下内容" in await window.text()
            await window.follow("修改")
            await window.fill(**{"quantity-0": "1.5"})
            await window.press("保存常购单")
            assert "2 斤起订" in await window.page.locator("#quantity-0-error").inner_text()

    async def test_has_its_draft_opened_for_its_day_and_asked_for(
        self, desk: Desk, peopled: Town, everything: Everything
    ) -> None:
        at = await put_one(peopled, "有草稿的常购单", wanted_from="07:30", wanted_until="09:00")
        day = TODAY + timedelta(days=9)
        await drafted(everything, peopled, at, day)
        async with desk.window(peopled.person("buyer own"), width=PHONE, script=False) as window:
            await window.go(at)
            card = window.page.locator("#drafts + .cards > li").first
            assert "小白菜" in await card.inner_text()
            assert "待您提交" in await card.inner_text()
            async with window.page.expect_navigation():
                await card.get_by_role("button").click()
            assert await window.page.locator("#wanted_on").input_value() == day.isoformat()
            assert await window.page.locator("#wanted_until").input_value() == "09:00"
            await window.press("提交请购单")
            assert "07:30–09:00" in await window.text()
            await window.go(at)
            assert "已请购" in await window.page.locator("#drafts + .cards > li").first.inner_text()

    async def test_warns_of_another_basket_that_is_put_aside(
        self, desk: Desk, peopled: Town, everything: Everything
    ) -> None:
        at = await put_one(peopled, "另一张常购单")
        await drafted(everything, peopled, at, TODAY + timedelta(days=8))
        async with desk.window(peopled.person("buyer own"), width=PHONE) as window:
            await window.go(at)
            assert await window.page.locator("main .note.warn").locator("visible=true").count() == 0
            await fill_basket(window, peopled)
            await window.go(at)
            assert "会替换它" in await window.text()
            assert await window.violations() == []


class TestWhoSeesIt:
    async def test_finance_reads_it_and_changes_nothing(self, desk: Desk, peopled: Town) -> None:
        at = f"/standing-orders/{peopled.ids['standing order']}"
        async with desk.window(peopled.person("finance prefecture")) as window:
            await window.go(at)
            assert await window.page.locator("main form").count() == 0
            await window.go(f"{at}/edit", 403)
            await window.go("/standing-orders/new", 403)

    async def test_another_canteen_sees_nothing(self, desk: Desk, peopled: Town) -> None:
        at = f"/standing-orders/{peopled.ids['standing order']}"
        async with desk.window(peopled.person("buyer foreign")) as window:
            await window.go(at, 403)
            await window.go(f"{at}/edit", 403)
            await window.go(f"/standing-orders/new?order={peopled.ids['order accepted']}", 403)
            await window.go("/standing-orders")
            assert "还没有常购单" in await window.text()
            assert await window.violations() == []
            await window.go(f"/standing-orders/{new_id()}", 404)
            await window.go("/standing-orders/new?order=nonsense", 422)

    @pytest.mark.parametrize("width", [PHONE, DESK])
    async def test_stands_in_the_dark_and_in_english(self, desk: Desk, peopled: Town, width: int) -> None:
        at = f"/standing-orders/{peopled.ids['standing order']}"
        who = peopled.person("buyer own")
        async with desk.window(who, width=width, language="en", color_scheme="dark") as window:
            for path in ("/standing-orders", at, f"{at}/edit"):
                await window.go(path)
                assert await window.violations() == []
                assert await window.overflow() == 0
