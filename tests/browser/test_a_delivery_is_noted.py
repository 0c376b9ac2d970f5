"""Whoever sends goods prints the delivery note from the order's page, on a sheet or on a roll, without a script."""

import pytest

from tests.browser.browsing import PHONE, Desk
from tests.build.paper_text import pages_of
from tests.build.town import Town

SHEET, ROLL = 718, 272
"""What a sheet of A4 and a roll of 80 mm leave between their margins, in CSS pixels."""


class TestDeliveryNote:
    async def test_is_opened_from_the_order_and_saved(self, desk: Desk, peopled: Town) -> None:
        order = peopled.ids["order packed"]
        async with desk.window(peopled.person("supplier own"), width=PHONE, script=False) as window:
            await window.go(f"/orders/{order}")
            await window.follow("送货单")
            assert window.page.url.endswith(f"/orders/{order}/delivery-note")
            text = await window.text()
            assert str(order)[-8:].upper() in text
            assert (
                await window.page.get_by_role("button", name="打印").count() == 0
            )  # without a script it would not work
            link = window.page.get_by_role("link", name="下载 PDF")
            paper = await window.context.request.get(str(await link.get_attribute("href")))
            assert (paper.status, paper.headers["content-type"]) == (200, "application/pdf")
            code = await window.page.locator("main p b").nth(1).inner_text()
            assert code in pages_of(await paper.body())[0]
            await window.follow("回到订单")
            assert window.page.url.endswith(f"/orders/{order}")

    @pytest.mark.parametrize("width", [SHEET, ROLL])
    async def test_fits_on_paper(self, desk: Desk, peopled: Town, width: int) -> None:
        async with desk.window(peopled.person("supplier own"), width=width) as window:
            await window.go(f"/orders/{peopled.ids['order packed']}/delivery-note")
            await window.page.emulate_media(media="print")
            await window.shoot(f"delivery-note-printed-{width}")
            assert await window.overflow() == 0
            for gone in ("打印", "下载 PDF", "回到订单"):
                assert not await window.page.get_by_text(gone, exact=True).first.is_visible()
            is_table = await window.page.locator("main table").evaluate("one => getComputedStyle(one).display")
            assert is_table == ("table" if width == SHEET else "block")

    async def test_is_not_offered_before_packing(self, desk: Desk, peopled: Town) -> None:
        order = peopled.ids["order confirmed"]
        async with desk.window(peopled.person("supplier own")) as window:
            await window.go(f"/orders/{order}")
            assert await window.page.get_by_role("link", name="送货单").count() == 0
            await window.go(f"/orders/{order}/delivery-note", 409)
            assert "备货后才有送货单" in await window.text()
