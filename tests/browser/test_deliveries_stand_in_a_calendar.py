"""What is to come stands on its day, by week and by month, is printed, and is followed by one's own calendar."""

import re
from datetime import timedelta

import pytest

from shared.clock import SystemClock, business_date
from shared.contracts.authority import Role
from shared.ids import new_id
from tests.browser.browsing import DESK, PHONE, Desk
from tests.browser.keys import press_by_key
from tests.build.market import a_basket
from tests.build.town import Town

TODAY = business_date(SystemClock().now())
FAR = TODAY + timedelta(days=63)


async def wanted(town: Town, **other: object) -> str:
    """Order something for a day nine weeks ahead; gives the order's address."""
    buyer, basket, requisition = town.person("buyer own"), new_id(), new_id()
    await buyer.put(f"/baskets/{basket}", a_basket(town.land.prefecture_canteen, town.goods.line(500)))
    body = {"basket_id": str(basket), "wanted_on": FAR.isoformat(), **other}
    made = await buyer.put(f"/requisitions/{requisition}", body)
    return f"/orders/{made['orders'][0]['order_id']}"


class TestACalendar:
    @pytest.mark.parametrize("view", ["week", "month"])
    async def test_shows_an_order_on_its_day_to_both_sides(self, desk: Desk, peopled: Town, view: str) -> None:
        at = await wanted(peopled, wanted_from="07:30", wanted_until="09:00")
        for who, other in (("buyer own", "茶陵阳光基地"), ("supplier own", "430200机关食堂")):
            async with desk.window(peopled.person(who), width=PHONE) as window:
                await window.go(f"/deliveries?view={view}&on={FAR}")
                mine = window.page.locator(f'main a[href="{at}"]')
                assert await mine.count() == 1
                shown = await mine.inner_text()
                assert "07:30–09:00" in shown
                assert other in shown
                for width in (PHONE, DESK):
                    await window.page.set_viewport_size({"width": width, "height": 720})
                    await window.shoot(f"deliveries-{view}-{who.split()[0]}-{width}")
                    assert await window.violations() == []
                    assert await window.overflow() == 0
                    assert await window.small_targets() == []

    async def test_is_walked_by_key_and_leaves_out_what_was_called_off(self, desk: Desk, peopled: Town) -> None:
        at = await wanted(peopled)
        order_id = at.rpartition("/")[2]
        async with desk.window(peopled.person("buyer own")) as window:
            await window.go(f"/deliveries?on={FAR - timedelta(days=7)}")
            assert await window.page.locator(f'main a[href="{at}"]').count() == 0
            await press_by_key(window, 'main a[rel="next"]')
            assert await window.page.locator(f'main a[href="{at}"]').count() == 1
            await peopled.person("buyer own").post(f"/orders/{order_id}/cancellation", {"reason": "停餐"})
            await window.page.reload()
            assert await window.page.locator(f'main a[href="{at}"]').count() == 0

    async def test_of_an_empty_week_teaches_and_bent_days_are_today(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("buyer own"), width=PHONE, script=False) as window:
            await window.go("/deliveries?on=2031-01-01")
            assert "这几天没有送货" in await window.text()
            title = await window.page.locator("h2").first.inner_text()
            assert title.startswith("2030年12月30日")
            for bent in ("on=abc", "on=9999-12-31", "on=0001-01-01&view=month", "view=year&on="):
                await window.go(f"/deliveries?{bent}")

    async def test_is_nobody_elses(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("buyer foreign")) as window:
            await window.go(f"/deliveries?of={peopled.land.prefecture_canteen}", 403)
            await window.go("/deliveries?of=nonsense", 403)
        async with desk.window(peopled.person("finance prefecture")) as window:
            await window.go("/deliveries", 403)
            await window.go("/deliveries/links", 403)

    @pytest.mark.parametrize("width", [PHONE, DESK])
    async def test_stands_in_the_dark_and_in_english(self, desk: Desk, peopled: Town, width: int) -> None:
        await wanted(peopled)
        who = peopled.person("buyer own")
        async with desk.window(who, width=width, language="en", color_scheme="dark") as window:
            for path in (f"/deliveries?on={FAR}", f"/deliveries?on={FAR}&view=month", "/deliveries/links"):
                await window.go(path)
                assert await window.violations() == []
                assert await window.overflow() == 0

    async def test_of_who_both_buys_and_sells_is_chosen(self, desk: Desk, peopled: Town) -> None:
        seats = [(Role.BUYER, peopled.land.prefecture_canteen), (Role.PACKER, peopled.seller.id)]
        (both,) = await peopled.market.people.many([("buys and packs", seats)])
        async with desk.window(both, script=False) as window:
            await window.go("/deliveries")
            await window.choose(of=str(peopled.seller.id))
            await window.press("查看")
            assert "茶陵阳光基地" in await window.page.locator("h1 + p").inner_text()


class TestALink:
    async def test_is_made_followed_and_ended_by_key_alone(self, desk: Desk, peopled: Town) -> None:
        at = await wanted(peopled)
        seats = [(Role.BUYER, peopled.land.prefecture_canteen)]
        (person,) = await peopled.market.people.many([("follows deliveries", seats)])
        async with desk.window(person, width=PHONE) as window:
            await window.go("/deliveries")
            await window.follow("同步到我的日历")
            assert await window.violations() == []
            await press_by_key(window, 'main form[action^="/deliveries/links?of="] button')
            url = await window.page.locator("main input[readonly]").input_value()
            opened = await window.page.locator('main a[href^="webcal:"]').get_attribute("href")
            assert (opened or "").partition(":")[2] == url.partition(":")[2]
            assert await window.violations() == []
            assert await window.overflow() == 0
            await window.shoot("deliveries-links-320")
            path = re.sub("^[a-z]+://[^/]+", "", url)
            feed = await window.context.request.get(path)
            assert feed.status == 200
            assert at.rpartition("/")[2] in await feed.text()
            await press_by_key(window, 'main form[action$="/end"] button')
            assert "已停用" in await window.text()
            assert (await window.context.request.get(path)).status == 404

    async def test_of_another_is_not_ended(self, desk: Desk, peopled: Town) -> None:
        calendar_id = new_id()
        body = {"organisation_id": str(peopled.land.prefecture_canteen)}
        await peopled.person("buyer own").put(f"/calendars/{calendar_id}", body)
        async with desk.window(peopled.person("buyer foreign"), script=False) as window:
            await window.go("/deliveries/links")
            csrf = await window.page.locator("main input[name=csrf]").first.get_attribute("value")
            for one, status in ((calendar_id, 403), (new_id(), 404)):
                path = f"/deliveries/links/{one}/end"
                answer = await window.context.request.post(path, form={"csrf": csrf or ""})
                assert answer.status == status
