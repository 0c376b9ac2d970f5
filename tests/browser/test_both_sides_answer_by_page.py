"""What waits for the other side's yes or no is answered on the order's page, by keyboard and without a script."""

from datetime import timedelta

from shared.clock import SystemClock, business_date
from shared.ids import new_id
from tests.browser.browsing import PHONE, Desk
from tests.build.town import Town, order_in


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

    async def test_that_wants_the_goods_again_is_agreed_to_with_a_day_and_leads_to_their_order(
        self, desk: Desk, peopled: Town
    ) -> None:
        path = f"/orders/{(await order_in(peopled, 'accepted')).id}"
        async with desk.window(peopled.person("buyer own"), width=PHONE, script=False) as window:
            await window.go(f"{path}/return")
            await window.page.get_by_label("退回", exact=False).first.fill("2")
            await window.page.get_by_label("原因", exact=False).first.fill("有腐烂")
            await window.page.get_by_label("换货").check()
            await window.press("提交退货")
            assert "退货申请已发给供应方" in await window.text()

        async with desk.window(peopled.person("supplier own"), width=PHONE) as window:
            await window.go(path)
            assert await window.violations() == []
            await window.page.get_by_text("同意换货，重新送货", exact=True).first.click()
            day = window.page.get_by_label("送货日期")
            await day.fill("2020-01-01")
            await window.press("同意换货，重新送货")
            assert "应在" in await window.text()  # the day is over, and nothing was booked
            await day.fill((business_date(SystemClock().now()) + timedelta(days=2)).isoformat())
            await window.press("同意换货，重新送货")
            assert "已同意换货" in await window.text()
            await window.page.get_by_role("link", name="查看换货订单").click()
            await window.page.wait_for_url(lambda url: not url.endswith(path))
            told = await window.text()
            assert "本单是对退回商品的换货补送" in told
            assert "已确认" in told
            assert await window.violations() == []
            await window.page.get_by_label("不能供货的原因").fill("遭了雹灾")
            await window.press("不能补送")
            told = await window.text()
            assert "本单换货不再补送，原退货已冲减或退还的货款不变" in told
            assert "遭了雹灾" in told
            assert await window.page.get_by_role("button", name="不能补送").count() == 0
            assert await window.violations() == []

        async with desk.window(peopled.person("buyer own"), width=PHONE, script=False) as window:
            await window.go(path)
            assert "不再补送，按退货冲减或退还货款" in await window.text()


class TestCancellationOfWhatIsPacked:
    async def test_is_answered_by_the_seller(self, desk: Desk, peopled: Town) -> None:
        path = f"/orders/{peopled.ids['order asked back']}"
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go(path)
            await window.page.get_by_label("不同意取消的理由").fill("货已在路上")
            await window.press("不同意，照常送货")
            assert "已告知食堂照常送货" in await window.text()
            assert await window.page.get_by_role("button", name="同意取消").count() == 0


class TestTransfer:
    async def test_is_confirmed_at_what_stood_on_the_page(self, desk: Desk, peopled: Town) -> None:
        order = peopled.ids["order to pay"]
        payment, buyer = f"/orders/{order}/payments/{new_id()}", peopled.person("buyer own")
        await buyer.put(payment, {"method": "bank_transfer", "amount_fen": 6_000})
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go(f"/orders/{order}")
            await buyer.put(payment, {"method": "bank_transfer", "amount_fen": 6_500})
            await window.press("款项已到账")
            text = await window.text()
            assert "付款方已更改这笔转账的金额" in text
            assert "¥65.00" in text
            await window.press("款项已到账")
            assert "已结清" in await window.text()
