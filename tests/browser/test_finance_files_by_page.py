"""Finance files a canteen's year by page: it reserves, closes months and the year, and declares; others sign."""

from uuid import UUID

import pytest

from shared.clock import SystemClock, business_date
from shared.ids import new_id
from tests.browser.browsing import DESK, PHONE, Desk, Window
from tests.browser.keys import press_by_key, reach_by_key, type_by_key
from tests.build.market import a_form
from tests.build.town import Town

FINANCE, ABOVE, SIGNER = "finance prefecture", "finance province", "approver prefecture"
THIS_YEAR = business_date(SystemClock().now()).year
DECLARED = THIS_YEAR - 2
"""A year is declared from the second month after it; this one on every day."""
BAD_AMOUNTS = ("", "-5", "abc", "1.234", "99999999999999999", "0x10")


async def open_a_canteen(town: Town) -> UUID:
    """Open a canteen of the prefecture that nothing else files for."""
    canteen, path = new_id(), f"/canteen-filings/{new_id()}"
    await town.person(FINANCE).put(path, a_form(canteen, town.land.prefecture))
    await town.person("officer province").post(f"{path}/decisions", {"outcome": "approve"})
    return canteen


async def stands_well(window: Window) -> None:
    """Assert what holds of every page, at a desk and on a phone."""
    for width in (DESK, PHONE):
        await window.page.set_viewport_size({"width": width, "height": 720})
        assert await window.violations() == []
        assert await window.overflow() == 0
        assert await window.small_targets() == []


class TestAReservation:
    async def test_is_drafted_submitted_returned_amended_and_accepted(self, desk: Desk, peopled: Town) -> None:
        canteen = await open_a_canteen(peopled)
        at = f"/filings/{canteen}/{THIS_YEAR}"
        async with desk.window(peopled.person(FINANCE)) as window:
            await window.go("/filings")
            await window.shoot("filings")
            await stands_well(window)
            await press_by_key(window, f'main a[href="{at}"]')
            await window.shoot("filings-year")
            await stands_well(window)
            await press_by_key(window, f'main a[href="{at}/reservation"]')
            await type_by_key(window, "#expected", "10000")
            await type_by_key(window, "#reserved_0", "100.00")
            await press_by_key(window, 'button[value="draft"]')
            assert "草稿" in await window.text()
            assert await window.page.locator("#reserved_0").input_value() == "100.00"
            await press_by_key(window, 'button[value="submit"]')
            assert "¥2,000.00" in await window.page.locator("#reserved_0-error").inner_text()
            await window.shoot("reservation-wrong")
            await stands_well(window)
            await type_by_key(window, "#reserved_0", "2500")
            await press_by_key(window, 'button[value="submit"]')
            assert "待上级处理" in await window.text()
        async with desk.window(peopled.person(ABOVE), width=PHONE, script=False) as window:
            await window.go("/filings")
            async with window.page.expect_navigation():
                await window.page.locator(f'main a[href="{at}/reservation"]').click()
            assert await window.page.locator("#expected").count() == 0
            await window.page.locator('input[value="return"]').check()
            await window.press("提交意见")
            assert await window.page.locator("#why-error").count() == 1
            await window.fill(why="与就餐人数不符")
            await window.press("提交意见")
            assert "与就餐人数不符" in await window.text()
        async with desk.window(peopled.person(FINANCE), width=PHONE, script=False) as window:
            await window.go(f"{at}/reservation")
            await window.press("提交")
            assert await window.page.locator(".summary").count() == 0
            await window.go(f"{at}/reservation")
            await window.fill(reserved_0="3000")
            await window.press("提交")
            assert await window.page.locator("#reason-error").count() == 1
            await window.fill(reason="按实际就餐人数调整")
            await window.press("提交")
        async with desk.window(peopled.person(ABOVE)) as window:
            await window.go(f"{at}/reservation")
            await window.shoot("reservation-review")
            await stands_well(window)
            await reach_by_key(window, 'input[value="accept"]')
            await window.page.keyboard.press("Space")
            await press_by_key(window, 'main form[action$="/reviews"] button')
            assert "上级已接收" in await window.text()
            assert await window.page.locator('form[action$="/reviews"]').count() == 0

    async def test_says_beside_each_field_what_is_wrong_and_files_nothing(self, desk: Desk, peopled: Town) -> None:
        canteen = await open_a_canteen(peopled)
        at = f"/filings/{canteen}/{THIS_YEAR}/reservation"
        async with desk.window(peopled.person(FINANCE), width=PHONE) as window:
            await window.go(at)
            for amount in BAD_AMOUNTS:
                await window.fill(expected=amount, reserved_0="1")
                await window.page.locator('button[value="draft"]').click()
                await window.page.wait_for_selector("#expected-error")
                assert await window.page.locator("#reserved_0-error").count() == 0
            await window.fill(expected="100", reserved_0="20", explanation="a\u0007b")
            async with window.page.expect_navigation():
                await window.page.locator('button[value="submit"]').click()
            assert await window.page.locator(".summary li").count() >= 1
            await window.go(at)
            assert await window.page.locator("ol.cards li").count() == 0

    async def test_is_nobody_elses(self, desk: Desk, peopled: Town) -> None:
        canteen = peopled.land.prefecture_canteen
        for who in ("finance elsewhere", "buyer foreign"):
            async with desk.window(peopled.person(who)) as window:
                for path in ("", "/reservation", "/closing", "/months/1/closing", "/declaration"):
                    await window.go(f"/filings/{canteen}/{THIS_YEAR}{path}", 403)
        async with desk.window(peopled.person(ABOVE)) as window:
            await window.go(f"/filings/{canteen}/{THIS_YEAR}/closing", 403)
            await window.go(f"/filings/{canteen}/{THIS_YEAR}/months/1/closing", 403)
            await window.go(f"/filings/{peopled.land.prefecture}/{THIS_YEAR}", 404)
            await window.go(f"/filings/{new_id()}/{THIS_YEAR}", 404)
            await window.go(f"/filings/{canteen}/1999", 404)


class TestAnAttestation:
    async def test_is_reached_from_the_list_of_the_year_and_mended_in_place(self, desk: Desk, peopled: Town) -> None:
        canteen = await open_a_canteen(peopled)
        year = THIS_YEAR - 1
        async with desk.window(peopled.person(FINANCE)) as window:
            await window.go(f"/filings/{canteen}/{year}")
            await press_by_key(window, f'main a[href^="/attestations/{canteen}/{year}/1"]')
            await stands_well(window)
            for amount in BAD_AMOUNTS:
                await window.fill(attested=amount)
                await window.press("确认本月")
                assert await window.page.locator("#attested-error").count() == 1, amount
            await type_by_key(window, "#attested", "1234.50")
            await type_by_key(window, "#freight", "1.234")
            await press_by_key(window, "main form[action^='/attestations/'] button")
            assert await window.page.locator("#freight-error").count() == 1
            assert await window.page.locator("#attested").input_value() == "1234.50"
            await stands_well(window)
            await type_by_key(window, "#freight", "1.20")
            await press_by_key(window, "main form[action^='/attestations/'] button")
            await window.go(f"/filings/{canteen}/{year}")
            assert await window.page.locator(f'main a[href="/attestations/{canteen}/{year}/1"]').count() == 0
            assert await window.page.locator(f'main a[href="/attestations/{canteen}/{year}/2"]').count() == 1


class TestAClose:
    async def test_of_a_month_is_one_press_and_comes_in_its_turn(self, desk: Desk, peopled: Town) -> None:
        at = f"/filings/{peopled.ids['canteen to close']}/{THIS_YEAR - 1}"
        async with desk.window(peopled.person(FINANCE)) as window:
            await window.go(at)
            await window.go(f"{at}/months/2/closing")
            await window.press("确认月结")
            assert "1月" in await window.page.locator(".summary").inner_text()
            await stands_well(window)
            await window.go(f"{at}/months/13/closing", 404)
            await window.go(at)
            await press_by_key(window, f'main a[href="{at}/months/1/closing"]')
            await window.shoot("closing-month")
            await press_by_key(window, 'main form[action$="/closing"] button')
            assert "已结账" in await window.page.locator(".note").first.inner_text()
            assert await window.page.locator(f'main a[href="{at}/months/1/closing"]').count() == 0
            await stands_well(window)
            await window.go(f"{at}/months/1/closing")
            assert await window.page.locator("main form").count() == 0

    async def test_of_a_year_that_runs_is_not_offered(self, desk: Desk, peopled: Town) -> None:
        at = f"/filings/{peopled.land.prefecture_canteen}/{THIS_YEAR}"
        async with desk.window(peopled.person(FINANCE)) as window:
            await window.go(f"{at}/closing")
            assert await window.page.locator("main form").count() == 0
            await window.go(f"{at}/declaration")
            assert await window.page.locator("main form").count() == 0
            await stands_well(window)


class TestADeclaration:
    async def test_goes_from_the_close_to_the_publication(self, desk: Desk, peopled: Town) -> None:
        at = f"/filings/{await open_a_canteen(peopled)}/{DECLARED}"
        async with desk.window(peopled.person(FINANCE), width=PHONE, script=False) as window:
            await window.go(at)
            await window.follow("年度结账")
            await window.press("年度结账")
            await window.follow("年度申报")
            await window.press("准备申报")
            here = window.page.url.removeprefix(desk.base_url).partition("?")[0]
            assert "待签署" in await window.text()
            assert await window.page.locator('main form[action$="/signatures"]').count() == 0
            await window.go(f"{at}/declaration")
            assert here in window.page.url
        async with desk.window(peopled.person(SIGNER)) as window:
            await window.go("/filings")
            await press_by_key(window, f'main a[href="{here}"]')
            await window.shoot("declaration-sign")
            await stands_well(window)
            await press_by_key(window, 'main form[action$="/signatures"] button')
            assert await window.page.locator("#capacity-error").count() == 1
            await type_by_key(window, "#capacity", "单位负责人")
            await press_by_key(window, 'main form[action$="/signatures"] button')
            assert "待上级处理" in await window.text()
            assert await window.page.locator('main form[action$="/signatures"]').count() == 0
        async with desk.window(peopled.person(ABOVE), width=PHONE) as window:
            await window.go("/filings")
            await press_by_key(window, f'main a[href="{here}"]')
            await window.page.locator('input[value="return"]').check()
            await window.fill(capacity="省残联计财处")
            await window.press("提交意见")
            assert await window.page.locator("#reason-error").count() == 1
            await window.page.locator('input[value="countersign"]').check()
            await window.press("提交意见")
            assert "已公布" in await window.text()
            await window.shoot("declaration-published")
            await stands_well(window)
            await window.follow("查看公开内容")

    async def test_that_was_returned_is_prepared_anew(self, desk: Desk, peopled: Town) -> None:
        at = f"/filings/{await open_a_canteen(peopled)}/{DECLARED}"
        async with desk.window(peopled.person(FINANCE), script=False) as window:
            await window.go(f"{at}/closing")
            await window.press("年度结账")
            await window.go(f"{at}/declaration")
            await window.press("准备申报")
            here = window.page.url.removeprefix(desk.base_url).partition("?")[0]
        await peopled.person(SIGNER).post(f"/{here.removeprefix('/filings/')}/signatures", {"capacity": "负责人"})
        async with desk.window(peopled.person(ABOVE), script=False) as window:
            await window.go(here)
            await window.page.locator('input[value="return"]').check()
            await window.fill(capacity="省残联", reason="合计与附件不符")
            await window.press("提交意见")
            assert "合计与附件不符" in await window.text()
        async with desk.window(peopled.person(FINANCE), script=False) as window:
            await window.go(f"{at}/declaration")
            await window.press("准备申报")
            assert here not in window.page.url
            assert "待签署" in await window.text()

    @pytest.mark.parametrize("width", [PHONE, DESK])
    async def test_and_all_filings_stand_in_the_dark_and_in_english(
        self, desk: Desk, peopled: Town, width: int
    ) -> None:
        at = f"/filings/{peopled.land.prefecture_canteen}"
        closed = peopled.ids["year to read"]
        async with desk.window(peopled.person(FINANCE), width=width, language="en", color_scheme="dark") as window:
            for path in (
                "/filings",
                f"{at}/{THIS_YEAR}",
                f"{at}/{THIS_YEAR}/reservation",
                f"{at}/{THIS_YEAR + 1}/reservation",
                f"{at}/{closed}/closing",
                f"{at}/{peopled.ids['year to declare']}/declaration",
                f"/filings/declarations/{peopled.ids['declaration to read']}",
            ):
                await window.go(path)
                assert await window.violations() == []
                assert await window.overflow() == 0
