"""A seller records an invoice over several orders with its file, and finance sees what differs and settles it."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import FilePayload

from shared.clock import SystemClock, business_date
from shared.ids import new_id
from tests.browser.browsing import DESK, PHONE, Desk, Window
from tests.browser.keys import press_by_key, reach_by_key, type_by_key
from tests.build.market import Order, a_basket, an_invoice
from tests.build.papers import PDF
from tests.build.town import Town, an_invoice_of

FILE = FilePayload(name="invoice.pdf", mimeType="application/pdf", buffer=PDF)
KEPT = 6_500


async def accepted(town: Town) -> Order:
    """Have ten jin ordered, brought and accepted: 65 yuan."""
    buyer, basket, requisition = town.person("buyer own"), new_id(), new_id()
    await buyer.put(f"/baskets/{basket}", a_basket(town.land.prefecture_canteen, town.goods.line(5_000)))
    wanted = (business_date(SystemClock().now()) + timedelta(days=3)).isoformat()
    made = await buyer.put(f"/requisitions/{requisition}", {"basket_id": str(basket), "wanted_on": wanted})
    order = Order(made["orders"][0]["order_id"], buyer, town.seller.person)
    await order.confirm()
    await order.pack()
    await order.ship()
    await order.accept()
    return order


async def entered(town: Town, order: Order, gross_fen: int) -> str:
    """Record an invoice over its one line; gives the invoice's number."""
    line = (await order.read())["lines"][0]["line_id"]
    number = an_invoice()
    await town.seller.person.put(f"/invoices/{new_id()}", an_invoice_of(number, str(order.id), line, gross_fen))
    return number


def card_of(window: Window, order: Order) -> Any:
    return window.page.locator(".cards > li", has=window.page.locator(f'a[href="/orders/{order.id}"]'))


class TestAnInvoice:
    async def test_is_recorded_over_two_orders_with_its_file_by_key_alone(self, desk: Desk, peopled: Town) -> None:
        one, two = await accepted(peopled), await accepted(peopled)
        number = an_invoice()
        async with desk.window(peopled.person("supplier own"), width=PHONE) as window:
            await window.go("/invoices")
            await press_by_key(window, 'main a[href="/invoices/orders"]')
            for order in (one, two):
                await window.page.locator(f'input[value="{order.id}"]').focus()
                await window.page.keyboard.press("Space")
            assert await window.violations() == []
            await press_by_key(window, 'main form[action="/invoices/new"] button')
            await type_by_key(window, "#number", f"{number[:4]} {number[4:]}")
            await reach_by_key(window, "#amount-0")
            assert await window.page.locator("#amount-0").input_value() == "65.00"
            await window.page.locator("#file").set_input_files([FILE])
            await press_by_key(window, 'main form[action="/invoices"] button')
            shown = await window.text()
            assert "财务可立即查看" in shown
            assert number in shown
            assert "¥130.00" in shown
            assert shown.count("一致") == 2
            assert await window.page.locator('a[href$="/file"]').count() == 1
            assert await window.violations() == []
            assert await window.overflow() == 0
            await window.go("/invoices/orders")
            assert await window.page.locator(f'input[value="{one.id}"]').count() == 0

    async def test_says_beside_each_field_what_is_wrong_without_script(self, desk: Desk, peopled: Town) -> None:
        order = await accepted(peopled)
        known = await entered(peopled, await accepted(peopled), KEPT)
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go("/invoices/new", 422)
            assert "请至少选择一张订单。" in await window.text()
            await window.go(f"/invoices/new?order={order.id}")
            await window.fill(number="123", issued_on="2031-01-01", **{"amount-0": "-1"})
            await window.press("保存发票")
            assert await window.page.locator("#amount-0-error").count() == 1
            await window.fill(**{"amount-0": "65"})
            await window.press("保存发票")
            for field in ("number", "issued_on"):
                assert await window.page.locator(f"#{field}-error").count() == 1, field
            await window.fill(number=known, issued_on="2026-03-01", tax="9")
            await window.press("保存发票")
            assert "税额与税率不符" in await window.page.locator("#tax-error").inner_text()
            await window.fill(tax="")
            await window.press("保存发票")
            assert "已录入" in await window.page.locator("#number-error").inner_text()
            await window.fill(number=an_invoice())
            await window.choose(rate="900")
            await window.press("保存发票")
            shown = await window.text()
            assert "¥5.37 (9%)" in shown
            assert "¥59.63" in shown
            assert "未上传文件" in shown
            await window.page.locator("#file").set_input_files(
                [FilePayload(name="a.pdf", mimeType="application/pdf", buffer=b"no paper")]
            )
            await window.press("上传文件")
            assert await window.page.locator("#file-error").count() == 1
            await window.page.locator("#file").set_input_files([FILE])
            await window.press("上传文件")
            assert "更换文件" in await window.text()

    async def test_too_high_is_taken_back_in_part_by_a_red_letter(self, desk: Desk, peopled: Town) -> None:
        order = await accepted(peopled)
        number = await entered(peopled, order, KEPT + 1_000)
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go("/invoices")
            await window.follow(number)
            assert "多开 ¥10.00" in await window.text()
            await window.follow("开红字发票冲销")
            await window.fill(number=an_invoice(), **{"amount-0": "99"})
            await window.press("保存发票")
            assert "¥75.00" in await window.page.locator("#amount-0-error").inner_text()
            await window.fill(**{"amount-0": "10"})
            await window.press("保存发票")
            shown = await window.text()
            assert "−¥10.00" in shown
            assert "一致" in shown
            await window.go("/invoices/differences")
            assert await card_of(window, order).count() == 0

    async def test_is_nobody_elses(self, desk: Desk, peopled: Town) -> None:
        at = f"/invoices/{peopled.ids['invoice entered']}"
        async with desk.window(peopled.person("buyer foreign")) as window:
            await window.go(at, 403)
            await window.go(f"{at}/red", 403)
            await window.go(f"/invoices/new?order={peopled.ids['order to invoice']}", 403)
            await window.go("/invoices/orders", 403)
            await window.go(f"/invoices/{new_id()}", 404)
            await window.go("/invoices")
            assert await window.page.locator("main .cards").count() == 0
            assert await window.violations() == []


class TestTheQueue:
    async def test_of_differences_is_settled_by_finance_with_a_note(self, desk: Desk, peopled: Town) -> None:
        order = await accepted(peopled)
        await entered(peopled, order, KEPT - 700)
        async with desk.window(peopled.person("supplier own"), width=PHONE) as window:
            await window.go("/invoices/differences")
            assert "开票少于验收" in await card_of(window, order).inner_text()
            assert await card_of(window, order).locator("form").count() == 0
        async with desk.window(peopled.person("finance prefecture"), width=PHONE, script=False) as window:
            await window.go("/invoices/differences")
            await card_of(window, order).locator("summary").click()
            for note, says in (("", "请填写这一项。"), ("差额不再补开", "已登记，不再列为待处理。")):
                await card_of(window, order).locator("textarea").fill(note)
                async with window.page.expect_navigation():
                    await card_of(window, order).locator("form button").click()
                assert says in await window.text()
            assert await card_of(window, order).count() == 0

    async def test_of_another_unit_is_read_and_not_settled(self, desk: Desk, peopled: Town) -> None:
        order = await accepted(peopled)
        await entered(peopled, order, KEPT + 900)
        async with desk.window(peopled.person("finance province")) as window:
            await window.go("/invoices/differences")
            assert await card_of(window, order).count() == 1
            assert await card_of(window, order).locator("form").count() == 0

    @pytest.mark.parametrize("width", [PHONE, DESK])
    async def test_stands_in_the_dark_and_in_english(self, desk: Desk, peopled: Town, width: int) -> None:
        who = peopled.person("supplier own")
        at = f"/invoices/{peopled.ids['invoice entered']}"
        paths = ("/invoices", at, f"{at}/red", "/invoices/orders", "/invoices/differences")
        async with desk.window(who, width=width, language="en", color_scheme="dark") as window:
            for path in paths:
                await window.go(path)
                assert await window.violations() == []
                assert await window.overflow() == 0
