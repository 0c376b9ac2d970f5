"""Each page, for who works with it, on a phone and at a desk: it opens, axe finds nothing, nothing spills over."""

from collections.abc import Callable

import pytest

from tests.browser.browsing import DESK, PHONE, Desk
from tests.build.land import PREFECTURE, unit_id
from tests.build.town import Town

BUYER, SUPPLIER = "buyer own", "supplier own"
APPROVER, FINANCE, ABOVE = "approver prefecture", "finance prefecture", "finance province"
OFFICER = "officer province"
Path = Callable[[Town], str]

PAGES: dict[str, tuple[str, Path]] = {
    "home": ("public", lambda town: "/"),
    "sign-in": ("public", lambda town: "/sign-in?next=/basket"),
    "sign-up": ("public", lambda town: "/sign-up"),
    "open-data": ("public", lambda town: "/open-data"),
    "design": ("public", lambda town: "/design"),
    "preferences": ("public", lambda town: "/preferences?next=/catalogue"),
    "verify": ("public", lambda town: "/verify?code=MFRG-GZDF-MZTW-Q2LK"),
    "problem": ("public", lambda town: "/problems/not-signed-in"),
    "catalogue-public": ("public", lambda town: "/catalogue"),
    "catalogue": (BUYER, lambda town: f"/catalogue?q=生姜&counts_for={town.land.prefecture_canteen}"),
    "catalogue-empty": (BUYER, lambda town: "/catalogue?q=没有这样的东西"),
    "listing": (BUYER, lambda town: f"/listings/{town.goods.id}"),
    "supplier-public": ("public", lambda town: f"/suppliers/{town.seller.id}"),
    "fairs": ("public", lambda town: "/fairs"),
    "fairs-none": ("public", lambda town: "/fairs?state=cancelled"),
    "fair": ("public", lambda town: f"/fairs/{town.ids['fair']}"),
    "fair-taking-part": (SUPPLIER, lambda town: f"/fairs/{town.ids['fair']}"),
    "fair-to-join": (SUPPLIER, lambda town: f"/fairs/{town.ids['fair to join']}"),
    "declarations": ("public", lambda town: "/declarations"),
    "declarations-none": ("public", lambda town: "/declarations?year=2020"),
    "method": ("public", lambda town: "/method"),
    "accessibility": ("public", lambda town: "/accessibility"),
    "help": ("public", lambda town: "/help"),
    "basket-empty": (BUYER, lambda town: "/basket"),
    "inbox": (SUPPLIER, lambda town: "/inbox"),
    "inbox-ways": (SUPPLIER, lambda town: "/inbox/ways"),
    "account": (BUYER, lambda town: "/account"),
    "requisitions": (APPROVER, lambda town: "/requisitions"),
    "requisition": (APPROVER, lambda town: f"/requisitions/{town.ids['requisition awaiting']}"),
    "delegations": (APPROVER, lambda town: "/delegations"),
    "delegations-none": (BUYER, lambda town: "/delegations"),
    "standing-orders": (BUYER, lambda town: "/standing-orders"),
    "standing-order": (BUYER, lambda town: f"/standing-orders/{town.ids['standing order']}"),
    "standing-order-new": (BUYER, lambda town: "/standing-orders/new"),
    "standing-order-form": (BUYER, lambda town: f"/standing-orders/{town.ids['standing order']}/edit"),
    "deliveries": (BUYER, lambda town: "/deliveries"),
    "deliveries-month": (SUPPLIER, lambda town: "/deliveries?view=month"),
    "delivery-links": (SUPPLIER, lambda town: "/deliveries/links"),
    "orders-buyer": (BUYER, lambda town: "/orders"),
    "orders-supplier": (SUPPLIER, lambda town: "/orders?state=accepted"),
    "order-placed": (SUPPLIER, lambda town: f"/orders/{town.ids['order placed']}"),
    "order-packed": (SUPPLIER, lambda town: f"/orders/{town.ids['order packed']}"),
    "delivery-note": (SUPPLIER, lambda town: f"/orders/{town.ids['order packed']}/delivery-note"),
    "order-accepted": (BUYER, lambda town: f"/orders/{town.ids['order of return to agree']}"),
    "order-paid": (SUPPLIER, lambda town: f"/orders/{town.ids['order to voucher']}"),
    "order-return": (SUPPLIER, lambda town: f"/orders/{town.ids['order of return to agree']}"),
    "confirming": (SUPPLIER, lambda town: f"/orders/{town.ids['order placed']}/confirmation"),
    "shipping": (SUPPLIER, lambda town: f"/orders/{town.ids['order packed']}/shipment"),
    "packing": (SUPPLIER, lambda town: f"/orders/{town.ids['order confirmed']}/packing"),
    "receiving": (BUYER, lambda town: f"/orders/{town.ids['order shipped']}/acceptance"),
    "sending-back": (BUYER, lambda town: f"/orders/{town.ids['order accepted']}/return"),
    "crediting": (SUPPLIER, lambda town: f"/orders/{town.ids['order accepted']}/credit"),
    "accounts": (FINANCE, lambda town: "/accounts"),
    "accounts-none": (BUYER, lambda town: "/accounts?state=confirmed"),
    "account-statement": (BUYER, lambda town: f"/accounts/{town.ids['statement']}"),
    "invoices": (FINANCE, lambda town: "/invoices"),
    "invoice": (SUPPLIER, lambda town: f"/invoices/{town.ids['invoice entered']}"),
    "invoice-orders": (SUPPLIER, lambda town: "/invoices/orders"),
    "invoice-form": (SUPPLIER, lambda town: f"/invoices/new?order={town.ids['order to invoice']}"),
    "invoice-red": (SUPPLIER, lambda town: f"/invoices/{town.ids['invoice entered']}/red"),
    "invoice-differences": (FINANCE, lambda town: "/invoices/differences"),
    "budgets": (FINANCE, lambda town: "/budgets"),
    "budgets-none": (BUYER, lambda town: "/budgets?month=2020-01"),
    "budget": (FINANCE, lambda town: f"/budgets/{town.ids['budget']}"),
    "budget-form": (FINANCE, lambda town: "/budgets/new"),
    "account-statement-seller": (SUPPLIER, lambda town: f"/accounts/{town.ids['statement']}"),
    "business": (SUPPLIER, lambda town: "/supplier"),
    "money": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/money"),
    "sales": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/sales"),
    "members": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/members"),
    "members-officer": (OFFICER, lambda town: f"/supplier/{town.seller.id}/members"),
    "member-end": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/members/{town.ids['helper']}/end"),
    "acts": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/members/acts"),
    "invited": (BUYER, lambda town: "/invitation"),
    "papers": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/papers"),
    "stall-sales": (SUPPLIER, lambda town: "/on-site"),
    "stall-fairs": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/on-site"),
    "stall": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/on-site?fair={town.ids['fair']}"),
    "stall-sale": (BUYER, lambda town: f"/on-site/{town.ids['on-site sale to read']}"),
    "offline": (BUYER, lambda town: "/offline"),
    "apply": (SUPPLIER, lambda town: "/supplier/apply"),
    "apply-again": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/apply"),
    "application": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/application"),
    "products": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/listings"),
    "product": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/listings/{town.goods.id}"),
    "product-draft": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/listings/{town.ids['listing draft']}"),
    "product-new": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/listings/new"),
    "product-form": (SUPPLIER, lambda town: f"/supplier/{town.seller.id}/listings/{town.goods.id}/edit"),
    "reviews": (OFFICER, lambda town: "/review"),
    "reviews-suppliers": (OFFICER, lambda town: "/review/suppliers"),
    "review-supplier": (OFFICER, lambda town: f"/review/suppliers/{town.ids['supplier applied']}"),
    "reviews-county": ("officer county", lambda town: "/review"),
    "review-recommended": (OFFICER, lambda town: f"/review/suppliers/{town.ids['supplier recommended']}"),
    "review-for-above": ("officer county", lambda town: f"/review/suppliers/{town.ids['supplier recommended']}"),
    "review-admitted": (OFFICER, lambda town: f"/review/suppliers/{town.seller.id}"),
    "review-listing": (OFFICER, lambda town: f"/review/listings/{town.ids['listing submitted']}"),
    "cases": ("public", lambda town: "/cases"),
    "case-form": ("public", lambda town: f"/cases/new?about=supplier&id={town.seller.id}"),
    "case-to-follow": ("public", lambda town: "/cases/follow"),
    "case-form-plain": (BUYER, lambda town: "/cases/new"),
    "case-numbers": ("public", lambda town: "/cases/statistics"),
    "case-queue": (OFFICER, lambda town: "/cases/queue"),
    "case-queue-empty": ("auditor county", lambda town: "/cases/queue"),
    "case": (OFFICER, lambda town: f"/cases/queue/{town.ids['case']}"),
    "case-closed": ("auditor province", lambda town: f"/cases/queue/{town.ids['case closed']}"),
    "drafts": (OFFICER, lambda town: "/drafts"),
    "drafts-none": ("officer county", lambda town: "/drafts"),
    "draft-of-a-rule": (OFFICER, lambda town: f"/drafts/rule/{town.ids['rule draft']}"),
    "draft-of-a-list": (OFFICER, lambda town: f"/drafts/designation/{town.ids['designation draft']}"),
    "flags": (OFFICER, lambda town: "/flags"),
    "flags-none": ("officer county", lambda town: "/flags?state=final"),
    "flag": (OFFICER, lambda town: f"/flags/{town.ids['flag to appeal']}"),
    "flag-to-decide": (OFFICER, lambda town: f"/flags/{town.ids['flag to decide']}"),
    "people": (OFFICER, lambda town: "/people"),
    "people-none": ("auditor county", lambda town: "/people?q=没有这个人"),
    "units": (OFFICER, lambda town: "/units"),
    "unit": (OFFICER, lambda town: f"/units/{unit_id(PREFECTURE)}"),
    "board": (FINANCE, lambda town: "/board"),
    "board-province": ("auditor province", lambda town: "/board"),
    "board-none": (BUYER, lambda town: "/board"),
    "moved-unit": (ABOVE, lambda town: f"/statements/{town.land.province}/moved"),
    "moved-canteen": (FINANCE, lambda town: f"/statements/{town.land.prefecture_canteen}/moved"),
    "report": (ABOVE, lambda town: f"/reports/{town.land.province}"),
    "filings": (FINANCE, lambda town: "/filings"),
    "filings-above": (ABOVE, lambda town: "/filings"),
    "filings-of-a-year": (FINANCE, lambda town: f"/filings/{town.land.prefecture_canteen}/2026"),
    "reservation": (FINANCE, lambda town: f"/filings/{town.land.prefecture_canteen}/2026/reservation"),
    "year-closed": (
        FINANCE,
        lambda town: f"/filings/{town.land.prefecture_canteen}/{town.ids['year to restate']}/closing",
    ),
    "declaration-to-prepare": (
        FINANCE,
        lambda town: f"/filings/{town.land.prefecture_canteen}/{town.ids['year to declare']}/declaration",
    ),
    "declaration-to-sign": (APPROVER, lambda town: f"/filings/declarations/{town.ids['declaration to sign']}"),
    "declaration-to-decide": (ABOVE, lambda town: f"/filings/declarations/{town.ids['declaration to decide']}"),
    "month-to-close": (FINANCE, lambda town: f"/filings/{town.land.prefecture_canteen}/2026/months/9/closing"),
    "import": (FINANCE, lambda town: f"/off-platform/imports/{town.ids['import']}"),
    "import-form": (FINANCE, lambda town: "/off-platform/imports/new"),
    "statements": (FINANCE, lambda town: "/statements"),
    "statement-canteen": (FINANCE, lambda town: f"/statements/{town.land.prefecture_canteen}"),
    "statement-province": ("auditor province", lambda town: f"/statements/{town.land.province}"),
    "statement-lines": (FINANCE, lambda town: f"/statements/{town.land.prefecture_canteen}/lines"),
    "off-platform": (FINANCE, lambda town: "/off-platform"),
    "off-platform-form": (FINANCE, lambda town: "/off-platform/new"),
    "off-platform-one": (ABOVE, lambda town: f"/off-platform/{town.ids['purchase']}"),
    "attestation": (FINANCE, lambda town: f"/attestations/{town.land.prefecture_canteen}/2026/1"),
}


KEY = {
    "home",
    "design",
    "verify",
    "sign-in",
    "catalogue",
    "listing",
    "supplier-public",
    "fair-taking-part",
    "declarations",
    "method",
    "help",
    "inbox",
    "inbox-ways",
    "requisition",
    "deliveries-month",
    "standing-order",
    "standing-order-form",
    "order-accepted",
    "receiving",
    "confirming",
    "packing",
    "product-form",
    "business",
    "money",
    "accounts",
    "account-statement",
    "account-statement-seller",
    "invoice",
    "invoice-form",
    "invoice-differences",
    "budgets",
    "budget",
    "sales",
    "apply",
    "reviews",
    "case-form",
    "case",
    "board",
    "board-province",
    "moved-canteen",
    "year-closed",
    "declaration-to-decide",
    "statement-canteen",
    "statement-province",
    "statement-lines",
    "off-platform-form",
    "attestation",
}
"""What `make test` looks at; `make test-pages` looks at every page."""


@pytest.mark.parametrize(
    "name", [name if name in KEY else pytest.param(name, marks=pytest.mark.pages) for name in PAGES]
)
async def test_stands(desk: Desk, peopled: Town, name: str) -> None:
    who, path = PAGES[name]
    async with desk.window(peopled.person(who)) as window:
        await window.go(path(peopled))
        assert await window.page.locator("html").get_attribute("lang") == "zh-CN"
        for width in (DESK, PHONE):
            await window.page.set_viewport_size({"width": width, "height": 720})
            await window.shoot(f"{name}-{width}")
            assert await window.violations() == []
            assert await window.overflow() == 0
            assert await window.small_targets() == []


@pytest.mark.parametrize("theme", ["dark", "contrast"])
async def test_every_piece_stands_in_the_colours_that_a_reader_chose(desk: Desk, theme: str) -> None:
    async with desk.window(width=PHONE) as window:
        await window.go("/preferences?next=/design")
        await window.page.get_by_role("radio", name={"dark": "深色", "contrast": "高对比度"}[theme]).check()
        await window.press("保存设置")
        assert await window.page.locator("html").get_attribute("data-theme") == theme
        await window.shoot(f"design-{theme}")
        assert await window.violations() == []
        assert await window.overflow() == 0


class TestWhatIsNotThere:
    async def test_is_a_page_that_says_so(self, desk: Desk) -> None:
        async with desk.window(width=PHONE) as window:
            await window.go("/nowhere", 404)
            assert await window.violations() == []
            assert await window.page.locator("nav").count() > 0

    async def test_asks_who_is_there_and_comes_back(self, desk: Desk) -> None:
        async with desk.window() as window:
            await window.go("/orders?state=placed")
            assert window.page.url.endswith("/sign-in?next=%2Forders%3Fstate%3Dplaced")

    async def test_is_not_opened_for_another_canteen(self, desk: Desk, peopled: Town) -> None:
        async with desk.window(peopled.person("buyer foreign")) as window:
            await window.go(f"/orders/{peopled.ids['order placed']}", 403)
            assert "您的角色" in await window.text()


class TestWhatABrowserIsTold:
    async def test_nothing_inline_may_run(self, desk: Desk) -> None:
        async with desk.window() as window:
            answer = await window.page.goto("/catalogue")
            assert answer is not None
            policy = answer.headers["content-security-policy"]
            assert "'unsafe-inline'" not in policy
            assert "default-src 'none'" in policy

    async def test_no_page_complains_in_the_console(self, desk: Desk, peopled: Town) -> None:
        said: list[str] = []
        async with desk.window(peopled.person(BUYER)) as window:
            window.page.on("console", lambda message: said.append(message.text))
            for name in ("home", "catalogue", "listing", "orders-buyer"):
                await window.go(PAGES[name][1](peopled))
        assert said == []
