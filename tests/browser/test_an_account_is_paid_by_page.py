"""A month's statement is paid by one transfer with its voucher, and its supplier sees it arrive or denies it."""

import pytest
from playwright.async_api import FilePayload

from tests.browser.browsing import DESK, PHONE, Desk
from tests.browser.keys import press_by_key, type_by_key
from tests.build.papers import PDF
from tests.build.town import Town

VOUCHER = FilePayload(name="voucher.pdf", mimeType="application/pdf", buffer=PDF)


class TestATransferOverAStatement:
    async def test_is_registered_with_its_voucher_and_seen_by_key_alone(self, desk: Desk, peopled: Town) -> None:
        at = f"/accounts/{peopled.ids['statement']}"
        async with desk.window(peopled.person("buyer own")) as window:
            await window.go("/accounts")
            await press_by_key(window, f'main a[href="{at}"]')
            before = await window.page.locator("#payments + .cards > li").count()
            await type_by_key(window, "#amount", "3.21")
            await window.page.locator("#voucher").set_input_files([VOUCHER])
            await press_by_key(window, f'main form[action="{at}/payments"] button')
            assert await window.page.locator("#payments + .cards > li").count() == before + 1
            mine = window.page.locator("#payments + .cards > li", has_text="¥3.21")
            assert "已传凭证" in await mine.inner_text()
        async with desk.window(peopled.person("supplier own"), width=PHONE) as window:
            await window.go(at)
            mine = window.page.locator("#payments + .cards > li", has_text="¥3.21")
            action = await mine.locator('form[action$="/confirmation"]').get_attribute("action")
            await press_by_key(window, f'form[action="{action}"] button')
            mine = window.page.locator("#payments + .cards > li", has_text="¥3.21")
            assert "已收款" in await mine.inner_text()
            assert await window.violations() == []

    async def test_that_has_not_arrived_is_denied_with_a_reason_without_script(self, desk: Desk, peopled: Town) -> None:
        at = f"/accounts/{peopled.ids['statement']}"
        async with desk.window(peopled.person("buyer own"), width=PHONE, script=False) as window:
            await window.go(at)
            await window.fill(amount="2.34")
            await window.press("登记这笔转账")
            assert "已登记" in await window.page.locator("#payments + .cards > li", has_text="¥2.34").inner_text()
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go(at)
            for reason, says in (("", "请填写这一项。"), ("账户今天没有到账", "账户今天没有到账")):
                mine = window.page.locator("#payments + .cards > li", has_text="¥2.34")
                if not reason:
                    await mine.locator("summary").click()
                await mine.locator("textarea").fill(reason)
                async with window.page.expect_navigation():
                    await mine.locator('form[action$="/denial"] button').click()
                assert says in await window.text()
            mine = window.page.locator("#payments + .cards > li", has_text="¥2.34")
            assert await mine.locator("form").count() == 0

    async def test_of_more_than_is_owed_says_beside_the_amount_what_is_left(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("buyer own"), width=PHONE) as window:
            await window.go(f"/accounts/{peopled.ids['statement']}")
            for amount in ("99999", "-1", "0", "abc"):
                await window.fill(amount=amount)
                await window.press("登记这笔转账")
                assert await window.page.locator("#amount-error").count() == 1
            await window.fill(amount="99999")
            await window.press("登记这笔转账")
            assert "¥" in await window.page.locator("#amount-error").inner_text()
            assert await window.violations() == []
            assert await window.overflow() == 0


class TestAStatement:
    async def test_is_objected_to_and_the_objection_settled(self, desk: Desk, peopled: Town) -> None:
        at = f"/accounts/{peopled.ids['statement']}"
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go(at)
            await window.page.locator("summary", has_text="有误，说明问题").click()
            await window.press("提交问题")
            assert "请填写这一项。" in await window.text()
            await window.fill(reason="三月六日少记二斤生姜")
            await window.press("提交问题")
            mine = window.page.locator("#objections + .cards > li", has_text="三月六日少记二斤生姜")
            assert "待解决" in await mine.inner_text()
            await mine.locator("summary").click()
            await mine.locator("textarea").fill("已补记")
            async with window.page.expect_navigation():
                await mine.locator("form button").click()
            mine = window.page.locator("#objections + .cards > li", has_text="三月六日少记二斤生姜")
            assert "已补记" in await mine.inner_text()
            assert await mine.locator("form").count() == 0

    async def test_is_saved_as_a_table(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("buyer own")) as window:
            answer = await window.context.request.get(f"/accounts/{peopled.ids['statement']}/lines.csv")
            rows = (await answer.text()).splitlines()
            assert answer.headers["content-type"] == "text/csv; charset=utf-8"
            assert rows[0].startswith("\ufeff订单,")
            assert len(rows) == 2
            assert [one for one in rows[1].split(",")[3:] if one != "0.00"][:1] == ["65.00"]

    @pytest.mark.parametrize("who", ["approver prefecture", "officer prefecture"])
    async def test_is_reached_by_the_menu_of_who_may_read_it(self, desk: Desk, peopled: Town, who: str) -> None:
        at = f"/accounts/{peopled.ids['statement']}"
        async with desk.window(peopled.person(who)) as window:
            await window.go("/requisitions")
            async with window.page.expect_navigation():
                await window.page.locator('header a[href="/accounts"]').click()
            assert await window.page.locator(f'main a[href="{at}"]').count() == 1
            await window.go(at)
            assert await window.page.locator("main form").count() == 0

    async def test_is_shown_to_no_other_canteen(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("buyer foreign")) as window:
            await window.go(f"/accounts/{peopled.ids['statement']}", 403)
            await window.go(f"/accounts/{peopled.ids['statement']}/lines.csv", 403)

    @pytest.mark.parametrize("width", [PHONE, DESK])
    async def test_stands_in_the_dark_and_in_english(self, desk: Desk, peopled: Town, width: int) -> None:
        who = peopled.person("finance prefecture")
        async with desk.window(who, width=width, language="en", color_scheme="dark") as window:
            for path in ("/accounts", f"/accounts/{peopled.ids['statement']}"):
                await window.go(path)
                assert await window.violations() == []
                assert await window.overflow() == 0
