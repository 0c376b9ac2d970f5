"""Finance of a unit, and who is above it, sees on one page what wants action, and goes from a figure to its lines."""

from datetime import timedelta

import pytest

from shared.clock import SystemClock, business_date
from tests.browser.browsing import DESK, PHONE, Desk
from tests.browser.keys import press_by_key, reach_by_key
from tests.build.town import Town

FINANCE, ABOVE = "finance prefecture", "finance province"


class TestTheBoard:
    async def test_is_reached_from_the_header_and_leads_to_a_line_by_key_alone(self, desk: Desk, peopled: Town) -> None:
        canteen = peopled.land.prefecture_canteen
        async with desk.window(peopled.person(FINANCE)) as window:
            await window.go("/")
            await press_by_key(window, 'header a[href="/board"]')
            assert "份额看板" in await window.page.title()
            assert await window.page.locator('header a[href="/board"]').get_attribute("aria-current") == "page"
            await window.choose(order="name")  # By name it stands on the first page, whatever others opened.
            await press_by_key(window, 'main form[action="/board"] button')
            await press_by_key(window, f'main table a[href^="/statements/{canteen}"]')
            await window.shoot("statement-with-months")
            await press_by_key(window, f'main .months a[href^="/statements/{canteen}/lines"]')
            heading = await window.page.locator("h1 + p").inner_text()
            days = await window.page.locator("main tbody tr td:nth-child(2)").all_inner_texts()
            reasons = await window.page.locator("main tbody tr td:last-child").all_inner_texts()
            assert reasons
            assert all(reason.strip() for reason in reasons)
            assert all(f"{day.partition('月')[0]}月" in heading for day in days)
            await window.follow("全年明细")
            assert await window.page.locator("main tbody tr").count() >= len(reasons)
            await window.go(f"/statements/{canteen}/lines?month=13")
            assert await window.page.locator("main tbody tr").count() >= len(reasons)

    async def test_is_the_same_for_another_reader_of_its_address(self, desk: Desk, peopled: Town) -> None:
        saved = []
        async with desk.window(peopled.person(FINANCE), script=False) as window:
            await window.go("/board")
            await window.choose(order="name", status="unproven")
            await window.press("查看")
            address = window.page.url.removeprefix(desk.base_url)
        for who in (FINANCE, ABOVE):
            async with desk.window(peopled.person(who), script=False) as window:
                await window.go(address)
                assert await window.page.locator("select#order").input_value() == "name"
                assert await window.page.locator("nav.crumbs a").count() == (2 if who == ABOVE else 0)
                answer = await window.context.request.get(address.replace("/board?", "/board.csv?"))
                saved.append(await answer.text())
        assert saved[0] == saved[1]
        assert len(saved[0].splitlines()) > 1

    async def test_shows_the_statements_figures(self, desk: Desk, peopled: Town) -> None:
        land, who = peopled.land, peopled.person(FINANCE)
        said = await who.get(f"/statements/{land.prefecture}")
        async with desk.window(who) as window:
            answer = await window.context.request.get("/board.csv?order=name")
            head, *rows = (await answer.text()).splitlines()
            assert answer.headers["content-type"] == "text/csv; charset=utf-8"
            assert head.startswith("\ufeff食堂,单位,")
            assert len(rows) == len(said["canteens"])
            mine = next(one for one in said["canteens"] if one["id"] == str(land.prefecture_canteen))
            line = next(row for row in rows if row.startswith(f"{mine['name']},{mine['unit_name']},"))
            assert f"{mine['base_fen'] // 100}.{mine['base_fen'] % 100:02d}" in line.split(",")
            assert f"{mine['counted_fen'] // 100}.{mine['counted_fen'] % 100:02d}" in line.split(",")

    async def test_puts_first_what_wants_action(self, desk: Desk, peopled: Town) -> None:
        order = ["未证实", "未达标", "进度落后", "无采购", "进度达标", "仅优先", "达标", "无任务"]
        async with desk.window(peopled.person(ABOVE)) as window:
            await window.go("/board")
            tags = await window.page.locator("main table.board .tag").all_inner_texts()
            assert tags
            places = [order.index(tag) for tag in tags]
            assert places == sorted(places)
            await window.go("/board?status=preference")
            assert await window.page.locator("main table.board").count() == 0
            await window.follow("显示全部")
            assert await window.page.locator("main table.board .tag").count() == len(tags)

    async def test_says_beside_the_field_what_it_cannot_show(self, desk: Desk, peopled: Town) -> None:
        tomorrow = (business_date(SystemClock().now()) + timedelta(days=1)).isoformat()
        async with desk.window(peopled.person(FINANCE), width=PHONE) as window:
            for query, field in (
                ("year=1999", "year"),
                ("year=99999999999999999999", "year"),
                ("year=２０２６", "year"),
                ("as_of=never", "as_of"),
                ("as_of=2026-02-30", "as_of"),
                (f"as_of={tomorrow}", "as_of"),
                ("as_of=2020-01-01", "as_of"),
                ("rule=no-such-rule", "rule"),
            ):
                await window.go(f"/board?{query}", 422)
                assert await window.page.locator(f"#{field}-error, .summary li").count() > 0, query
                assert await window.violations() == []
            for query in ("page=-1", "page=999999", "page=abc", "order=x", "status=%3Cscript%3E", "unit="):
                await window.go(f"/board?{query}")

    async def test_is_closed_to_who_has_no_seat_there(self, desk: Desk, peopled: Town) -> None:
        land = peopled.land
        async with desk.window(peopled.person("finance elsewhere")) as window:
            await window.go(f"/board?unit={land.prefecture}", 403)
            await window.go(f"/statements/{land.prefecture}/moved", 403)
            answer = await window.context.request.get(f"/board.csv?unit={land.prefecture}")
            assert answer.status == 403
        async with desk.window(peopled.person("supplier own")) as window:
            await window.go("/board")
            assert await window.page.locator(".empty").count() == 1
            assert await window.page.locator('header a[href="/board"]').count() == 0
            assert await window.violations() == []

    @pytest.mark.parametrize("width", [PHONE, DESK])
    async def test_stands_in_the_dark_and_in_english(self, desk: Desk, peopled: Town, width: int) -> None:
        who, land = peopled.person(ABOVE), peopled.land
        async with desk.window(who, width=width, language="en", color_scheme="dark") as window:
            for path in (
                "/board",
                f"/board?unit={land.county}",
                f"/statements/{land.province}/moved",
                f"/statements/{land.prefecture_canteen}/moved",
            ):
                await window.go(path)
                assert await window.violations() == []
                assert await window.overflow() == 0


class TestWhatMoved:
    async def test_sums_to_the_difference_and_leads_down_to_the_lines(self, desk: Desk, peopled: Town) -> None:
        land = peopled.land
        async with desk.window(peopled.person(FINANCE), width=PHONE, script=False) as window:
            await window.go("/board")
            await window.follow("变动明细")
            assert await window.page.locator('main [name="since"]').input_value()
            row = window.page.locator(f'main a[href^="/statements/{land.prefecture_canteen}/moved"]').first
            async with window.page.expect_navigation():
                await row.click()
            assert "变动明细" in await window.page.title()
            assert await window.page.locator("tfoot").count() == 1
            assert await window.overflow() == 0

    async def test_refuses_days_that_are_no_stretch(self, desk: Desk, peopled: Town) -> None:
        at = f"/statements/{peopled.land.prefecture_canteen}/moved"
        async with desk.window(peopled.person(FINANCE)) as window:
            for query, field in (
                ("since=2026-03-01&until=2026-02-01", "until"),
                ("since=x", "since"),
                ("until=2026-13-01", "until"),
                ("year=20", "year"),
            ):
                await window.go(f"{at}?{query}", 422)
                assert await window.page.locator(f"#{field}-error").count() == 1
                assert await window.violations() == []
                await reach_by_key(window, f"#{field}")
            await window.go(f"{at}?cursor=zzz", 422)
