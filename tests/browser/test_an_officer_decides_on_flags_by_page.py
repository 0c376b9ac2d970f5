"""A flag is decided on by its page, with a reason, and what was decided meanwhile is not decided over."""

from tests.browser.browsing import PHONE, Desk
from tests.build.town import Town


async def test_a_flag_is_set_aside_once_with_a_reason(desk: Desk, peopled: Town) -> None:
    path = f"/flags/{peopled.ids['flag to decide']}"
    officer = peopled.person("officer province")
    async with desk.window(officer, width=PHONE, script=False) as late, desk.window(officer, script=False) as window:
        await window.go("/flags")
        await window.page.locator(f'a[href="{path}"]').click()
        assert "核实产能" in await window.text()
        await late.go(path)
        await window.press("记录")
        assert "请填写" in await window.page.locator("#reason-error").inner_text()
        await window.page.get_by_role("radio", name="排除").check()
        await window.fill(reason="代销协议与发票相符")
        await window.press("记录")
        assert "代销协议与发票相符" in await window.text()
        assert await window.page.get_by_role("button", name="记录").count() == 0
        await late.page.get_by_role("radio", name="认定").check()
        await late.fill(reason="来源不明")
        await late.press("记录")
        assert await late.page.locator(".summary").count() == 1
        assert "来源不明" not in await late.page.locator(".timeline").inner_text()


async def test_no_buyer_sees_flags(desk: Desk, peopled: Town) -> None:
    async with desk.window(peopled.person("buyer own")) as window:
        await window.go(f"/flags/{peopled.ids['flag to decide']}", 403)
