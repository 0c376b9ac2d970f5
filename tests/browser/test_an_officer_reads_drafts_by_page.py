"""A second officer tries a drafted rule on a booked year and returns it; whoever drafted it decides nothing."""

from tests.browser.browsing import PHONE, Desk
from tests.build.town import Town


class TestDraft:
    async def test_of_a_rule_is_tried_and_returned_with_a_reason(self, desk: Desk, peopled: Town) -> None:
        path = f"/drafts/rule/{peopled.ids['rule draft']}"
        async with desk.window(peopled.person("officer province"), width=PHONE, script=False) as window:
            await window.go("/drafts")
            await window.page.locator(f'a[href="{path}"]').click()
            assert "假如已经生效" in await window.text()
            await window.choose(year="2025")
            await window.press("试算")
            assert "year=2025" in window.page.url
            await window.page.get_by_role("radio", name="退回修改").check()
            await window.press("记录")
            assert "请填写" in await window.page.locator("#reason-error").inner_text()
            await window.fill(reason="文号有误")
            await window.press("记录")
            assert "文号有误" in await window.text()
            assert await window.page.get_by_role("button", name="记录").count() == 0

    async def test_is_not_decided_on_by_whoever_drafted_it(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("officer province")) as window:
            await window.go(f"/drafts/designation/{peopled.ids['own designation draft']}")
            assert await window.page.get_by_role("button", name="记录").count() == 0

    async def test_of_another_kind_is_no_page(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("officer province")) as window:
            await window.go(f"/drafts/other/{peopled.ids['rule draft']}", 404)
        async with desk.window(peopled.person("buyer own")) as window:
            await window.go(f"/drafts/rule/{peopled.ids['rule draft']}", 403)
