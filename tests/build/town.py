"""One of everything, each in a state from which the next step is open, and one of everybody who might take it."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared.clock import SystemClock, business_date
from shared.contracts.authority import Role
from shared.ids import derived_id, new_id
from tests.build.counts import bring_counts
from tests.build.door import Person
from tests.build.drafts import a_list_draft, a_rule_draft, joins
from tests.build.draws import draws_of_the_past
from tests.build.everything import Everything
from tests.build.fairs import hold_fairs, sell_at_the_fair
from tests.build.land import COUNTY, ELSEWHERE, PATH_OF, PREFECTURE, PROVINCE, Land, unit_id
from tests.build.market import (
    Goods,
    Market,
    Order,
    Seller,
    a_basket,
    a_budget,
    a_delegation,
    a_form,
    a_photo,
    a_policy,
    a_purchase,
    a_standing_order,
    a_transfer,
    an_application,
    an_invoice,
    an_opening,
    ask_for,
    offer_instead,
    some_terms,
)
from tests.build.members import appeal_what_was_returned, let_people_in
from tests.build.money_of_the_past import end_two_months, give_money_back
from tests.build.papers import PDF
from tests.build.people import PASSWORD, People
from tests.build.plausible import bring_a_sheet, bring_prices, declare_what_it_grows, sell_beyond
from tests.build.recognised import file_papers
from tests.build.records import a_conflict, a_referral, a_visit

UNIT_ROLES = (Role.APPROVER, Role.FINANCE, Role.OFFICER, Role.AUDITOR)
PLACES = {"province": PROVINCE, "prefecture": PREFECTURE, "county": COUNTY, "elsewhere": ELSEWHERE}
STATES = ("placed", "confirmed", "packed", "shipped", "accepted")


@dataclass(frozen=True)
class SeatHeld:
    """A seat as the tests know it, to say what its holder may do without asking the code under test."""

    role: Role
    organisation: UUID
    path: str = ""


@dataclass(frozen=True)
class Resident:
    """One person with the seats that they hold; without a seat, somebody; without a session, the public."""

    label: str
    person: Person
    seats: tuple[SeatHeld, ...] = ()


@dataclass
class Town:
    """Everybody and everything."""

    land: Land
    market: Market
    password: str = PASSWORD
    residents: dict[str, Resident] = field(default_factory=dict)
    seller: Seller = field(init=False)
    rival: Seller = field(init=False)
    goods: Goods = field(init=False)
    ids: dict[str, Any] = field(default_factory=dict)
    """What stands where, by what it is: `order confirmed`, `listing submitted`, …"""

    def person(self, label: str) -> Person:
        return self.residents[label].person

    def __iter__(self) -> Iterator[Resident]:
        return iter(self.residents.values())


async def build_town(people: People, everything: Everything, land: Land) -> Town:
    """Build it all through the door."""
    officer = await people.one("officer", (Role.OFFICER, land.province))
    town = Town(land, Market(people, everything, officer))
    town.seller = await town.market.seller("茶陵阳光基地")
    town.rival = await town.market.seller("长沙另一家", "430121", kind="company")
    town.goods = await town.market.goods(town.seller, 10_000_000)
    await _settle_people(town, people)
    await _suppliers_and_listings(town)
    town.ids |= await file_papers(town.seller)
    await _requisitions(town)
    await _orders(town)
    await _cases(town)
    await _account(town, everything)
    await _filings(town)
    await _transfers(town)
    await _drafts(town)
    if not everything.of_the_past:
        everything.of_the_past.update(await _closed_years(town) | await draws_of_the_past(everything.env, land))
        everything.of_the_past["budget"] = await _budget(town)
    town.ids |= everything.of_the_past
    await _canteens(town, everything)
    await _registers(town)
    await declare_what_it_grows(town.seller, town.ids)
    await bring_prices(town.market.officer, town.ids)
    await bring_a_sheet(town.person("seller own"), town.seller.id, town.ids["listing on sale"], town.ids)
    await bring_counts(town.person("packer own"), town.goods, town.ids)
    await sell_beyond(town.seller, town.person("officer province"), town.ids)
    await let_people_in(town.seller, town.ids, await people.one("helper who was invited"))
    await appeal_what_was_returned(town.market, town.seller, town.person("officer county"), town.ids)
    organiser = town.person("officer prefecture")
    await hold_fairs(organiser, land.prefecture, town.seller, town.ids["listing on sale"], town.ids)
    await everything.settled()
    await sell_at_the_fair(town.seller, land.prefecture_canteen, town.goods.line(500), town.ids)
    town.ids["move"], town.ids["new draw"] = new_id(), new_id()
    issued = await town.person("officer prefecture").post(f"/units/{land.prefecture}/issued-reports", {})
    town.ids["issued code"] = issued["code"]
    town.ids["link key"] = base64.b64decode(everything.env["FILE_LINK_KEY"])
    town.ids["order link key"] = base64.b64decode(everything.env["ORDER_LINK_KEY"])
    town.ids["checkpoint"] = await everything.sign_a_checkpoint(date(2020, 1, 1))
    await everything.settled()
    told = await town.person("approver prefecture").get("/notices")
    town.ids["notice"] = told["items"][0]["notice_id"]
    town.ids["calendar"], town.ids["calendar to end"] = new_id(), new_id()
    town.ids["endpoint"], town.ids["endpoint to end"] = new_id(), new_id()
    named = {"url": "https://hooks.example.org/zhucai", "kinds": ["paper_expires"]}
    of_canteen = {"organisation_id": str(land.prefecture_canteen), **named}
    await town.person("buyer own").put(f"/webhook-endpoints/{town.ids['endpoint to end']}", of_canteen)
    of_seller = {"organisation_id": str(town.seller.id)}
    await town.person("supplier own").put(f"/calendars/{town.ids['calendar to end']}", of_seller)
    kept = await town.person("supplier own").put(f"/calendars/{new_id()}", of_seller)
    town.ids["calendar token"] = kept["url"].rpartition("/")[2]
    return town


async def _settle_people(town: Town, people: People) -> None:
    land = town.land
    wanted: list[tuple[str, tuple[SeatHeld, ...]]] = [("somebody", ())]
    wanted.append(("buyer own", (SeatHeld(Role.BUYER, land.prefecture_canteen, PATH_OF[PREFECTURE]),)))
    wanted.append(("buyer foreign", (SeatHeld(Role.BUYER, land.other_canteen, PATH_OF[ELSEWHERE]),)))
    for role in UNIT_ROLES:
        for place, code in PLACES.items():
            wanted.append((f"{role.value} {place}", (SeatHeld(role, unit_id(code), PATH_OF[code]),)))
    made = await people.many([(label, [(s.role, s.organisation) for s in seats]) for label, seats in wanted])
    residents = [Resident("public", people.public)]
    residents += [Resident(label, person, seats) for (label, seats), person in zip(wanted, made, strict=True)]
    for label, seller in (("supplier own", town.seller), ("supplier foreign", town.rival)):
        residents.append(Resident(label, seller.person, (SeatHeld(Role.SUPPLIER, seller.id),)))
    for role in (Role.SELLER, Role.PACKER, Role.HELPER):
        held = SeatHeld(role, town.seller.id)
        residents.append(Resident(f"{role} own", await people.one(f"{role} own", (role, town.seller.id)), (held,)))
    town.residents = {one.label: one for one in residents}


async def _suppliers_and_listings(town: Town) -> None:
    seller, ids = town.seller.person, town.ids
    ids["supplier"], ids["supplier applied"] = town.seller.id, new_id()
    ids["document"], ids["photo"] = new_id(), new_id()
    ids["application"] = an_application("待审基地")
    await seller.put(f"/suppliers/{ids['supplier applied']}", ids["application"])
    for supplier in ("supplier", "supplier applied"):
        path = f"/suppliers/{ids[supplier]}/documents/{ids['document']}?kind=other&name=a.pdf"
        await seller.put(path, content=PDF, media_type="application/pdf")
    ids["supplier recommended"] = await town.market.applied(seller, "已推荐基地")
    await town.market.recommend(ids["supplier recommended"])
    for state in ("draft", "submitted", "on sale"):
        listing = ids[f"listing {state}"] = new_id()
        await seller.put(f"/listings/{listing}", some_terms(town.seller.id, f"{state}的芋头"))
        path = f"/listings/{listing}/photos/{ids['photo']}"
        await seller.put(path, content=a_photo(), media_type="image/jpeg")
        path = f"/listings/{listing}/papers/{ids['document']}?purpose=price_proof&name=a.pdf"
        await seller.put(path, content=PDF, media_type="application/pdf")
        if state != "draft":
            await seller.post(f"/listings/{listing}/submission")
        if state == "on sale":
            await town.market.officer.post(f"/listings/{listing}/reviews", {"outcome": "publish"})


async def _budget(town: Town) -> UUID:
    """Put what the canteen may order in a month, which it has once."""
    budget_id = new_id()
    body = a_budget(town.land.prefecture_canteen)
    await town.person("finance prefecture").put(f"/budgets/{budget_id}", body)
    return budget_id


async def _requisitions(town: Town) -> None:
    buyer, canteen = town.person("buyer own"), town.land.prefecture_canteen
    for name in ("basket", "basket to order"):
        town.ids[name] = new_id()
        await buyer.put(f"/baskets/{town.ids[name]}", a_basket(canteen, town.goods.line(500)))
    waiting = await ask_for(buyer, canteen, town.goods.line(3_000_000))
    assert waiting["state"] == "awaiting"
    town.ids["requisition awaiting"] = waiting["requisition_id"]
    finance, approver = town.person("finance prefecture"), town.person("approver prefecture")
    town.ids["policy"], town.ids["delegation"] = new_id(), new_id()
    await finance.put(f"/approval-policies/{town.ids['policy']}", a_policy(town.land.prefecture))
    await approver.put(f"/delegations/{town.ids['delegation']}", a_delegation(town.land.prefecture))
    taken_back = await ask_for(buyer, canteen, town.goods.line(3_000_000))
    town.ids["requisition to withdraw"] = taken_back["requisition_id"]
    town.ids["standing order"] = new_id()
    standing = a_standing_order(canteen, town.goods.line(500))
    await buyer.put(f"/standing-orders/{town.ids['standing order']}", standing)


async def _orders(town: Town) -> None:
    for purpose in ("decline", "cancel", "credit", "pay", "voucher", "return"):
        await _order(town, f"order to {purpose}", "placed" if purpose in ("decline", "cancel") else "accepted")
    for state in STATES:
        await _order(town, f"order {state}", state)
    buyer = town.person("buyer own")
    await _weighed(town, await order_in(town, "shipped"))
    for purpose in ("agree", "refuse", "escalate", "withdraw", "rule"):
        await _return(town, purpose)
    await offer_instead(town.market, town.seller, await order_in(town, "placed"), town.ids)
    town.ids["order asked back"] = (await order_in(town, "packed")).id
    await buyer.post(f"/orders/{town.ids['order asked back']}/cancellation", {"reason": "停餐"})
    town.ids["payment"], town.ids["new payment"] = new_id(), new_id()
    path = f"/orders/{town.ids['order to voucher']}/payments/{town.ids['payment']}"
    await buyer.put(path, {"method": "bank_transfer", "amount_fen": 6_500})
    await buyer.put(f"{path}/voucher", content=PDF, media_type="application/pdf")
    await _order(town, "order to end transfers", "accepted")
    for name in ("deny", "withdraw"):
        payment = town.ids[f"payment to {name}"] = new_id()
        path = f"/orders/{town.ids['order to end transfers']}/payments/{payment}"
        await buyer.put(path, {"method": "bank_transfer", "amount_fen": 1_000})
    await _order(town, "order settled", "accepted")
    await _order(town, "order on account", "accepted")
    path = f"/orders/{town.ids['order settled']}/payments/{new_id()}"
    await buyer.put(path, {"method": "bank_transfer", "amount_fen": 6_500})
    await town.seller.person.post(f"{path}/confirmation")


def an_invoice_of(number: str, order: str, line: str, gross_fen: int) -> dict[str, Any]:
    """Write an invoice free of tax over one line of an order."""
    day = business_date(SystemClock().now()).isoformat()
    lines = [{"order_id": order, "line_id": line, "gross_fen": gross_fen}]
    amounts = {"net_fen": gross_fen, "tax_fen": 0, "gross_fen": gross_fen, "tax_rate_bp": 0}
    return {"number": number, "kind": "farm", **amounts, "issued_on": day, "lines": lines}


async def _account(town: Town, everything: Everything) -> None:
    """Let there be statements of two months that are over, one with an objection of the canteen's."""
    ids = town.ids
    await end_two_months(everything, town.land, town.seller, ids)
    for purpose, name, state in (
        ("retried", "retry", "failed"),
        ("failed", "send", "failed"),
        ("sent", "receive", "sent"),
    ):
        await _order(town, f"order of {purpose} refund", "accepted")
        ids[f"refund to {name}"] = await give_money_back(everything, ids[f"order of {purpose} refund"], state)
    buyer, body = town.person("buyer own"), {"objection_id": str(ids["objection"]), "reason": "少记一笔退货"}
    await buyer.post(f"/account-statements/{ids['statement']}/objections", body)
    for name in ("order to invoice", "order invoiced"):
        await _order(town, name, "accepted")
    ids["new invoice"], ids["new invoice number"], ids["resolution"] = new_id(), an_invoice(), new_id()
    ids["invoice entered"], line = new_id(), ids["line of order invoiced"]
    path = f"/invoices/{ids['invoice entered']}"
    await town.seller.person.put(path, an_invoice_of(an_invoice(), str(ids["order invoiced"]), line, 6_600))
    await town.seller.person.put(f"{path}/file", content=PDF, media_type="application/pdf")
    ids["new account payment"] = new_id()
    for name in ("voucher", "confirm", "deny", "withdraw"):
        payment = ids[f"account payment to {name}"] = new_id()
        path = f"/account-statements/{ids['statement']}/payments/{payment}"
        await buyer.put(path, {"amount_fen": 1_000})
        if name != "withdraw":
            await buyer.put(f"{path}/voucher", content=PDF, media_type="application/pdf")


async def _weighed(town: Town, order: Order) -> None:
    """Let a third of an order be missing on the scale, so that its seller is asked, and take a photo of it."""
    town.ids["order weighed"], town.ids["scale photo"] = order.id, new_id()
    view = await order.accept(lambda packed: packed * 2 // 3)
    town.ids["weighing"] = view["weighing"]["acceptance_id"]
    path = f"/orders/{order.id}/scale-photos/{town.ids['scale photo']}"
    await order.buyer.put(path, content=a_photo(), media_type="image/jpeg")


async def _cases(town: Town) -> None:
    """Raise a case with a paper and without an account, and another that is closed."""
    public, officer = town.market.people.public, town.person("officer province")
    for name in ("case", "case closed"):
        case_id, document = town.ids[name], town.ids[f"paper of {name}"] = new_id(), new_id()
        raised = await public.put(f"/cases/{case_id}", {"kind": "other", "text": "建议公开菜价"})
        code = town.ids[f"code of {name}"] = raised["code"]
        evidence = f"/cases/{case_id}/evidence/{document}?name=a.pdf"
        await public.put(evidence, content=PDF, media_type="application/pdf", headers={"Case-Code": code})
    for step in ({"step": "accept"}, {"step": "answer"}, {"step": "close", "outcome": "settled"}):
        await officer.post(f"/cases/{town.ids['case closed']}/steps", {**step, "reason": "已采纳"})


async def _return(town: Town, purpose: str) -> None:
    """Propose a return, with a paper, and bring it to where one is escalated or ruled on."""
    buyer, order = town.person("buyer own"), f"order of return to {purpose}"
    await _order(town, order, "accepted")
    return_id = town.ids[f"return to {purpose}"] = new_id()
    line = {"line_id": town.ids[f"line of {order}"], "quantity": 500, "reason": "有腐烂"}
    path = f"/orders/{town.ids[order]}/returns"
    await buyer.post(path, {"return_id": str(return_id), "lines": [line]})
    document = town.ids[f"paper of return to {purpose}"] = new_id()
    evidence = f"{path}/{return_id}/evidence/{document}?name=a.pdf"
    await buyer.put(evidence, content=PDF, media_type="application/pdf")
    if purpose in ("escalate", "rule"):
        await town.seller.person.post(f"{path}/{return_id}/refusal", {"reason": "签收时完好"})
    if purpose == "rule":
        await buyer.post(f"{path}/{return_id}/escalation", {"reason": "照片可见腐烂"})


async def _order(town: Town, name: str, state: str) -> None:
    order = await order_in(town, state)
    town.ids[name] = order.id
    town.ids[f"line of {name}"] = (await order.read())["lines"][0]["line_id"]


async def order_in(town: Town, state: str) -> Order:
    """Place an order for ten jin (6,500 fen) and walk it to a state."""
    buyer = town.person("buyer own")
    placed = await ask_for(buyer, town.land.prefecture_canteen, town.goods.line(5_000))
    order = Order(UUID(placed["orders"][0]["order_id"]), buyer, town.seller.person)
    steps = (order.confirm, order.pack, order.ship, order.accept)
    for step in steps[: STATES.index(state)]:
        await step()
    return order


async def _filings(town: Town) -> None:
    canteen, ids = town.land.prefecture_canteen, town.ids
    for name in ("purchase", "new purchase"):
        ids[name] = new_id()
    for name in ("reservation", "reservation filed"):  # A canteen has one a year, in whichever town it stands.
        ids[name] = derived_id(name, canteen)
    ids["invoice"], ids["red invoice"], ids["red letter"] = an_invoice(), an_invoice(), new_id()
    await town.person("buyer own").put(f"/off-platform-purchases/{ids['purchase']}", a_purchase(canteen, an_invoice()))
    await _purchases(town)
    today = business_date(SystemClock().now())
    reserved = [{"rule": "hunan-2020-canteen", "amount_fen": 200_000}]
    body = {"canteen_id": str(canteen), "year": today.year + 1, "expected_base_fen": 1_000_000, "reserved": reserved}
    await town.person("finance prefecture").put(f"/reservations/{ids['reservation filed']}", body)
    path = f"/units/{town.land.prefecture}/heads/{today.year}"
    await town.person("finance prefecture").put(path, {"heads": 46, "source": "工会会员名册"})
    path = f"/attestations/{canteen}/{today.year}/{today.month}"
    await town.person("finance prefecture").put(path, {"farm_produce_fen": 100_000, "explanation": "月中"})
    await town.person("finance prefecture").put(f"/meals/{canteen}/{today.year}/{today.month}", {"meals": 1_000})


async def _drafts(town: Town) -> None:
    """Let two officers of the province draft a rule for 2099 and a list."""
    officer, ids = town.market.officer, town.ids
    ids["rule"], day = f"town-{new_id().hex[-12:]}", date(2099, 1, 1)
    ids["rule drafted"] = a_rule_draft(ids["rule"])
    ids["list drafted"] = a_list_draft(ids["rule"], joins("430382", day))
    for kind, drafted in (("rule", ids["rule drafted"]), ("designation", ids["list drafted"])):
        for name in (f"{kind} draft", f"new {kind} draft", f"own {kind} draft"):
            ids[name] = new_id()
        await officer.put(f"/{kind}-drafts/{ids[f'{kind} draft']}", drafted)
        await town.person("officer province").put(f"/{kind}-drafts/{ids[f'own {kind} draft']}", drafted)


async def _canteens(town: Town, everything: Everything) -> None:
    """File how canteens are to be run, open one, and bring to it what it bought before."""
    ids, finance = town.ids, town.person("finance prefecture")
    for name in ("filing to open", "filing", "filing to prove", "new filing"):
        ids[name], ids[f"canteen of {name}"] = new_id(), new_id()
    for name in ("filing", "filing to prove"):
        body = a_form(ids[f"canteen of {name}"], town.land.prefecture, "none")
        await finance.put(f"/canteen-filings/{ids[name]}", body)
    opened = ids["canteen of filing to open"]
    await finance.put(f"/canteen-filings/{ids['filing to open']}", a_form(opened, town.land.prefecture))
    path = f"/canteen-filings/{ids['filing to open']}/decisions"
    await town.person("finance province").post(path, {"outcome": "approve"})
    await _joined_last_year(everything, opened)
    for name, fund in (("opening", "canteen"), ("opening to prove", "union")):
        ids[name] = new_id()
        await finance.put(f"/opening-balances/{ids[name]}", an_opening(opened, fund))
    ids["paper"], ids["new opening"] = new_id(), new_id()
    for path in (f"/canteen-filings/{ids['filing to prove']}", f"/opening-balances/{ids['opening to prove']}"):
        await finance.put(f"{path}/evidence/{ids['paper']}?name=a.pdf", content=PDF, media_type="application/pdf")
    for name in ("canteen to open", "canteen to close"):
        ids[name], path = new_id(), f"/canteen-filings/{new_id()}"
        await finance.put(path, a_form(ids[name], town.land.prefecture))
        await town.person("officer province").post(f"{path}/decisions", {"outcome": "approve"})
    await _joined_last_year(everything, ids["canteen to open"])
    january = f"{business_date(SystemClock().now()).year - 1}/1"
    await finance.put(f"/attestations/{ids['canteen to close']}/{january}", {"farm_produce_fen": 0})


async def _joined_last_year(everything: Everything, canteen: UUID) -> None:
    """Let a canteen have joined in last December, so that on every day of a year it has months before it joined."""
    name = everything.env["PROCUREMENT_QUOTA_DATABASE_URL"].rsplit("/", 1)[1]
    admin = await asyncpg.connect(everything.env["POSTGRES_URL"].rsplit("/", 1)[0] + f"/{name}")
    try:
        await admin.execute("SET session_replication_role = replica")
        joined = datetime(business_date(SystemClock().now()).year - 1, 12, 15, tzinfo=UTC)
        await admin.execute("UPDATE canteen_form SET recorded_at = $2 WHERE canteen_id = $1", canteen, joined)
    finally:
        await admin.close()


async def _registers(town: Town) -> None:
    """Make cases of a line that was sampled: one to hand on, and one that was."""
    ids, officer = town.ids, town.market.officer
    for name in ("new referral", "referral", "referral handed on"):
        ids[name] = new_id()
    for name in ("referral", "referral handed on"):
        await officer.put(f"/referrals/{ids[name]}", a_referral(ids["draw to read"]))
    for name in ("new visit", "visit", "visit to close"):
        visit = f"/visits/{ids.setdefault(name, new_id())}"
        if name != "new visit":
            await officer.put(visit, a_visit(town.land.prefecture_canteen))
            await officer.put(f"{visit}/evidence/{ids['paper']}?name=a.pdf", content=PDF, media_type="application/pdf")
            await officer.post(f"{visit}/steps", {"version": 1, "step": "release"})
    ids["new conflict"], ids["conflict"] = new_id(), new_id()
    body = a_conflict(town.land.prefecture, town.land.elsewhere)
    await town.person("finance prefecture").put(f"/conflicts/{ids['conflict']}", body)
    path, day = f"/referrals/{ids['referral handed on']}/handing-on", business_date(SystemClock().now())
    body = {"version": 1, "happened_on": day.isoformat(), "document": "湘残联移〔2026〕3号"}
    await town.person("officer province").post(path, body)


async def _purchases(town: Town) -> None:
    """Enter a purchase whose origin was not accepted and has a new paper since, and one to reverse."""
    canteen, ids, buyer = town.land.prefecture_canteen, town.ids, town.person("buyer own")
    for name in ("rejected", "to reverse", "to move", "to transfer"):
        ids[f"purchase {name}"] = new_id()
        await buyer.put(f"/off-platform-purchases/{ids[f'purchase {name}']}", a_purchase(canteen, an_invoice()))
    path = f"/off-platform-purchases/{ids['purchase rejected']}"
    body = {"outcome": "reject", "reason": "无产地证明"}
    await town.person("finance province").post(f"{path}/verification", body)
    ids["import"] = new_id()
    today = business_date(SystemClock().now()).isoformat()
    file = f"采购日期,销售方,品类,金额,发票号码\n{today},李记,蔬菜,12.80,{an_invoice()}\n"
    ids["import file"] = file.encode()
    await buyer.put(f"/imports/{ids['import']}?canteen={canteen}", content=ids["import file"], media_type="text/csv")
    ids["evidence"] = new_id()
    await buyer.put(f"{path}/evidence/{ids['evidence']}?name=a.pdf", content=PDF, media_type="application/pdf")


async def _transfers(town: Town) -> None:
    """Ask that a purchase moves to the federation elsewhere; above both is the province alone."""
    ids, to = town.ids, town.land.other_canteen
    ids["new transfer"], ids["transfer"] = new_id(), new_id()
    body = a_transfer(to, purchase_id=str(ids["purchase to transfer"]))
    await town.person("finance prefecture").put(f"/transfers/{ids['transfer']}", body)


async def _closed_years(town: Town) -> dict[str, Any]:
    """Close years of the past, each for one purpose: to restate, to declare, to sign, to decide on, to read."""
    finance, canteen = town.person("finance prefecture"), town.land.prefecture_canteen
    ids: dict[str, Any] = {"new declaration": new_id()}
    this_year = business_date(SystemClock().now()).year
    for back, purpose in enumerate(("restate", "declare", "sign", "decide", "read"), start=2):
        year = ids[f"year to {purpose}"] = this_year - back
        await finance.post(f"/canteens/{canteen}/closings", {"year": year})
    bought_on = date(int(ids["year to restate"]), 6, 1).isoformat()
    late = a_purchase(canteen, an_invoice(), bought_on=bought_on)
    await town.person("buyer own").put(f"/off-platform-purchases/{new_id()}", late)
    for purpose in ("sign", "decide", "read"):
        one = ids[f"declaration to {purpose}"] = new_id()
        body = {"canteen_id": str(canteen), "year": ids[f"year to {purpose}"]}
        await finance.put(f"/declarations/{one}", body)
        if purpose != "sign":
            await town.person("approver prefecture").post(f"/declarations/{one}/signatures", {"capacity": "单位负责人"})
        if purpose == "read":
            body = {"outcome": "countersign", "capacity": "省残联计财处"}
            await town.person("finance province").post(f"/declarations/{one}/decisions", body)
    return ids
