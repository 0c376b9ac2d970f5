"""Who acts for the units and canteens of one's area is read, narrowed and saved, by key and with no script."""

import csv
import io

import httpx

from gateway.session import COOKIE
from tests.browser.browsing import PHONE, Desk
from tests.build.town import Town
from tests.whole import Whole


async def test_people_are_narrowed_by_role_and_name(desk: Desk, peopled: Town) -> None:
    async with desk.window(peopled.person("officer prefecture"), width=PHONE, script=False) as window:
        await window.go("/people")
        assert len(set(await window.page.locator("td[data-label=岗位]").all_inner_texts())) > 1
        await window.page.locator("#role").select_option("buyer")
        await window.press("查看")
        assert set(await window.page.locator("td[data-label=岗位]").all_inner_texts()) == {"采购员"}
        await window.page.locator("#q").fill("没有这个人")
        await window.press("查看")
        assert "没有符合条件的岗位人员" in await window.text()


async def test_people_are_saved_as_a_table(running_whole: Whole, peopled: Town) -> None:
    officer = peopled.person("officer prefecture")
    async with httpx.AsyncClient(base_url=running_whole.base_url, trust_env=False) as http:
        answer = await http.get("/people.csv?role=buyer", headers={"cookie": f"{COOKIE}={officer.token}"})
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[:2] == ["姓名", "岗位"]
    assert {row[1] for row in rows} == {"采购员"}
    assert all(len(row) == len(head) for row in rows)
