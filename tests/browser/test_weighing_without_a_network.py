"""Goods are received where there is no network: kept in the browser, sent once, and no trace is left on leaving."""

import asyncio
import re
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Route

from shared.contracts.authority import Role
from tests.browser.browsing import PHONE, Desk, Window
from tests.build.market import a_photo
from tests.build.town import Town, order_in

QUEUE = """() => new Promise((resolve, reject) => {
  const opened = indexedDB.open("zhucai", 1);
  opened.onupgradeneeded = () => opened.result.createObjectStore("queue", { keyPath: "id" });
  opened.onerror = () => reject(opened.error);
  opened.onsuccess = () => {
    const asked = opened.result.transaction("queue").objectStore("queue").getAll();
    asked.onsuccess = () => { opened.result.close(); resolve(asked.result.map((one) => one.state).sort()); };
  };
})"""
KEPT = """async () => (await caches.has("kept"))
  ? (await (await caches.open("kept")).keys()).map((one) => new URL(one.url).pathname) : []"""
WHO = "() => document.body.dataset.who"
SAY = """async ([who, keep]) => (await navigator.serviceWorker.getRegistration()).active.postMessage({ who, keep })"""
HAS_KEPT = f"async (path) => (await ({KEPT})()).includes(path)"


async def until(page: Page, script: str, given: Any = None) -> None:
    """Wait until a page's own question is answered with yes; it is asked again and again."""
    for _ in range(150):
        if await page.evaluate(script, given):
            return
        await page.wait_for_timeout(100)
    raise AssertionError(f"never so: {script}")


async def kept_at_hand(window: Window, path: str) -> None:
    """Open the list of goods on their way, and wait until the browser keeps a page of it."""
    await window.go("/orders?state=shipped")
    await until(window.page, HAS_KEPT, path)


def acceptances(view: dict[str, Any]) -> list[str]:
    return [step["step"] for step in view["steps"] if step["step"].startswith("accept")]


async def go_offline(window: Window, path: str) -> None:
    await window.context.set_offline(True)
    await window.page.goto(path)


class TestWithoutANetwork:
    async def test_what_is_weighed_is_kept_over_a_reload_and_sent_by_itself(
        self, desk: Desk, peopled: Town, tmp_path: Path
    ) -> None:
        order = await order_in(peopled, "shipped")
        path, photo = f"/orders/{order.id}/acceptance", tmp_path / "scale.jpg"
        photo.write_bytes(a_photo())
        async with desk.window(peopled.person("buyer own"), width=PHONE) as window:
            await kept_at_hand(window, path)
            await go_offline(window, path)
            assert await window.heading() == "称重验收"
            await window.page.locator("summary", has_text="连包装一起称").click()
            await window.fill(**{"gross-0": "10.4", "tare-0": "0.5", "reason-0": "少一两"})
            assert await window.page.locator("#amount-0").input_value() == "9.9"
            await window.page.set_input_files("#photo-0", photo)
            await window.page.get_by_role("button", name="确认验收").click()
            await window.page.get_by_text("已存入本浏览器。").wait_for()
            assert await window.violations() == []
            await window.shoot("receiving-kept-320")

            await window.page.reload()
            await window.page.get_by_text("已恢复您上次填写的内容。").wait_for()
            assert await window.page.locator("#gross-0").input_value() == "10.4"
            await window.page.locator("#waiting b", has_text="1").wait_for()
            await window.page.goto("/basket")
            assert await window.heading() == "待发送"
            await window.page.get_by_text("等待网络").wait_for()
            await window.shoot("offline-320")
            assert await window.violations() == []
            assert await window.small_targets() == []
            assert (await order.read())["state"] == "shipped"

            await window.page.goto(path)
            await window.page.locator("#waiting b", has_text="1").wait_for()
            await window.context.set_offline(False)
            await window.page.wait_for_url(re.compile(rf"/orders/{order.id}\?done=accepted"))
            assert await window.page.evaluate(QUEUE) == []
        view = await order.read()
        line = view["lines"][0]
        assert (line["accepted_quantity"], line["gross_grams"], line["tare_grams"]) == (4_950, 5_200, 250)
        assert len(view["scale_photos"]) == 1
        assert len(acceptances(view)) == 1

    async def test_what_was_sent_and_never_answered_is_sent_again_and_is_one(self, desk: Desk, peopled: Town) -> None:
        order = await order_in(peopled, "shipped")
        path, heard = f"/orders/{order.id}/acceptance", []

        async def lose_the_answer(route: Route) -> None:
            if route.request.method != "POST":
                await route.continue_()
                return
            answer = await route.fetch(max_redirects=0)
            heard.append(answer.status)
            await (route.abort() if len(heard) < 3 else route.continue_())

        person = peopled.person("buyer own")
        async with desk.window(person, width=PHONE, service_workers="block") as window:
            await window.page.route(f"**{path}", lose_the_answer)
            await window.go(path)
            await window.fill(**{"amount-0": "9.9", "reason-0": "少一两"})
            await window.page.get_by_role("button", name="确认验收").click()
            await window.page.get_by_text("已存入本浏览器。").wait_for()
            await window.go("/offline")
            await window.page.get_by_text("等待网络").wait_for()
            await until(window.page, "() => document.querySelectorAll('#queued li').length === 1")
            await self.tries_until(window, heard, 3)
            await window.page.get_by_text("本浏览器没有待发送的内容。").wait_for()
        assert heard == [303, 303, 303]
        view = await order.read()
        assert len(acceptances(view)) == 1
        assert view["lines"][0]["accepted_quantity"] == 4_950

    async def tries_until(self, window: Window, heard: list[int], times: int) -> None:
        for _ in range(100):
            if len(heard) >= times:
                return
            await window.page.get_by_role("button", name="立即重试发送").click()
            await window.page.wait_for_timeout(100)
        raise AssertionError(heard)

    async def test_what_is_wrong_is_said_in_its_place_and_sent_once_it_is_mended(
        self, desk: Desk, peopled: Town, tmp_path: Path
    ) -> None:
        order, photo = await order_in(peopled, "shipped"), tmp_path / "scale.jpg"
        photo.write_bytes(a_photo())
        async with desk.window(peopled.person("buyer own"), width=PHONE) as window:
            await window.go(f"/orders/{order.id}/acceptance")
            await window.fill(**{"amount-0": "12"})
            await window.page.set_input_files("#photo-0", photo)
            await window.page.get_by_role("button", name="确认验收").click()
            await window.page.get_by_text("请修改以下内容").wait_for()
            assert await window.page.locator("#amount-0").input_value() == "12"
            assert await window.page.evaluate("document.querySelector('#photo-0').files.length") == 1
            assert await window.violations() == []
            await window.fill(**{"amount-0": "9", "reason-0": "少一斤"})
            await window.page.get_by_role("button", name="确认验收").click()
            await window.page.wait_for_url(re.compile(rf"/orders/{order.id}\?done="))
            assert await window.page.evaluate(QUEUE) == []
        view = await order.read()
        assert view["lines"][0]["accepted_quantity"] == 4_500
        assert len(view["scale_photos"]) == 1


class TestNothingPrivateIsLeft:
    async def left_after(self, window: Window) -> tuple[list[str], list[str]]:
        return await window.page.evaluate(KEPT), await window.page.evaluate(QUEUE)

    async def test_by_who_signs_out_and_they_are_asked_first(self, desk: Desk, peopled: Town) -> None:
        order = await order_in(peopled, "shipped")
        path = f"/orders/{order.id}/acceptance"
        (leaver,) = await peopled.market.people.many([("leaver", [(Role.BUYER, peopled.land.prefecture_canteen)])])
        async with desk.window(leaver, width=PHONE) as window:
            await kept_at_hand(window, path)
            await go_offline(window, path)
            await window.fill(**{"amount-0": "9.9", "reason-0": "少一两"})
            await window.page.get_by_role("button", name="确认验收").click()
            await window.page.get_by_text("已存入本浏览器。").wait_for()
            await window.page.route(f"**{path}", lambda route: route.abort())
            leave = window.page.get_by_role("button", name="退出")
            await leave.click()
            await window.page.get_by_text("退出后，尚未发送的验收内容将被丢弃。").wait_for()
            assert await window.page.evaluate(QUEUE) == ["waiting"]
        async with desk.window(leaver, width=PHONE) as window:
            await kept_at_hand(window, path)
            await window.go(path)
            await window.fill(**{"amount-0": "9.9"})
            await until(window.page, f"async () => (await ({QUEUE})()).includes('draft')")
            async with window.page.expect_navigation():
                await window.page.get_by_role("button", name="退出").click()
            assert "您已退出登录" in await window.text()
            assert await self.left_after(window) == ([], [])

    async def test_by_who_was_here_before_somebody_else(self, desk: Desk, peopled: Town) -> None:
        order = await order_in(peopled, "shipped")
        path = f"/orders/{order.id}/acceptance"
        async with desk.window(peopled.person("buyer own"), width=PHONE) as window:
            await kept_at_hand(window, path)
            await window.context.clear_cookies()
            await window.go("/catalogue")
            await until(window.page, f"async () => (await ({KEPT})()).length === 0")

    async def test_by_a_page_that_is_still_on_its_way_when_they_go(self, desk: Desk, peopled: Town) -> None:
        orders = [await order_in(peopled, "shipped") for _ in range(3)]
        slow = f"/orders/{orders[0].id}/acceptance"
        let_go = asyncio.Event()

        async def late(route: Route) -> None:
            answer = await route.fetch()
            await let_go.wait()
            await route.fulfill(response=answer)

        async with desk.window(peopled.person("buyer own"), width=PHONE) as window:
            await kept_at_hand(window, f"/orders/{orders[1].id}/acceptance")
            await window.context.route(f"**{slow}", late)
            asked = window.context.wait_for_event("request", lambda one: one.url.endswith(slow))
            await window.page.evaluate(SAY, [await window.page.evaluate(WHO), [slow]])
            await asked
            await window.context.clear_cookies()
            await window.go("/catalogue")
            await until(window.page, f"async () => (await ({KEPT})()).length === 0")
            let_go.set()
            await window.page.wait_for_timeout(500)
            assert await window.page.evaluate(KEPT) == []


class TestWhatIsKept:
    async def test_is_bounded_and_nothing_but_pages_of_receiving(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("buyer own"), width=PHONE) as window:
            orders = [await order_in(peopled, "shipped") for _ in range(2)]
            await kept_at_hand(window, f"/orders/{orders[0].id}/acceptance")
            await window.page.evaluate(
                """async ([paths, copies]) => {
                  const cache = await caches.open("kept");
                  const one = await cache.match(paths[0]);
                  for (let at = 0; at < copies; at += 1) await cache.put(`/made-up/${at}`, one.clone());
                }""",
                [[f"/orders/{orders[0].id}/acceptance"], 40],
            )
            await window.go(f"/orders/{orders[1].id}/acceptance")
            await until(window.page, f"async () => (await ({KEPT})()).length <= 12")
            assert f"/orders/{orders[1].id}/acceptance" in await window.page.evaluate(KEPT)

    async def test_the_worker_is_served_under_a_strict_policy_and_asks_nobody_in(self, desk: Desk) -> None:
        async with desk.window() as window:
            answer = await window.context.request.get("/sw.js?lang=zh")
            assert answer.status == 200
            assert answer.headers["content-type"].startswith("text/javascript")
            assert answer.headers["cache-control"] == "no-cache"
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            page = await window.context.request.get("/offline")
            assert "worker-src 'self'" in page.headers["content-security-policy"]
