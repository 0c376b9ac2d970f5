"""From a base's application to a paid order in the statement: every step by page, on a phone, with script off."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from shared.clock import SystemClock, business_date
from shared.contracts.authority import Role
from tests.browser.browsing import PHONE, Desk, Window
from tests.build.door import Person
from tests.build.everything import Everything
from tests.build.land import Land
from tests.build.market import a_credit_code, a_photo, an_invoice
from tests.build.papers import PDF
from tests.build.people import PASSWORD, People

TODAY = business_date(SystemClock().now())
BASE, GOODS = "桃源残疾人就业帮扶基地", "高山香芋"


@dataclass
class Tale:
    """Who takes part, and where things stand by their addresses."""

    desk: Desk
    everything: Everything
    land: Land
    people: People
    files: Path
    buyer: Person
    approver: Person
    officer: Person
    officer_above: Person
    finance: Person
    above: Person
    applicant: Person = field(init=False)
    supplier: str = ""
    listing: str = ""
    order: str = ""
    requisition: str = ""

    def window(self, person: Person | None) -> AbstractAsyncContextManager[Window]:
        """Open a phone's window without script."""
        return self.desk.window(person, width=PHONE, script=False)

    def file(self, name: str, body: bytes) -> Path:
        path = self.files / name
        path.write_bytes(body)
        return path


@pytest.fixture(scope="module")
async def tale(
    desk: Desk, people: People, everything: Everything, land: Land, tmp_path_factory: pytest.TempPathFactory
) -> Tale:
    buyer, approver, officer, officer_above, finance, above = await people.many(
        [
            ("page buyer", [(Role.BUYER, land.canteen)]),
            ("page approver", [(Role.APPROVER, land.county)]),
            ("page officer", [(Role.OFFICER, land.county)]),
            ("page officer above", [(Role.OFFICER, land.prefecture)]),
            ("page finance", [(Role.FINANCE, land.county)]),
            ("page above", [(Role.FINANCE, land.prefecture)]),
        ]
    )
    files = tmp_path_factory.mktemp("files")
    return Tale(desk, everything, land, people, files, buyer, approver, officer, officer_above, finance, above)


async def signed_in(window: Window, account: str, password: str = PASSWORD) -> None:
    await window.go("/sign-in")
    await window.fill(account=account, password=password)
    await window.press("登录")


class TestABaseComesIn:
    async def test_somebody_makes_an_account(self, tale: Tale) -> None:
        account = f"taoyuan{an_invoice()[-8:]}"
        async with tale.window(None) as window:
            await window.go("/sign-up")
            await window.fill(name="陈小红", account=account, password="short")
            await window.press("注册账号")
            assert "请修改以下内容" in await window.text()
            assert await window.page.locator("#name").input_value() == "陈小红"
            await window.fill(password="three small blue boats")
            await window.press("注册账号")
            assert "您已登录" in await window.text()
            assert await window.heading() == "我的店"
            cookies = await window.context.cookies()
            token = next(one["value"] for one in cookies if one["name"] == "zhucai_session")
        tale.applicant = Person(tale.people.http, account, None, token)

    async def test_a_wrong_password_opens_nothing_and_keeps_the_account(self, tale: Tale) -> None:
        async with tale.window(None) as window:
            await signed_in(window, tale.applicant.account, "not my password")
            assert "账号或密码不正确" in await window.text()
            assert await window.page.locator("#account").input_value() == tale.applicant.account
            assert await window.page.locator("#password").input_value() == ""

    async def test_applies_with_a_document(self, tale: Tale) -> None:
        async with tale.window(tale.applicant) as window:
            await window.go("/supplier/apply")
            await window.fill(name=BASE, credit_code="93430224MA000000XX", contact_name="陈小红")
            await window.fill(contact_phone="0731-25230000")
            await window.choose(county="430224")
            await window.press("提交申请")
            assert "不是有效的统一社会信用代码" in await window.text()
            assert await window.page.locator("#contact_phone").input_value() == "0731-25230000"
            await window.fill(credit_code=a_credit_code("430224"))
            await window.press("提交申请")
            assert "申请已提交" in await window.text()
            tale.supplier = window.page.url.split("/supplier/")[1].split("/")[0]
            await window.page.set_input_files("#file", tale.file("认定书.pdf", PDF))
            await window.press("上传材料")
            assert "认定书.pdf" in await window.text()

    async def test_its_countys_officer_recommends_it_and_cannot_admit_it(self, tale: Tale) -> None:
        async with tale.window(tale.officer) as window:
            await window.go("/review")
            assert "可由您推荐或退回。" in await window.text()
            await window.follow(BASE)
            assert await window.page.get_by_label("准予入驻").count() == 0
            assert "先由一位工作人员推荐，再由上级残联的另一位工作人员准入。" in await window.text()
            await window.page.get_by_label("推荐").check()
            await window.fill(reason="现场核验属实")
            await window.press("登记审核意见")
            assert "审核意见已登记" in await window.text()
            assert "由其他工作人员办理的供应方" in await window.text()
            await window.follow(BASE)
            assert await window.page.get_by_label("准予入驻").count() == 0
            assert "须由供应方所属残联的上级残联工作人员办理" in await window.text()

    async def test_an_officer_above_admits_it(self, tale: Tale) -> None:
        async with tale.window(tale.officer_above) as window:
            await window.go("/review")
            assert "可由您准入或退回。" in await window.text()
            await window.follow(BASE)
            await window.page.get_by_label("准予入驻").check()
            await window.fill(reason="现场核验属实")
            await window.press("登记审核意见")
            assert "审核意见已登记" in await window.text()
        await tale.everything.settled()


class TestItsGoodsGoOnSale:
    async def test_a_product_is_listed_in_one_form(self, tale: Tale) -> None:
        async with tale.window(tale.applicant) as window:
            await window.go("/supplier")
            await window.follow("上架一个商品")
            await window.fill(name=GOODS, price="6.505", minimum="10", stock="9000")
            await window.choose(category="vegetables", unit="jin", origin="430224")
            await window.press("保存")
            assert "金额最多两位小数。" in await window.text()
            assert await window.page.locator("#stock").input_value() == "9000"
            await window.fill(price="6.50")
            await window.press("保存")
            assert await window.heading() == GOODS
            tale.listing = window.page.url.split("/listings/")[1].split("?")[0]

    async def test_with_a_photo_and_goes_to_review(self, tale: Tale) -> None:
        async with tale.window(tale.applicant) as window:
            await window.go(f"/supplier/{tale.supplier}/listings/{tale.listing}")
            await window.press("提交审核")
            assert "至少上传一张照片后才能提交。" in await window.text()
            await window.page.set_input_files("#photo", tale.file("芋.jpg", a_photo()))
            await window.press("上传照片")
            await window.press("提交审核")
            assert "待审核" in await window.text()

    async def test_the_officer_publishes_it(self, tale: Tale) -> None:
        async with tale.window(tale.officer) as window:
            await window.go("/review")
            await window.follow(GOODS)
            await window.page.get_by_label("准予上架").check()
            await window.press("登记审核意见")
        await tale.everything.settled()

    async def test_the_stock_is_set(self, tale: Tale) -> None:
        async with tale.window(tale.applicant) as window:
            await window.go(f"/supplier/{tale.supplier}/listings/{tale.listing}")
            assert "现有 9,000 斤" in await window.text()
            await window.fill(on_hand="5吨", stock_reason="盘点")
            await window.press("更新库存")
            assert "现有 10,000 斤，已承诺 0 斤，可售 10,000 斤。" in await window.text()


class TestACanteenOrders:
    async def test_a_buyer_finds_what_counts(self, tale: Tale) -> None:
        async with tale.window(tale.buyer) as window:
            await window.go(f"/catalogue?q=香芋&counts_for={tale.land.canteen}")
            assert "计入本单位份额" in await window.text()
            await window.follow(GOODS)
            await window.fill(quantity="12.0005")
            await window.press("放入采购篮")
            assert "重量不能精确到一克以下。" in await window.text()
            assert await window.page.locator("#quantity").input_value() == "12.0005"
            await window.fill(quantity="100斤")
            await window.press("放入采购篮")
            assert "已放入采购篮" in await window.text()
            await self.changes_the_quantity_and_sees_the_share(tale, window)

    async def changes_the_quantity_and_sees_the_share(self, tale: Tale, window: Window) -> None:
        await window.fill(**{"quantity-0": "3000公斤"})
        await window.press("更新采购篮")
        shown = await window.text()
        assert "¥39,000.00" in shown
        assert "100.00%" in shown
        assert "须经另一人审批" in shown
        await window.shoot("basket-full-320")
        await window.fill(wanted_on=(TODAY + timedelta(days=7)).isoformat())
        await window.press("提交请购单")
        assert "待审批" in await window.text()
        tale.requisition = window.page.url.split("/requisitions/")[1].split("?")[0]
        await window.go("/basket")
        assert "采购篮是空的" in await window.text()

    async def test_another_person_approves(self, tale: Tale) -> None:
        async with tale.window(tale.approver) as window:
            await window.go(f"/requisitions/{tale.requisition}")
            await window.press("驳回")
            assert "请填写这一项。" in await window.text()
            await window.press("批准")
            assert "订单已下达" in await window.text()
            await window.follow(BASE)
            tale.order = window.page.url.split("/orders/")[1].split("?")[0]
            assert "待供应方确认" in await window.text()

    async def test_the_buyer_cannot_decide(self, tale: Tale) -> None:
        async with tale.window(tale.buyer) as window:
            await window.go(f"/requisitions/{tale.requisition}")
            assert await window.page.get_by_role("button", name="批准").count() == 0


class TestTheOrderIsWalked:
    async def test_the_supplier_confirms_packs_and_ships(self, tale: Tale) -> None:
        async with tale.window(tale.applicant) as window:
            await window.go("/orders")
            await window.follow(GOODS)
            await window.press("确认接单")
            await window.follow("称重备货")
            assert await window.page.locator("#amount-0").input_value() == "6000"
            await window.fill(**{"amount-0": "5990.5"})
            await window.press("备货完成")
            assert "5,990.5 斤" in await window.text()
            await window.follow("登记发货")
            await window.fill(tracking="湘A12345", note="上午十点前到")
            await window.press("已经发出")
            assert "配送中" in await window.text()

    async def test_the_canteen_receives_by_weight(self, tale: Tale) -> None:
        async with tale.window(tale.buyer) as window:
            await window.go(f"/orders/{tale.order}")
            await window.follow("称重验收")
            await window.fill(**{"amount-0": "6700"})
            await window.press("确认验收")
            assert "请修改以下内容" in await window.text()
            assert await window.page.locator("#amount-0").input_value() == "6700"
            await window.fill(**{"amount-0": "5,980", "reason-0": "少十斤半"})
            await window.press("确认验收")
            assert "已过秤，另一人确认后入账。" in await window.text()
            assert await window.page.get_by_text("登记付款").count() == 0
        async with tale.window(tale.approver) as window:
            await window.go(f"/orders/{tale.order}")
            await window.press("重量无误：高山香芋 5,980 斤")
            assert "¥38,870.00" in await window.text()
            assert "已验收" in await window.text()
        await tale.everything.settled()

    async def test_a_transfer_is_taken_back_and_another_denied(self, tale: Tale) -> None:
        async with tale.window(tale.buyer) as window:
            await window.go(f"/orders/{tale.order}")
            await window.page.locator("summary", has_text="登记付款").click()
            await window.press("登记这笔付款")
            await window.page.locator("summary", has_text="撤回转账登记").click()
            await window.page.locator("textarea[name^=why-]").fill("金额登记有误")
            await window.press("撤回转账登记")
            shown = await window.text()
            assert "已撤回" in shown
            assert "金额登记有误" in shown
            await window.page.locator("summary", has_text="登记付款").click()
            await window.press("登记这笔付款")
        async with tale.window(tale.applicant) as window:
            await window.go(f"/orders/{tale.order}")
            await window.page.locator("summary", has_text="未收到款").click()
            await window.press("未收到款")
            assert "请修改以下内容" in await window.text()
            await window.page.locator("textarea[name^=why-]").fill("账户未到账")
            await window.press("未收到款")
            assert "供应方未收到款" in await window.text()

    async def test_it_is_paid_with_a_voucher(self, tale: Tale) -> None:
        async with tale.window(tale.buyer) as window:
            await window.go(f"/orders/{tale.order}")
            await window.page.locator("summary", has_text="登记付款").click()
            assert await window.page.locator("#amount").input_value() == "38870.00"
            await window.press("登记这笔付款")
            await window.page.set_input_files('input[type="file"]', tale.file("凭证.pdf", PDF))
            await window.press("上传凭证")
            assert "已传凭证" in await window.text()
        async with tale.window(tale.applicant) as window:
            await window.go(f"/orders/{tale.order}")
            await window.press("款项已到账")
            assert "已结清" in await window.text()

    async def test_something_goes_back(self, tale: Tale) -> None:
        async with tale.window(tale.buyer) as window:
            await window.go(f"/orders/{tale.order}/return")
            await window.fill(**{"amount-0": "10", "reason-0": "有腐烂"})
            await window.press("提交退货")
            assert "待供应方确认" in await window.text()
        async with tale.window(tale.applicant) as window:
            await window.go(f"/orders/{tale.order}")
            await window.press("同意退货")
            assert "−¥65.00" in await window.text()
        await tale.everything.settled()


class TestFinanceProvesIt:
    async def test_reads_the_statement_down_to_the_reason(self, tale: Tale) -> None:
        async with tale.window(tale.finance) as window:
            await window.go(f"/statements/{tale.land.canteen}")
            shown = await window.text()
            assert "¥38,805.00" in shown
            assert "100.00%" in shown
            assert "要求不低于 50%" in shown
            await window.follow("逐笔明细与理由")
            lines = await window.text()
            assert GOODS in lines
            assert "−¥65.00" in lines
            assert "内，按" in lines

    async def test_an_off_platform_purchase_enters_the_base_and_is_verified_from_above(self, tale: Tale) -> None:
        async with tale.window(tale.finance) as window:
            await window.go("/off-platform/new")
            await window.fill(seller="农贸市场李记", invoice=an_invoice(), amount="128.00", bought_on=TODAY.isoformat())
            await window.choose(category="vegetables", origin_county="430224")
            await window.press("登记采购")
            assert "产地待核验" in await window.text()
            assert await window.page.get_by_role("button", name="登记核验结论").count() == 0
            address = window.page.url.split("?")[0]
        async with tale.window(tale.above) as window:
            await window.go(address)
            await window.page.get_by_label("产地属实，予以认可").check()
            await window.fill(reason="随货证明与发票一致")
            await window.press("登记核验结论")
            assert "产地已认可" in await window.text()

    async def test_attests_the_month(self, tale: Tale) -> None:
        async with tale.window(tale.finance) as window:
            await window.go(f"/attestations/{tale.land.canteen}/{TODAY.year}/{TODAY.month}")
            await window.fill(attested="40000", timing="-120.5", explanation="月中")
            await window.press("确认本月")
            assert "本月已申报确认。" in await window.text()
            assert "¥40,000.00" in await window.text()


class TestPreferences:
    async def test_the_language_and_the_unit_of_weight_are_kept(self, tale: Tale) -> None:
        async with tale.window(tale.buyer) as window:
            await window.go(f"/orders/{tale.order}?done=saved")
            async with window.page.expect_navigation():
                await window.page.get_by_role("button", name="English").click()
            assert window.page.url.endswith(f"/orders/{tale.order}")
            assert "Ordered" in await window.text()
            async with window.page.expect_navigation():
                await window.page.get_by_role("button", name="Show weights in kilograms").click()
            assert "2,990 kg" in await window.text()

    async def test_signing_out_ends_the_session(self, tale: Tale) -> None:
        (leaver,) = await tale.people.many([("page leaver", [(Role.BUYER, tale.land.canteen)])])
        async with tale.window(leaver) as window:
            await window.go("/basket")
            async with window.page.expect_navigation():
                await window.page.get_by_role("button", name="退出").click()
            assert "您已退出登录" in await window.text()
        async with tale.window(leaver) as window:
            await window.go("/basket")
            assert await window.heading() == "登录"


class TestAFormFromElsewhere:
    async def test_is_refused_and_changes_nothing(self, tale: Tale) -> None:
        async with tale.window(tale.buyer) as window:
            answer = await window.context.request.post(
                "/basket", form={"csrf": "wrong", "canteen_id": str(tale.land.canteen), "fund": "canteen"}
            )
            assert answer.status == 403
            assert "该请求并非来自本站页面" in await answer.text()
