"""An approver sees on a phone what changed, refuses with a reason, and lets another decide while they are away."""

from tests.browser.browsing import PHONE, Desk
from tests.build.market import ask_for
from tests.build.town import Town


async def waiting(town: Town) -> str:
    """Ask for what wants an approval; gives the address of its page."""
    asked = await ask_for(town.person("buyer own"), town.land.prefecture_canteen, town.goods.line(3_000_000))
    assert asked["state"] == "awaiting"
    return f"/requisitions/{asked['requisition_id']}"


class TestApprover:
    async def test_refuses_with_a_reason_that_the_buyer_reads(self, desk: Desk, peopled: Town) -> None:
        path = await waiting(peopled)
        async with desk.window(peopled.person("approver prefecture"), width=PHONE, script=False) as window:
            await window.go("/requisitions")
            assert "截止" in await window.text()
            await window.go(path)
            assert "审批期限" in await window.text()
            await window.press("驳回")
            assert "请填写" in await window.page.locator("#reason-error").inner_text()
            await window.fill(reason="本周已采购")
            await window.press("驳回")
            assert "本周已采购" in await window.text()
        async with desk.window(peopled.person("buyer own")) as window:
            await window.go(path)
            assert "本周已采购" in await window.text()

    async def test_lets_another_decide_and_ends_it_again(self, desk: Desk, peopled: Town) -> None:
        path, own = await waiting(peopled), peopled.person("approver prefecture")
        another = peopled.person("finance prefecture")
        async with desk.window(another, script=False) as window:
            await window.go(path)
            assert await window.page.get_by_role("button", name="批准", exact=True).count() == 0
        async with desk.window(own, width=PHONE) as window:
            await window.go("/requisitions")
            await window.follow("不在岗？委托他人审批")
            await window.press("委托")
            assert await window.page.locator(".wrong").count() == 3  # Whom, until when and why.
            assert await window.violations() == []
            await window.choose(to_account_id=str(another.account_id))
            await window.fill(last_day=await window.page.locator("#first_day").input_value(), reason="外出培训")
            await window.shoot("delegations-form")
            await window.press("委托")
            assert "finance prefecture代您审批" in await window.text()
            assert await window.violations() == []
            assert await window.overflow() == 0
        async with desk.window(another, width=PHONE, script=False) as window:
            await window.go(path)
            assert "您正在代approver prefecture审批" in await window.text()
            await window.press("批准")
            assert "finance prefecture（代approver prefecture）" in await window.text()
        async with desk.window(own, script=False) as window:
            await window.go("/delegations")
            row = window.page.locator("main li", has_text="finance prefecture代您审批")
            async with window.page.expect_navigation():
                await row.first.get_by_role("button").click()
            assert "委托已结束" in await window.text()

    async def test_is_told_what_changed_since_it_was_asked_for(self, desk: Desk, peopled: Town) -> None:
        goods = await peopled.market.goods(peopled.seller, stock=9_000_000)
        buyer, canteen = peopled.person("buyer own"), peopled.land.prefecture_canteen
        asked = await ask_for(buyer, canteen, goods.line(3_000_000), peopled.goods.line(500))
        async with desk.window(peopled.person("approver prefecture"), width=PHONE) as window:
            await window.go(f"/requisitions/{asked['requisition_id']}")
            assert "有变动" not in await window.text()
            await peopled.seller.person.post(f"/listings/{goods.id}/withdrawal", {"reason": "卖完了"})
            await window.page.reload()
            said = await window.text()
            await window.shoot("requisition-changed")
            assert "提交后有变动的商品：1 项" in said
            assert "已下架" in said
            assert await window.violations() == []
            assert await window.overflow() == 0

    async def test_hands_over_only_what_is_theirs(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("buyer own")) as window:
            await window.go("/delegations")
            assert await window.page.locator("main form").count() == 0
