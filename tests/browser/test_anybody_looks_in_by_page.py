"""Anybody narrows the catalogue and reads what was published, and a supplier joins a fair, by page."""

from tests.browser.browsing import PHONE, Desk
from tests.build.town import Town


class TestCatalogue:
    async def test_says_how_much_each_filter_leaves_and_takes_them_away_again(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(width=PHONE, script=False) as window:
            await window.go("/catalogue?q=生姜")
            assert "件在售商品" in await window.text()
            await window.page.get_by_text("筛选与排序").click()
            option = window.page.locator('select[name="county"] option', has_text="茶陵县")
            said = (await option.first.inner_text()).strip()
            assert said.endswith(")")
            await window.choose(county="430224")
            await window.press("应用")
            assert "county=430224" in window.page.url
            count = said.rpartition("(")[2].rstrip(")")
            assert f"共 {count} 件在售商品" in await window.text()
            await window.follow("清除全部筛选")
            assert window.page.url.endswith("/catalogue")

    async def test_keeps_no_filter_that_is_none(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(script=False) as window:
            await window.go(
                "/catalogue?county=abc&category=x&price_band=cheap&certificate=../..&supplier=1&base_run=maybe"
            )
            assert await window.page.get_by_text("清除全部筛选").count() == 0


class TestFair:
    async def test_is_joined_and_left_by_a_supplier_and_shows_what_it_chose(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go(f"/fairs/{peopled.ids['fair to join']}")
            await window.fill(note="一个带电源的摊位")
            await window.press("报名参加")
            assert "已报名" in await window.text()
            await window.press("不再参加")
            assert "已退出" in await window.text()
            await window.go(f"/fairs/{peopled.ids['fair']}")
            goods = window.page.locator('fieldset input[type="checkbox"]')
            shown = await goods.count()
            assert shown > 0
            for at in range(shown):
                await goods.nth(at).uncheck()
            await window.press("保存设置")
            assert await window.page.get_by_role("heading", name="展示的商品").count() == 0
            await window.page.locator(f'[name="show-{peopled.ids["listing on sale"]}"]').check()
            await window.press("保存设置")
            assert await window.page.get_by_role("heading", name="展示的商品").count() == 1

    async def test_is_joined_for_nobody_elses_supplier(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("supplier foreign")) as window:
            path = f"/fairs/{peopled.ids['fair to join']}"
            await window.go(path)
            own = window.page.locator('main form input[name="supplier_id"]').first
            await own.evaluate("(one, id) => one.value = id", str(peopled.seller.id))
            await window.press("报名参加")
            assert "您的角色" in await window.text()

    async def test_shows_the_public_no_form(self, desk: Desk, peopled: Town) -> None:
        async with desk.window() as window:
            await window.go(f"/fairs/{peopled.ids['fair to join']}")
            assert await window.page.locator("main form").count() == 0
            await window.go(f"/fairs/{peopled.ids['fair drafted']}", 404)


class TestPublished:
    async def test_a_declaration_leads_to_its_verification(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(width=PHONE, script=False) as window:
            await window.go("/declarations")
            code = window.page.locator("td code").first
            said = await code.inner_text()
            await code.click()
            assert said in await window.text()
            assert "按此核验码查到" in await window.text()
