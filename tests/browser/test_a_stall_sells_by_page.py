"""A sale at a fair is entered on the seller's phone and confirmed on the buyer's, and the figures are the same."""

from tests.browser.browsing import PHONE, Desk, Window
from tests.build.town import Town


async def entered(window: Window, town: Town, **figures: str) -> str:
    """Enter a sale of the town's ginger; gives its address."""
    await window.go("/on-site")
    await window.follow("录入现场销售：茶陵阳光基地")
    async with window.page.expect_navigation():
        await window.page.locator(f'main a[href$="fair={town.ids["fair"]}"]').click()
    await window.choose(canteen_id=str(town.land.prefecture_canteen))
    ginger = window.page.locator(f'fieldset:has(input[value="{town.goods.id}"])')
    for name, value in figures.items():
        if name in ("gross", "tare"):
            await ginger.locator("details").evaluate("fold => { fold.open = true; }")
        await ginger.locator(f'input[name^="{name}-"]').fill(value)
    await window.press("交给食堂确认")
    return window.page.url.split("?")[0]


class TestASaleAtAFair:
    async def test_is_entered_by_the_scale_and_confirmed_by_the_buyer(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            address = await entered(window, peopled, gross="2.6", tare="0.1", price="6.00")
            shown = await window.text()
            assert "待食堂确认" in shown
            assert "2.5 斤" in shown
            assert "¥15.00" in shown
            assert await window.page.get_by_role("button", name="数量和金额无误，确认").count() == 0
        async with desk.window(peopled.person("buyer own"), width=PHONE, script=False) as window:
            await window.go(address)
            assert "¥15.00" in await window.text()
            await window.press("数量和金额无误，确认")
            assert "已确认" in await window.text()
            await window.follow("查看订单")
            assert "已验收" in await window.text()

    async def test_that_was_not_so_is_denied_with_a_reason(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("supplier own"), width=PHONE) as window:
            address = await entered(window, peopled, amount="3")
        async with desk.window(peopled.person("buyer own"), width=PHONE, script=False) as window:
            await window.go(address)
            await window.page.locator("summary", has_text="与实际不符").click()
            await window.press("与实际不符")
            assert "请填写这一项。" in await window.text()
            await window.page.get_by_label("哪里不符").fill("只收到二斤")
            await window.press("与实际不符")
            assert "食堂不认可" in await window.text()
            assert "只收到二斤" in await window.text()

    async def test_says_beside_its_field_what_is_wrong(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("supplier own"), width=PHONE) as window:
            await window.go(f"/supplier/{peopled.seller.id}/on-site?fair={peopled.ids['fair']}")
            await window.press("交给食堂确认")
            assert "请至少填写一项。" in await window.text()
            ginger = window.page.locator(f'fieldset:has(input[value="{peopled.goods.id}"])')
            await ginger.locator('input[name^="amount-"]').fill("2")
            await ginger.locator('input[name^="price-"]').fill("60")
            await window.choose(canteen_id=str(peopled.land.prefecture_canteen))
            await window.press("交给食堂确认")
            assert await ginger.locator(".wrong").count() == 1
            assert await window.violations() == []

    async def test_is_shown_to_nobody_else(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("buyer foreign")) as window:
            await window.go(f"/on-site/{peopled.ids['on-site sale to read']}", 403)
