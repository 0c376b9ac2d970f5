"""Whoever has no account brings something up, keeps a receipt with its code, and reads what came of it."""

from pathlib import Path

from playwright.async_api import Request

from tests.browser.browsing import PHONE, Desk, Window
from tests.build.papers import PDF
from tests.build.town import Town


async def brought_up(window: Window, text: str) -> str:
    """Bring something up by page; gives the code of the receipt."""
    await window.go("/")
    await window.page.get_by_role("link", name="信访与投诉").click()
    await window.follow("我要反映")
    await window.fill(text=text, contact="13800000000")
    await window.press("提交")
    return "".join((await window.page.locator("code").inner_text()).split())


class TestSomebodyWithoutAnAccount:
    async def test_is_answered_after_the_case_was_handed_on(self, desk: Desk, peopled: Town, tmp_path: Path) -> None:
        asked: list[str] = []

        def note(request: Request) -> None:
            asked.extend([request.url, request.headers.get("referer", "")])

        paper = tmp_path / "证据.pdf"
        paper.write_bytes(PDF)
        async with desk.window(width=PHONE) as window:
            window.page.on("request", note)
            code = await brought_up(window, "腊肉包装上没有生产日期")
            await window.shoot("case-receipt")
            assert len(code) == 16
            assert await window.violations() == []
            assert await window.overflow() == 0
            await window.page.locator("#paper").set_input_files(paper)
            await window.press("添加")
            assert "证据.pdf" in await window.text()

        async with desk.window(peopled.person("officer province"), script=False) as window:
            await window.go("/cases/queue?state=received")
            await window.follow("投诉")
            assert "腊肉包装上没有生产日期" in await window.text()
            assert "13800000000" in await window.text()
            await window.page.get_by_role("radio", name="连同证据移交其他单位").check()
            await window.fill(reason="请属地办理")
            await window.press("记录")
            assert "请选择接收单位" in await window.page.locator("#unit_id-error").inner_text()
            await window.choose(unit_id=str(peopled.land.prefecture))
            await window.press("记录")

        async with desk.window(peopled.person("officer prefecture"), width=PHONE, script=False) as window:
            await window.go("/cases/queue")
            await window.follow("投诉")
            assert "证据.pdf" in await window.text()
            for step, said in (("受理", "已安排核查"), ("答复", "已责令补贴标签"), ("办结并记录结果", "整改完成")):
                await window.page.get_by_role("radio", name=step, exact=True).check()
                await window.fill(reason=said)
                if step.startswith("办结"):
                    await window.press("记录")
                    assert "请选择其中一项" in await window.page.locator("#outcome-error").inner_text()
                    await window.choose(outcome="upheld")
                await window.press("记录")
            assert "已办结" in await window.text()

        async with desk.window(width=PHONE, script=False) as window:
            window.page.on("request", note)
            await window.go("/cases")
            await window.fill(code=" ".join([code[:4].lower(), code[4:]]))
            await window.press("查询")
            said = await window.text()
            assert "已责令补贴标签" in said
            assert "属实" in said
            assert "已安排核查" not in said  # Why it was taken up is for officers alone.
            assert "13800000000" not in said
            await window.fill(reason="标签仍未更换")
            await window.press("申请复查")
            assert "已申请复查" in await window.text()
        assert not [url for url in asked if code in url.upper()]

    async def test_is_told_beside_the_field_what_is_wrong(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(width=PHONE, script=False) as window:
            await window.go("/cases/new")
            await window.press("提交")
            assert "请填写" in await window.page.locator("#text-error").inner_text()
            await window.go("/cases")
            await window.fill(code="abc\r\nX")
            await window.press("查询")
            assert "查询码为 16 位" in await window.page.locator("#code-error").inner_text()
            await window.fill(code="A" * 16)
            await window.press("查询")
            assert "没有使用此查询码的事项" in await window.page.locator("#code-error").inner_text()

    async def test_sends_the_same_form_twice_and_there_is_one_case(self, desk: Desk, peopled: Town) -> None:
        async with desk.window() as window:
            await window.go("/cases/new")
            await window.fill(text="同一件事")
            await window.press("提交")
            code = await window.page.locator("code").inner_text()
            await window.page.reload()
            assert await window.page.locator("code").inner_text() == code

    async def test_opens_no_case_of_another_with_a_code_of_their_own(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(script=False) as window:
            await brought_up(window, "我的事")
            form = window.page.locator('form[action$="/evidence"]')
            other = str(peopled.ids["case"])
            action = str(await form.get_attribute("action"))
            code = await form.locator('[name="code"]').get_attribute("value")
            answer = await window.page.request.post(
                action.replace(action.split("/")[2], other), multipart={"code": str(code)}
            )
            assert answer.status == 404
            assert "建议公开菜价" not in await answer.text()


class TestSomebodyWithAnAccount:
    async def test_follows_it_by_the_account_unless_they_want_it_nameless(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("buyer own"), script=False) as window:
            await window.go(f"/suppliers/{peopled.seller.id}")
            await window.follow("投诉该供应方")
            await window.fill(text="送货迟到三小时")
            await window.press("提交")
            action = str(await window.page.locator('form[action$="/evidence"]').get_attribute("action"))
            await window.go(action.rpartition("/")[0])
            assert "送货迟到三小时" in await window.text()
            await window.go("/cases/new")
            await window.fill(text="不想署名的事")
            await window.page.locator('[name="nameless"]').check()
            await window.press("提交")
            action = str(await window.page.locator('form[action$="/evidence"]').get_attribute("action"))
            await window.go(action.rpartition("/")[0], 403)

    async def test_reads_no_case_of_others(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("buyer own")) as window:
            await window.go(f"/cases/{peopled.ids['case']}", 403)
            await window.go("/cases/queue", 403)
