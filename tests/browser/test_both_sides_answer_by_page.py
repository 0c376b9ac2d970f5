"""What waits for the other side's yes or no is answered on the order's page, by keyboard and without a script."""

from tests.browser.browsing import PHONE, Desk
from tests.build.town import Town


class TestReturn:
    async def test_is_refused_with_a_reason_and_taken_to_the_unit_above(self, desk: Desk, peopled: Town) -> None:
        path = f"/orders/{peopled.ids['order of return to refuse']}"
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go(path)
            await window.page.get_by_text("不同意退货", exact=True).first.focus()
            await window.page.keyboard.press("Enter")
            await window.press("不同意退货")
            assert "请填写" in await window.text()  # a reason is wanted, and nothing was sent
            await window.page.get_by_label("不同意退货的理由").fill("签收时完好")
            await window.press("不同意退货")
            assert "已答复不同意" in await window.text()
            assert "签收时完好" in await window.text()

        async with desk.window(peopled.person("buyer own"), width=PHONE, script=False) as window:
            await window.go(path)
            assert "可提请上级裁定，截止" in await window.text()
            await window.page.get_by_text("提请上级裁定", exact=True).first.click()
            await window.page.get_by_label("请说明情况，供上级裁定").fill("照片可见腐烂")
            await window.press("提请上级裁定")
            assert "已提请上级裁定" in await window.text()
            assert "上级裁定期限" in await window.text()

    async def test_is_answered_by_nobody_else(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("buyer own")) as window:
            await window.go(f"/orders/{peopled.ids['order of return to agree']}")
            assert await window.page.get_by_text("不同意退货", exact=True).count() == 0


class TestCancellationOfWhatIsPacked:
    async def test_is_answered_by_the_seller(self, desk: Desk, peopled: Town) -> None:
        path = f"/orders/{peopled.ids['order asked back']}"
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go(path)
            await window.page.get_by_label("不同意取消的理由").fill("货已在路上")
            await window.press("不同意，照常送货")
            assert "已告知食堂照常送货" in await window.text()
            assert await window.page.get_by_role("button", name="同意取消").count() == 0
