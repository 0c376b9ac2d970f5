"""A stranger saves a published file, hands it in, and sees whether one byte of it was changed."""

from pathlib import Path

import httpx

from tests.browser.browsing import PHONE, Desk, Window
from tests.build.town import Town


async def hand_in(window: Window, path: Path) -> str:
    await window.page.locator("#file").set_input_files(path)
    await window.press("核验文件")
    return await window.text()


async def test_a_file_as_it_was_signed_and_with_one_byte_changed(desk: Desk, peopled: Town, tmp_path: Path) -> None:
    async with httpx.AsyncClient(base_url=desk.base_url) as client:
        signed = (await client.get(f"/api/v1/checkpoints/{peopled.ids['checkpoint']}")).content
    file, changed = tmp_path / "signed.json", tmp_path / "changed.json"
    file.write_bytes(signed)
    changed.write_bytes(signed.replace(b"2020", b"2021", 1))
    async with desk.window(width=PHONE) as window:
        await window.go("/")
        await window.page.get_by_role("link", name="核验申报").click()
        said = await hand_in(window, file)
        await window.shoot("verify-as-signed")
        assert "此文件与签名时一致" in said
        assert "2020年1月1日" in said
        assert await window.violations() == []
        said = await hand_in(window, changed)
        await window.shoot("verify-changed")
        assert "此文件被改动过" in said
        assert "2020年" not in said.partition("每日签名")[0]
        assert await window.overflow() == 0


async def test_the_code_on_a_paper_leads_to_the_report_that_was_issued(
    desk: Desk, peopled: Town, tmp_path: Path
) -> None:
    code = str(peopled.ids["issued code"])
    async with desk.window(width=PHONE) as window:
        await window.go(f"/verify?code={code.lower()}")
        said = await window.text()
        await window.shoot("verify-report")
        assert "这份通报与签发时一致" in said
        assert code in said
        assert await window.violations() == []
        assert await window.overflow() == 0
        link = await window.page.get_by_role("link", name="通报纸质版").get_attribute("href")
        file = tmp_path / "report.json"
        async with httpx.AsyncClient(base_url=desk.base_url) as client:
            paper = await client.get(str(link))
            file.write_bytes((await client.get(f"/api/v1/issued-reports/{code}")).content)
        assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
        said = await hand_in(window, file)
        assert "此文件与签名时一致" in said
        assert code in said


async def test_what_cannot_be_a_code_or_a_file_is_said_beside_its_field(desk: Desk, tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    empty.write_bytes(b"")
    async with desk.window(width=PHONE) as window:
        await window.go("/verify?code=abc", 422)
        assert "核验码为四组" in await window.page.locator("#code-error").inner_text()
        await window.go("/verify?code=aaaa-bbbb-cccc-dddd")
        assert "没有已公布的申报或签发的通报使用此核验码" in await window.text()
        await window.press("核验文件")
        assert "请选择文件" in await window.page.locator("#file-error").inner_text()
        assert "文件是空的" in await hand_in(window, empty)
