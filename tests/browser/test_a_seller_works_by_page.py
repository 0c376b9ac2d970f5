"""A seller's day by page: confirm line by line, pack by the scale, send; on a phone, and without a script."""

from pathlib import Path

from tests.browser.browsing import PHONE, Desk
from tests.build.market import a_photo
from tests.build.town import Town, order_in


class TestAnOrderIsConfirmedLineByLine:
    async def test_less_wants_a_reason_and_other_goods_may_stand_in_its_place(self, desk: Desk, peopled: Town) -> None:
        order = await order_in(peopled, "placed")
        other = await peopled.market.goods(peopled.seller, 1_000_000, "攸县香干")
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go(f"/orders/{order.id}")
            await window.follow("逐行确认")
            assert "订购：10 斤" in await window.text()
            await window.fill(**{"amount-0": "4"})
            await window.page.locator("summary", has_text="提供替代商品").click()
            await window.choose(**{"instead-0": str(other.id)})
            await window.press("按以上内容确认")
            shown = await window.text()
            assert (
                shown.count("请填写这一项。") == 4
            )  # the reason and how much, each above the form and beside its field
            assert await window.page.locator("#amount-0").input_value() == "4"
            await window.fill(**{"reason-0": "遭了霜冻", "instead-amount-0": "1000"})
            await window.press("按以上内容确认")
            assert "请修改以下内容" in await window.text()  # dearer than what was approved
            assert (await order.read())["state"] == "placed"
            await window.fill(**{"instead-amount-0": "2"})
            await window.press("按以上内容确认")
            shown = await window.text()
            assert "已确认" in shown
            assert "10 斤，确认 4 斤" in shown
            assert "攸县香干" in shown
        view = await order.read()
        assert [line["confirmed_quantity"] for line in view["lines"]] == [2_000]
        assert [one["quantity"] for one in view["substitutes"]] == [1_000]

    async def test_all_of_it_is_confirmed_whole(self, desk: Desk, peopled: Town) -> None:
        order = await order_in(peopled, "placed")
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go(f"/orders/{order.id}/confirmation")
            await window.press("按以上内容确认")
        view = await order.read()
        assert view["state"] == "confirmed"
        assert [line["confirmed_quantity"] for line in view["lines"]] == [None]

    async def test_a_card_of_the_list_confirms_at_one_press(self, desk: Desk, peopled: Town) -> None:
        order = await order_in(peopled, "placed")
        async with desk.window(peopled.person("supplier own"), width=PHONE) as window:
            await window.go("/orders?state=placed")
            card = window.page.locator(".order-card", has=window.page.locator(f'a[href="/orders/{order.id}"]'))
            async with window.page.expect_navigation():
                await card.get_by_role("button").press("Enter")
        assert (await order.read())["state"] == "confirmed"


class TestGoodsArePackedAndSent:
    async def test_by_the_scale_with_their_lot_and_carrier(self, desk: Desk, peopled: Town) -> None:
        order = await order_in(peopled, "confirmed")
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go(f"/orders/{order.id}/packing")
            await window.page.locator("summary", has_text="连包装一起称").click()
            await window.fill(**{"gross-0": "1", "tare-0": "2", "lot-0": "20260305-甲"})
            await window.press("备货完成")
            assert "皮重不能大于毛重。" in await window.text()
            await window.fill(**{"gross-0": "5.35公斤", "tare-0": "0.6"})
            await window.press("备货完成")
            assert "10.1 斤" in await window.text()
            await window.follow("登记发货")
            await window.fill(carrier="顺丰", tracking="SF-001", note="明早到")
            await window.press("已经发出")
            assert "顺丰 · SF-001 · 明早到" in await window.text()
        view = await order.read()
        assert view["state"] == "shipped"
        assert (view["lines"][0]["packed_quantity"], view["lines"][0]["lot_number"]) == (5_050, "20260305-甲")

    async def test_nobody_else_packs_or_confirms(self, desk: Desk, peopled: Town) -> None:
        order = await order_in(peopled, "placed")
        async with desk.window(peopled.person("supplier foreign")) as window:
            for path in ("confirmation", "packing", "shipment"):
                await window.go(f"/orders/{order.id}/{path}", 403)


class TestGoodsAreReceived:
    async def test_by_the_scale_with_a_photo_of_it(self, desk: Desk, peopled: Town, tmp_path: Path) -> None:
        order = await order_in(peopled, "shipped")
        photo = tmp_path / "秤.jpg"
        photo.write_bytes(a_photo())
        async with desk.window(peopled.person("buyer own"), width=PHONE, script=False) as window:
            await window.go("/orders?state=shipped")
            card = window.page.locator(".order-card", has=window.page.locator(f'a[href="/orders/{order.id}"]'))
            async with window.page.expect_navigation():
                await card.get_by_role("link", name="称重验收").click()
            await window.page.locator("summary", has_text="连包装一起称").click()
            await window.fill(**{"gross-0": "10.5", "tare-0": "0.6", "reason-0": "少一两"})
            await window.page.set_input_files("#photo-0", photo)
            await window.press("确认验收")
            assert "已验收" in await window.text()
        view = await order.read()
        line = view["lines"][0]
        assert (line["accepted_quantity"], line["gross_grams"], line["tare_grams"]) == (4_950, 5_250, 300)
        assert [one["line_id"] for one in view["scale_photos"]] == [line["line_id"]]
