"""A seller's shop by page: what waits today, goods listed and changed where they stand, money, sales and papers."""

from pathlib import Path

from shared.clock import SystemClock, today
from tests.browser.browsing import PHONE, Desk, Window
from tests.build.market import a_photo
from tests.build.town import Town, order_in

ZOOMED_HEIGHT = 256
"""What is left of the height of a window of 1280 × 1024 at 400 %; its width is a phone's."""


async def stands_at_400_percent(window: Window) -> None:
    await window.page.set_viewport_size({"width": PHONE, "height": ZOOMED_HEIGHT})
    assert await window.overflow() == 0
    assert await window.small_targets() == []


class TestToday:
    async def test_says_what_waits_and_leads_there(self, desk: Desk, peopled: Town) -> None:
        await order_in(peopled, "placed")
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go("/supplier")
            shown = await window.text()
            for says in ("张订单待确认", "张订单待备货", "张订单待发货", "有退货待答复"):
                assert says in shown
            await stands_at_400_percent(window)
            await window.page.locator(".needs a", has_text="张订单待确认").focus()
            async with window.page.expect_navigation():
                await window.page.keyboard.press("Enter")
            assert "state=placed" in window.page.url
            assert await window.page.get_by_role("button", name="确认接单").count() > 0

    async def test_leads_who_is_new_through_tasks(self, desk: Desk, peopled: Town) -> None:
        (newcomer,) = await peopled.market.people.many([("newcomer", [])])
        async with desk.window(newcomer, width=PHONE, script=False) as window:
            await window.go("/supplier")
            assert "上级残联准入后即可销售" in await window.text()
            assert await window.page.locator(".tasks li").count() == 5
            await window.follow("填写店铺信息")
            assert window.page.url.endswith("/supplier/apply")


class TestGoods:
    async def test_are_listed_photographed_and_submitted_in_one_form(
        self, desk: Desk, peopled: Town, tmp_path: Path
    ) -> None:
        photo = tmp_path / "香菇.jpg"
        photo.write_bytes(a_photo())
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go(f"/supplier/{peopled.seller.id}/listings/new")
            assert await window.page.locator("#photo").get_attribute("capture") == "environment"
            await window.fill(name="酃县香菇", price="28", stock="50")
            await window.choose(category="vegetables", unit="jin", origin="430225")
            await window.press("保存并提交审核")
            assert "请修改以下内容" in await window.text()  # saved, and a photo is wanted before it is read
            assert await window.page.locator("#name").input_value() == "酃县香菇"
            await window.page.set_input_files("#photo", photo)
            await window.press("保存并提交审核")
            assert await window.heading() == "酃县香菇"
            assert "待审核" in await window.text()
            assert await window.page.locator("img.photo").count() == 1

    async def test_change_price_and_stock_in_three_taps_where_they_stand(self, desk: Desk, peopled: Town) -> None:
        goods = await peopled.market.goods(peopled.seller, 500_000, "炎陵黄桃干")
        row, last = f'.goods-row:has(a[href$="{goods.id}"])', str(goods.id)[-6:]
        async with desk.window(peopled.person("supplier own"), width=PHONE) as window:
            await window.go(f"/supplier/{peopled.seller.id}/listings")
            card = window.page.locator(row)
            await card.locator("summary").click()  # one
            await card.locator(f"#price-{last}").fill("6.6.0")
            await card.get_by_role("button", name="保存修改").click()
            await window.page.locator(f"#price-{last}-error").wait_for()
            assert await window.violations() == []
            card = window.page.locator(row)
            price = card.locator(f"#price-{last}")
            assert await price.input_value() == "6.6.0"
            await price.fill("6.60")  # two
            await card.locator(f"#stock-{last}").fill("800")
            async with window.page.expect_navigation():
                await card.get_by_role("button", name="保存修改").click()  # three
            shown = await window.page.locator(row).inner_text()
            assert "¥6.60 / 斤" in shown
            assert "可售 800 斤" in shown
        stock = await peopled.seller.person.get(f"/stock/{goods.id}")
        assert stock["on_hand"] == 400_000

    async def test_are_listed_again_by_one_press(self, desk: Desk, peopled: Town) -> None:
        goods = await peopled.market.goods(peopled.seller, 500_000, "炎陵笋干")
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go(f"/supplier/{peopled.seller.id}/listings")
            card = window.page.locator(f'.goods-row:has(a[href$="{goods.id}"])')
            async with window.page.expect_navigation():
                await card.get_by_role("button", name="再次上架").click()
            assert await window.heading() == "炎陵笋干"
            assert str(goods.id) not in window.page.url

    async def test_of_another_are_not_changed(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("supplier foreign")) as window:
            await window.go(f"/supplier/{peopled.rival.id}/listings")
            csrf = await window.page.locator('input[name="csrf"]').first.input_value()
            path = f"/supplier/{peopled.rival.id}/listings/{peopled.goods.id}/terms"
            last = str(peopled.goods.id)[-6:]
            form: dict[str, str | float | bool] = {
                "csrf": csrf,
                "measure": "weight",
                "was-stock": "1",
                f"stock-{last}": "3",
            }
            answer = await window.context.request.post(path, form=form)
            assert answer.status == 403


class TestMoney:
    async def test_stands_by_canteen_with_its_day(self, desk: Desk, peopled: Town) -> None:
        await order_in(peopled, "accepted")
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go(f"/supplier/{peopled.seller.id}/money")
            shown = await window.text()
            assert "应收货款" in shown
            assert "未到期" in shown
            await stands_at_400_percent(window)
            await window.follow("月度销售")
            assert str(today(SystemClock()).year) in await window.heading()
            assert await window.page.locator("figure.chart table").count() == 1
            assert "合计" in await window.text()
            await window.go(f"/supplier/{peopled.seller.id}/sales?year=1066", 404)

    async def test_is_shown_to_nobody_else(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("supplier foreign")) as window:
            for page in ("money", "sales"):
                await window.go(f"/supplier/{peopled.seller.id}/{page}", 403)
