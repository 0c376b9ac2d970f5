"""How those below a unit stand beside each other is read as a draft, saved as a file, and issued under a code."""

from tests.browser.browsing import DESK, PHONE, Desk
from tests.browser.keys import press_by_key
from tests.build.town import Town

FINANCE, ABOVE = "finance prefecture", "finance province"


class TestAReport:
    async def test_is_reached_from_the_board_and_issued_by_key_alone(self, desk: Desk, peopled: Town) -> None:
        unit = peopled.land.prefecture
        async with desk.window(peopled.person(FINANCE)) as window:
            await window.go("/board")
            await press_by_key(window, f'main a[href^="/reports/{unit}"]')
            await window.choose(level="canteen", rank_by="shortfall")
            await window.press("查看")
            for width in (DESK, PHONE):
                await window.page.set_viewport_size({"width": width, "height": 720})
                await window.shoot(f"report-{width}")
                assert await window.violations() == []
                assert await window.overflow() == 0
                assert await window.small_targets() == []
            canteens = await window.page.locator('main tbody a[href^="/statements/"]').count()
            assert canteens > 0
            file = await window.page.locator("main a[download]").first.get_attribute("href")
            assert file is not None
            saved = await window.context.request.get(file)
            assert (saved.status, (await saved.body())[:2]) == (200, b"PK")
            await press_by_key(window, f'main form[action="/reports/{unit}/issues"] button')
            assert "/verify?code=" in window.page.url
            assert "已签发" in await window.text()

    async def test_is_issued_by_nobody_else_and_mended_in_place(self, desk: Desk, peopled: Town) -> None:
        unit = peopled.land.prefecture
        async with desk.window(peopled.person(ABOVE), width=PHONE, script=False, language="en") as window:
            await window.go(f"/reports/{unit}")
            assert await window.page.locator(f'form[action="/reports/{unit}/issues"]').count() == 0
            for query, field in (("year=1999", "year"), ("as_of=2026-02-30", "as_of"), ("as_of=2020-01-01", "year")):
                await window.go(f"/reports/{unit}?{query}", 422)
                assert await window.page.locator(f"#{field}-error").count() == 1, query
            await window.go(f"/reports/{unit}?level=x&rank_by=%3Cb%3E")
        async with desk.window(peopled.person("finance elsewhere"), language="en", color_scheme="dark") as window:
            await window.go(f"/reports/{unit}", 403)
            await window.go(f"/reports/{peopled.land.elsewhere}")
            assert await window.violations() == []
