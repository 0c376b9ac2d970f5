"""A reader goes from what they were told to the page where it is dealt with, and chooses how they are told."""

from tests.browser.browsing import PHONE, Desk
from tests.build.town import Town


class TestMessages:
    async def test_are_counted_opened_and_read_without_a_script(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go("/inbox?unread=1")
            said = await window.page.locator("header a[href='/inbox']").inner_text()
            assert "未读" in said
            first = window.page.locator("main li.unread").first
            async with window.page.expect_navigation():
                await first.get_by_role("button").click()
            assert window.page.url.split("/")[3] in {"orders", "requisitions", "inbox"}
            assert await window.page.locator("header a[href='/inbox']").inner_text() != said

            await window.go("/inbox")
            await window.press("全部标为已读")
            assert "已全部标为已读" in await window.text()
            assert await window.page.locator("main li.unread").count() == 0
            await window.go("/inbox?unread=1")
            assert "这里还没有消息" in await window.text()

    async def test_of_others_are_not_opened(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("supplier own")) as window:
            await window.go("/inbox")
            action = await window.page.locator("main li form").first.get_attribute("action")
        async with desk.window(peopled.person("buyer own")) as window:
            await window.go("/inbox/ways")
            token = await window.page.locator("input[name=csrf]").first.get_attribute("value")
            answer = await window.context.request.post(f"{desk.base_url}{action}", form={"csrf": token or ""})
            assert answer.status in {403, 404}


class TestWaysOfBeingTold:
    async def test_are_kept_as_ticked(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go("/inbox/ways")
            await window.page.locator("[name='inbox-order_placed']").uncheck()
            await window.press("保存设置")
            assert not await window.page.locator("[name='inbox-order_placed']").is_checked()
            assert await window.page.locator("[name='inbox-order_shipped']").is_checked()
            await window.page.locator("[name='inbox-order_placed']").check()
            await window.press("保存设置")
            assert await window.page.locator("[name='inbox-order_placed']").is_checked()

    async def test_a_wrong_address_is_named_beside_its_field(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("supplier own")) as window:
            await window.go("/inbox/ways")
            if await window.page.locator("[name=address]").count() == 0:
                assert "未开通邮件" in await window.text()
                return
            await window.fill(address="not an address")
            await window.press("发送验证码")
            assert "请填写邮箱地址" in await window.text()
