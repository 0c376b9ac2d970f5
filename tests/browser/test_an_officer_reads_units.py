"""An officer goes down the tree of units to a canteen, reads what a unit was, and saves what stands below it."""

import csv
import io

import httpx

from gateway.session import COOKIE
from tests.browser.browsing import PHONE, Desk
from tests.build.land import COUNTY, PREFECTURE, PROVINCE, unit_id
from tests.build.town import Town
from tests.whole import Whole


async def test_units_are_gone_down_with_no_script(desk: Desk, peopled: Town) -> None:
    async with desk.window(peopled.person("officer province"), width=PHONE, script=False) as window:
        await window.go("/units")
        await window.page.locator(f"main a[href='/units/{unit_id(PROVINCE)}']").click()
        await window.page.locator(f"main a[href='/units/{unit_id(PREFECTURE)}']").click()
        await window.page.locator(f"main a[href='/units/{unit_id(COUNTY)}']").wait_for()
        await window.page.locator("#q").fill("没有这个单位")
        await window.press("查看")
        assert "没有符合条件的直属下级单位" in await window.text()


async def test_a_unit_page_bears_bad_input_and_breaks_no_rule_of_access(desk: Desk, peopled: Town) -> None:
    for width in (PHONE, 1280):
        async with desk.window(peopled.person("officer province"), width=width) as window:
            await window.go(f"/units/{unit_id(PREFECTURE)}?on=2026-99-99")
            assert "日期无效" in await window.text()
            assert not await window.violations()
            await window.shoot(f"unit-{width}")
            assert await window.small_targets() == []
            assert await window.overflow() == 0


async def test_what_stands_below_is_saved_and_an_unknown_unit_is_not_found(running_whole: Whole, peopled: Town) -> None:
    cookie = {"cookie": f"{COOKIE}={peopled.person('officer province').token}"}
    async with httpx.AsyncClient(base_url=running_whole.base_url, trust_env=False, headers=cookie) as http:
        answer = await http.get(f"/units/{unit_id(PREFECTURE)}/table.csv")
        unknown = await http.get("/units/00000000-0000-4000-8000-000000000000")
    _, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert str(unit_id(COUNTY)) in {row[-1] for row in rows}
    assert unknown.status_code == 404
