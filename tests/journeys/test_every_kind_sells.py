"""Whoever the programmes name as a supplier comes from its application to its first sale, past every refusal.

Each kind walks the same way through the door: registered as its kind is, returned once and mended, recommended by its
county and admitted from above, its goods returned once and published, ordered, weighed and accepted; the ledger says
by which label, or by which origin, what it sold counts; and what it sold stands beside whom it employs, for anyone.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.catalog.domain.origin import is_processed
from shared.contracts.authority import Role
from shared.contracts.words import SupplierKind
from shared.ids import new_id, order_id
from shared.reference.items import likely_item
from tests.build.door import Person
from tests.build.everything import Everything
from tests.build.land import LISTED_COUNTY, UNLISTED_COUNTY, Land
from tests.build.market import Goods, Order, Seller, a_photo, an_application, ask_for, some_terms
from tests.build.papers import PDF
from tests.build.people import People
from tests.journeys.statements import HUNAN, UNION, Statements
from tests.journeys.story import TODAY

STOCK = 50_000
ORDERED = 5_000


@dataclass(frozen=True)
class Case:
    """A kind, what it is called, what it sells, and how the ledger judges that."""

    kind: SupplierKind
    name: str
    goods: str
    category: str
    fund: str
    reason: str
    origin: str = LISTED_COUNTY

    @property
    def item_code(self) -> str:
        """Say what it sells, of the list of items."""
        item = likely_item(self.goods, self.category)
        assert item is not None
        return item.code

    @property
    def registration(self) -> dict[str, Any]:
        """Give how it is registered: a household by the federation's list, everybody else by its credit code."""
        if self.kind is SupplierKind.DEMONSTRATION_HOUSEHOLD:
            return {"credit_code": None, "registration_number": "430224-2026-0417"}
        return {}


K = SupplierKind
CASES = (
    Case(K.DISABLED_BASE, "云阳残疾人就业帮扶基地", "云阳香芋", "vegetables", "canteen", "origin_listed"),
    Case(K.DISABLED_BASE, "洣水残疾人就业帮扶基地", "洣水山药", "vegetables", "union", "preference_disabled_base"),
    Case(
        K.DEMONSTRATION_HOUSEHOLD,
        "谭家村阳光致富示范户",
        "谭家红薯",
        "vegetables",
        "union",
        "preference_demonstration_household",
        UNLISTED_COUNTY,
    ),
    Case(K.COOPERATIVE, "虎踞镇大米合作社", "虎踞糙米", "grain_oil", "canteen", "origin_listed"),
    Case(K.FAMILY_FARM, "枣市家庭农场", "枣市冬枣", "fruit", "canteen", "origin_listed"),
    Case(
        K.COMPANY, "茶陵县某某农业公司", "韶山草鱼", "aquatic", "canteen", "origin_not_listed", UNLISTED_COUNTY
    ),  # the goods' county counts, never the seller's
    Case(K.INDUSTRIAL_PARK, "茶陵县助残产业园", "产业园干香菇", "dry_goods", "canteen", "origin_listed"),
    Case(K.COMMUNITY_WORKSHOP, "美丽工坊", "工坊竹篮", "handicraft", "union", "preference_listed_county"),
)


@pytest.fixture(scope="module")
async def cast(people: People, land: Land) -> "Cast":
    return Cast(
        *await people.many(
            [
                ("county officer", [(Role.OFFICER, land.county)]),
                ("officer above", [(Role.OFFICER, land.prefecture)]),
                ("officer elsewhere", [(Role.OFFICER, land.elsewhere)]),
                ("buyer", [(Role.BUYER, land.prefecture_canteen)]),
                ("finance", [(Role.FINANCE, land.prefecture)]),
                ("somebody", []),
            ]
        )
    )


@dataclass(frozen=True)
class Cast:
    """Who else takes part."""

    county: Person
    above: Person
    elsewhere: Person
    buyer: Person
    finance: Person
    somebody: Person


def test_every_kind_is_walked() -> None:
    assert {case.kind for case in CASES} == set(SupplierKind)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind.value}-{case.fund}")
async def test_from_application_to_first_sale(
    case: Case, cast: Cast, people: People, land: Land, everything: Everything
) -> None:
    seller = await _admitted(case, cast, people, everything)
    goods = await _published(case, cast, seller, people, everything)
    order = await _sold(case, cast, goods, land, everything)
    await _counted(case, cast, order, land)
    await _stands_beside(case, cast, seller, order, people, everything)


async def _admitted(case: Case, cast: Cast, people: People, everything: Everything) -> Seller:
    applicant = await people.one("applicant")
    supplier_id = new_id()
    path, reviews = f"/suppliers/{supplier_id}", f"/suppliers/{supplier_id}/reviews"
    application = an_application(case.name, LISTED_COUNTY, kind=case.kind.value, **case.registration)

    async with everything.unchanged():
        # A household may be on the federation's list alone; whoever is not one gives its credit code.
        if case.kind is SupplierKind.DEMONSTRATION_HOUSEHOLD:
            wrong, field = {**application, "registration_number": None}, "registration_number"
        else:
            wrong, field = {**application, "registration_number": "430224-2026-0417"}, "registration_number"
            problem = await applicant.refused(422, "invalid-fields", "PUT", path, {**application, "credit_code": None})
            assert [error["field"] for error in problem["errors"]] == ["credit_code"]
        problem = await applicant.refused(422, "invalid-fields", "PUT", path, wrong)
        assert [error["field"] for error in problem["errors"]] == [field]

    applied = await applicant.put(path, application)
    assert (applied["state"], applied["kind"]) == ("applied", case.kind.value)
    async with everything.unchanged():
        assert await applicant.put(path, application) == applied
        await cast.somebody.refused(403, "not-allowed", "PUT", path, application)
        await cast.county.refused(409, "document-wanted", "POST", reviews, {"outcome": "recommend", "reason": ""})
    await everything.settled()
    draft = f"/listings/{new_id()}"  # Goods may be written down while the application is looked at, and no more.
    await applicant.put(draft, some_terms(supplier_id, "等待中的货", case.origin))
    async with everything.unchanged():
        await applicant.refused(409, "supplier-not-admitted", "POST", f"{draft}/submission")
    document = f"{path}/documents/{new_id()}?kind=recognition&name=认定书.pdf"
    await applicant.put(document, content=PDF, media_type="application/pdf")

    returned = await cast.county.post(reviews, {"outcome": "return", "reason": "联系人与登记不符"})
    assert returned["state"] == "returned"
    async with everything.unchanged():
        await cast.county.refused(409, "wrong-state", "POST", reviews, {"outcome": "recommend", "reason": "属实"})
    mended = await applicant.put(path, {**application, "contact_name": "谭小满"})
    assert mended["state"] == "applied"

    recommend, admit = ({"outcome": outcome, "reason": "属实"} for outcome in ("recommend", "admit"))
    async with everything.unchanged():
        await applicant.refused(403, "not-allowed", "POST", reviews, recommend)
        await cast.elsewhere.refused(403, "not-allowed", "POST", reviews, recommend)
        await cast.county.refused(403, "admitted-from-above", "POST", reviews, admit)
    assert (await cast.county.post(reviews, recommend))["state"] == "recommended"
    async with everything.unchanged():
        await cast.county.refused(403, "admitted-from-above", "POST", reviews, admit)
        await cast.elsewhere.refused(403, "not-allowed", "POST", reviews, admit)
    assert (await cast.above.post(reviews, admit))["state"] == "admitted"
    await everything.settled()
    async with everything.unchanged():
        problem = await applicant.refused(409, "identity-fixed", "PUT", path, {**application, "name": "改名基地"})
        assert problem["fields"] == ["name"]
    return Seller(supplier_id, applicant)


async def _published(case: Case, cast: Cast, seller: Seller, people: People, everything: Everything) -> Goods:
    listing_id = new_id()
    path, submission, reviews = (f"/listings/{listing_id}{rest}" for rest in ("", "/submission", "/reviews"))
    terms = some_terms(seller.id, case.goods, case.origin, category=case.category, first_stock_quantity=STOCK)
    terms["item_code"] = case.item_code
    await seller.person.put(path, terms)
    async with everything.unchanged():
        await seller.person.refused(409, "photo-wanted", "POST", submission)
        await cast.somebody.refused(403, "not-allowed", "POST", submission)
    await seller.person.put(f"{path}/photos/{new_id()}", content=a_photo(), media_type="image/jpeg")
    if is_processed(case.item_code, case.category):
        async with everything.unchanged():
            await seller.person.refused(409, "origin-unproven", "POST", submission)
        paper = f"{path}/papers/{new_id()}?purpose=origin&name=origin.pdf"
        await seller.person.put(paper, content=PDF, media_type="application/pdf")
    await seller.person.post(submission)
    await cast.county.post(reviews, {"outcome": "return", "reason": "照片看不清"})
    assert (await people.public.get("/listings", supplier=str(seller.id)))["items"] == []

    await seller.person.put(f"{path}/photos/{new_id()}", content=a_photo("seagreen"), media_type="image/jpeg")
    await seller.person.post(submission)
    publish = {"outcome": "publish", "reason": ""}
    async with everything.unchanged():
        await seller.person.refused(403, "not-allowed", "POST", reviews, publish)
        await cast.elsewhere.refused(403, "not-allowed", "POST", reviews, publish)
    told = await cast.county.post(reviews, publish)
    assert told["state"] == "published"
    await everything.settled()
    found = (await people.public.get("/listings", q=case.goods))["items"]
    assert str(listing_id) in [item["listing_id"] for item in found]
    of_kind = {"supplier": str(seller.id), "supplier_kind": case.kind.value}
    assert len((await people.public.get("/listings", **of_kind))["items"]) == 1
    return Goods(listing_id, seller, int(told["listing_version"]), terms)


async def _sold(case: Case, cast: Cast, goods: Goods, land: Land, everything: Everything) -> Order:
    line = goods.line(ORDERED)
    placed = await ask_for(cast.buyer, land.prefecture_canteen, line, fund=case.fund)
    assert placed["state"] == "placed"
    order = Order(order_id(UUID(placed["requisition_id"]), goods.seller.id), cast.buyer, goods.seller.person)
    stock = await goods.seller.person.get(f"/stock/{goods.id}")
    assert (stock["promised"], stock["available"]) == (ORDERED, STOCK - ORDERED)
    async with everything.unchanged():
        await cast.somebody.refused(403, "not-allowed", "POST", f"/orders/{order.id}/confirmation")
    for step in (order.confirm, order.pack, order.ship):
        await step()
    assert (await order.accept(lambda packed: packed - 100))["state"] == "accepted"
    await everything.settled()
    return order


async def _counted(case: Case, cast: Cast, order: Order, land: Land) -> None:
    rule = UNION if case.fund == "union" else HUNAN
    lines = await Statements(cast.finance, TODAY.year).lines(land.prefecture_canteen, rule)
    (mine,) = [line for line in lines if line["facts"]["name"] == case.goods]
    kept_fen = (await order.read())["kept_fen"]
    assert (mine["amount_fen"], mine["reason"]) == (kept_fen, case.reason)
    assert mine["counted_fen"] == (0 if case.reason == "origin_not_listed" else kept_fen)


async def _stands_beside(
    case: Case, cast: Cast, seller: Seller, order: Order, people: People, everything: Everything
) -> None:
    """What a recognised base employs is confirmed by its county and no other; then anyone reads it beside its sales."""
    path, kept_fen = f"/suppliers/{seller.id}", (await order.read())["kept_fen"]
    document = f"{path}/documents/{new_id()}"
    await seller.person.put(f"{document}?kind=wage&name=工资.pdf", content=PDF, media_type="application/pdf")
    figure = f"{path}/figures/{new_id()}"
    employed = {
        "kind": "employed",
        "as_of": TODAY.isoformat(),
        "count": 12,
        "evidence": "wage",
        "document_ids": [document.rpartition("/")[2]],
    }
    filed = await seller.person.put(figure, employed)
    confirm = {"revision": filed["revision"], "outcome": "confirm"}
    async with everything.unchanged():
        tomorrow = (TODAY + timedelta(days=1)).isoformat()
        problem = await seller.person.refused(422, "invalid-fields", "PUT", figure, {**employed, "as_of": tomorrow})
        assert [error["field"] for error in problem["errors"]] == ["as_of"]
        await seller.person.refused(403, "not-allowed", "POST", f"{figure}/reviews", confirm)
        await cast.elsewhere.refused(403, "not-allowed", "POST", f"{figure}/reviews", confirm)
        assert (await people.public.get(f"{path}/effect"))["employed"] is None
    assert (await cast.county.post(f"{figure}/reviews", confirm))["state"] == "confirmed"
    effect = await people.public.get(f"{path}/effect")
    assert (effect["kind"], effect["employed"]["count"], effect["sales"]["net_fen"]) == (case.kind.value, 12, kept_fen)
    sold = await seller.person.get(f"{path}/capacity", year=TODAY.year)
    assert [(one["item_code"], one["sold_grams"]) for one in sold["items"]] == [(case.item_code, ORDERED - 100)]
    await cast.somebody.refused(403, "not-allowed", "GET", f"{path}/capacity")
