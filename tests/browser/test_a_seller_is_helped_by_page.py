"""A seller lets somebody help by a code, sees what they did, and ends it; by key alone, and with no script."""

import re

import pytest

from gateway.pages.supplier.members import ACTS
from tests.browser.browsing import PHONE, Desk
from tests.browser.keys import press_by_key
from tests.build.town import Town
from tests.house.test_acts import CHANGES_NOTHING, acts_of_the_policy, written_down


def test_every_act_has_its_words() -> None:
    said = acts_of_the_policy() - CHANGES_NOTHING | set().union(*written_down().values())
    assert said - set(ACTS) == set()


async def test_a_helper_comes_in_by_a_code_and_is_ended(desk: Desk, peopled: Town) -> None:
    (friend,) = await peopled.market.people.many([("helps by page", [])])
    here = f"/supplier/{peopled.seller.id}/members"
    seller = peopled.person("supplier own")
    async with desk.window(seller, width=PHONE) as window, desk.window(friend, width=PHONE, script=False) as theirs:
        await window.go("/supplier")
        await window.follow("谁在帮我")
        await press_by_key(window, f'main form[action="{here}/codes"] button')
        code = await window.page.locator(".big-code [aria-hidden]").inner_text()
        assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}", code)
        assert code not in window.page.url
        assert await window.violations() == []
        assert await window.overflow() == 0
        assert await window.small_targets() == []
        await window.shoot("code-320")

        await theirs.go("/invitation")
        await theirs.press("加入")
        assert "请填写" in await theirs.page.locator("#code-error").inner_text()
        await theirs.fill(code="AAAAA-AAAAA")
        await theirs.press("加入")
        assert await theirs.page.locator(".summary").count() == 1
        await theirs.fill(code=code.lower().replace("-", " "))
        await theirs.press("加入")
        assert "加入成功" in await theirs.page.inner_text("body")

        await window.go(here)
        assert "helps by page" in await window.text()
        assert code not in await window.page.content()
        await window.go(f"{here}/{friend.account_id}/end")
        await press_by_key(window, "main button.stop")
        assert "已取消其权限" in await window.page.inner_text("body")
        await theirs.go(here, 403)
        await window.follow("办理记录")
        assert "取消一位成员的权限" in await window.text()
        assert "凭邀请码加入" in await window.text()


async def test_a_code_is_made_with_no_script_and_made_void(desk: Desk, peopled: Town) -> None:
    here = f"/supplier/{peopled.seller.id}/members"
    async with desk.window(peopled.person("supplier own"), script=False) as window:
        await window.go(here)
        await window.page.get_by_role("radio", name="帮办人").check()
        await window.fill(until="2020-01-01")
        await window.press("生成邀请码")
        assert await window.page.locator("#until-error").count() == 1
        await window.page.get_by_role("radio", name="发货员").check()
        await window.press("生成邀请码")
        code = await window.page.locator(".big-code [aria-hidden]").inner_text()
        await window.page.reload()
        assert await window.page.locator(".big-code [aria-hidden]").inner_text() == code
        await window.go(here)
        ways = window.page.locator('main form[action$="/end"] button')
        before = await ways.count()
        await ways.last.click()
        await window.page.wait_for_url("**done=code_ended")
        assert await window.page.locator('main form[action$="/end"] button').count() == before - 1


@pytest.mark.parametrize("who", ["buyer own", "supplier foreign"])
async def test_nobody_else_sees_who_helps(desk: Desk, peopled: Town, who: str) -> None:
    async with desk.window(peopled.person(who)) as window:
        await window.go(f"/supplier/{peopled.seller.id}/members", 403)
        await window.go(f"/supplier/{peopled.seller.id}/members/acts", 403)
