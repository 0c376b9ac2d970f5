"""A file of purchases made elsewhere is checked, shown with its faults, booked when finance says so, and taken back."""

import re

from playwright.async_api import FilePayload

from shared.clock import SystemClock, business_date
from tests.browser.browsing import DESK, PHONE, Desk, Window
from tests.browser.keys import press_by_key
from tests.build.sheets import a_book, a_csv, a_row
from tests.build.town import Town

TODAY = business_date(SystemClock().now()).isoformat()
FINANCE, CSV = "finance prefecture", "text/csv"
LOOKS_MAX = 300


def a_file(body: bytes, name: str = "采购.csv", kind: str = CSV) -> FilePayload:
    return FilePayload(name=name, mimeType=kind, buffer=body)


async def bring(window: Window, town: Town, file: FilePayload) -> None:
    """Bring a file for the prefecture's canteen."""
    await window.go("/off-platform/imports/new")
    await window.choose(subject=f"canteen:{town.land.prefecture_canteen}")
    await window.page.locator("#file").set_input_files([file])
    await window.press("检查文件")


async def until(window: Window, says: str) -> None:
    """Look again until the import says this, as a person without script does."""
    for _ in range(LOOKS_MAX):
        if says in await window.text():
            return
        await window.page.wait_for_timeout(100)
        await window.page.reload()
    raise AssertionError(f"never said {says}: {await window.text()}")


async def stands_well(window: Window) -> None:
    for width in (DESK, PHONE):
        await window.page.set_viewport_size({"width": width, "height": 720})
        assert await window.violations() == []
        assert await window.overflow() == 0
        assert await window.small_targets() == []


class TestAnImport:
    async def test_is_checked_booked_and_taken_back_with_script_off(self, desk: Desk, peopled: Town) -> None:
        book = a_book(
            a_row(day=TODAY), a_row(day=TODAY, amount="3.21"), a_row(day=TODAY, amount="多少"), a_row(day="去年")
        )
        who = peopled.person(FINANCE)
        async with desk.window(who, width=PHONE, script=False) as window:
            await bring(window, peopled, a_file(book, "采购.xlsx", "application/octet-stream"))
            await until(window, "已检查")
            said = await window.text()
            assert re.search(r"第 4 行", said)
            assert re.search(r"第 5 行", said)
            assert "多少" in said
            assert "合格行数\n2\n" in said
            at = window.page.url.removeprefix(desk.base_url).partition("?")[0]
            await window.press("将 2 行合格数据入账")
            await until(window, "采购已入账")
            booked = await who.get(f"/imports/{at.rpartition('/')[2]}?state=posted")
            bought = [await who.get(f"/off-platform-purchases/{row['purchase_id']}") for row in booked["rows"]["items"]]
            assert sorted(one["amount_fen"] for one in bought) == [321, 12_800]
            assert await window.page.locator('form[action$="/acceptance"]').count() == 0
            await window.page.locator("summary", has_text="撤销这次导入").click()
            await window.press("撤销这次导入")
            assert await window.page.locator("#reason-error").count() == 1
            await window.fill(reason="导入了错误月份的文件")
            await window.press("撤销这次导入")
            await until(window, "已撤销行数")
            await window.go(at)
            assert await window.page.locator("main form").count() == 0

    async def test_looks_again_by_itself_and_is_booked_by_key_alone(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person(FINANCE)) as window:
            await window.go("/off-platform")
            await press_by_key(window, 'main a[href="/off-platform/imports/new"]')
            await window.shoot("import-form")
            await stands_well(window)
            await window.choose(subject=f"canteen:{peopled.land.prefecture_canteen}")
            await window.page.locator("#file").set_input_files(
                [a_file(a_csv(a_row(day=TODAY), a_row(day=TODAY, category="不知道")))]
            )
            await press_by_key(window, 'main form[action="/off-platform/imports"] button')
            await window.page.locator('form[action$="/acceptance"] button').wait_for(timeout=30_000)
            await window.page.evaluate("document.activeElement.blur()")
            await window.shoot("import-checked")
            await stands_well(window)
            await press_by_key(window, 'form[action$="/acceptance"] button')
            await window.page.get_by_text("采购已入账").wait_for(timeout=30_000)
            await window.shoot("import-booked")
            await stands_well(window)

    async def test_of_what_is_no_table_says_so_beside_the_file(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person(FINANCE), width=PHONE) as window:
            for body, kind in (
                (b"", CSV),
                (b"\x00\x01\x02", CSV),
                (b"a,b\r\n1,2\r\n", CSV),
                (b"%PDF-1.4", "application/pdf"),
            ):
                await bring(window, peopled, a_file(body, kind=kind))
                assert await window.page.locator("#file-error").count() == 1, body
            assert await window.violations() == []
            await window.go("/off-platform/imports/new")
            await window.press("检查文件")
            assert await window.page.locator("#file-error").count() == 1
            await bring(window, peopled, a_file(a_csv(a_row(day=TODAY))))
            assert "/off-platform/imports/" in window.page.url

    async def test_of_faulty_rows_alone_has_nothing_to_book_and_is_thrown_away(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person(FINANCE), script=False, language="en", color_scheme="dark") as window:
            await window.go("/off-platform/imports/new")
            await window.choose(subject=f"unit:{peopled.land.prefecture}")
            header = ("食堂", "采购日期", "销售方", "品类", "金额（元）", "发票号码", "产地县代码")
            rows = (["没有这个食堂", *a_row(day=TODAY)], ["<b>x</b>", *a_row(day=TODAY, amount="-1")])
            await window.page.locator("#file").set_input_files([a_file(a_csv(*rows, header=header))])
            await window.press("Check the file")
            await until(window, "No row is good.")
            assert "<b>x</b>" in await window.text()
            assert await window.page.locator('form[action$="/acceptance"]').count() == 0
            await window.page.locator("summary", has_text="Throw the file away").click()
            await window.fill(reason="wrong file")
            await window.press("Throw the file away")
            await until(window, "Taken back")

    async def test_is_nobody_elses(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person(FINANCE), script=False) as window:
            await bring(window, peopled, a_file(a_csv(a_row(day=TODAY))))
            at = window.page.url.removeprefix(desk.base_url)
        async with desk.window(peopled.person("finance elsewhere")) as window:
            await window.go(at, 403)
            await window.go("/off-platform/imports/00000000-0000-0000-0000-000000000000", 404)
            await window.go("/off-platform/imports/new")
            offered = await window.page.locator("#subject option").evaluate_all("all => all.map(one => one.value)")
            assert f"canteen:{peopled.land.prefecture_canteen}" not in offered
        async with desk.window(peopled.person("supplier own")) as window:
            await window.go("/off-platform/imports/new")
            assert await window.page.locator(".empty").count() == 1
            assert await window.violations() == []
