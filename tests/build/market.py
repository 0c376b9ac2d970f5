"""A market for tests, made through the door as people make it: bases that are admitted, goods that are on sale.

Every step may be repeated with the same ids and keys, and is then the same step.
"""

import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from PIL import Image

from shared.clock import SystemClock, business_date
from shared.contracts.authority import Role
from shared.ids import new_id
from tests.build.door import Person
from tests.build.everything import Everything
from tests.build.land import PROVINCE, unit_id
from tests.build.papers import PDF
from tests.build.people import People

_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_numbers = itertools.count(1)


def a_photo(colour: str = "olivedrab") -> bytes:
    """Make a small photo as JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    return out.getvalue()


def a_credit_code(county_code: str) -> str:
    """Make a new unified social credit code whose check digit is right (GB 32100-2015)."""
    head = f"93{county_code}MA{next(_numbers):07d}"
    total = sum(_LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(head))
    return head + _LETTERS[-total % 31]


def an_application(name: str = "云阳残疾人帮扶基地", county: str = "430224", **other: Any) -> dict[str, Any]:
    """Write what a base says of itself."""
    return {
        "name": name,
        "kind": "disabled_base",
        "county_code": county,
        "credit_code": a_credit_code(county),
        "contact_name": "陈小红",
        "contact_phone": "0731-25230000",
        **other,
    }


def some_terms(supplier_id: UUID, name: str = "茶陵生姜", origin: str = "430224", **other: Any) -> dict[str, Any]:
    """Write the terms of a listing: by weight, in jin, unless told."""
    return {
        "supplier_id": str(supplier_id),
        "name": name,
        "category": "vegetables",
        "measure": "weight",
        "unit_name": "斤",
        "unit_quantity": 500,
        "price_fen": 650,
        "minimum_quantity": 500,
        "step_quantity": 500,
        "origin_county_code": origin,
        **other,
    }


@dataclass(frozen=True)
class Seller:
    """An admitted supplier and the person who acts for it."""

    id: UUID
    person: Person


@dataclass(frozen=True)
class Goods:
    """A listing on sale."""

    id: UUID
    seller: Seller
    version: int
    terms: dict[str, Any]

    def line(self, quantity: int) -> dict[str, Any]:
        """Write a basket's line."""
        return {"listing_id": str(self.id), "listing_version": self.version, "quantity": quantity}


@dataclass
class Order:
    """One placed order as its two sides walk it; every step has ids and a key of its own, so it can be repeated."""

    id: UUID
    buyer: Person
    seller: Person
    names: UUID = field(default_factory=new_id)

    def key(self, step: str) -> str:
        return f"{step}-{self.names}"

    async def read(self) -> Any:
        return await self.buyer.get(f"/orders/{self.id}")

    async def confirm(self) -> Any:
        return await self.seller.post(f"/orders/{self.id}/confirmation", key=self.key("confirm"))

    async def pack(self, packed: Callable[[int], int] = lambda quantity: quantity) -> Any:
        lines = [
            {"line_id": line["line_id"], "packed_quantity": packed(line["ordered_quantity"])}
            for line in (await self.read())["lines"]
        ]
        return await self.seller.post(f"/orders/{self.id}/packing", {"lines": lines}, key=self.key("pack"))

    async def ship(self) -> Any:
        body = {"carrier": "自送", "tracking": "湘B12345"}
        return await self.seller.post(f"/orders/{self.id}/shipment", body, key=self.key("ship"))

    async def accept(self, kept: Callable[[int], int] = lambda packed: packed) -> Any:
        lines = []
        for line in (await self.read())["lines"]:
            packed = line["packed_quantity"]
            less = {"reason": "过磅少秤"} if kept(packed) < packed else {}
            lines.append({"line_id": line["line_id"], "accepted_quantity": kept(packed), **less})
        body = {"acceptance_id": str(uuid5(self.names, "acceptance")), "lines": lines}
        return await self.buyer.post(f"/orders/{self.id}/acceptance", body, key=self.key("accept"))


class Market:
    """Brings bases and goods onto the market, with an officer who may admit and publish what another recommends."""

    def __init__(self, people: People, everything: Everything, officer: Person) -> None:
        self.people = people
        self.everything = everything
        self.officer = officer
        self._recommender: Person | None = None

    async def seller(self, name: str = "云阳残疾人帮扶基地", county: str = "430224", **other: Any) -> Seller:
        """Have a base apply, file a document, be recommended and admitted; whoever applied is seated."""
        person = await self.people.one("seller")
        supplier_id = await self.applied(person, name, county, **other)
        await self.recommend(supplier_id)
        await self.officer.post(f"/suppliers/{supplier_id}/reviews", {"outcome": "admit", "reason": "现场核验属实"})
        await self.everything.settled()
        await self.people.seat(person, Role.SUPPLIER, supplier_id)
        return Seller(supplier_id, person)

    async def recommend(self, supplier_id: UUID) -> None:
        """Have another officer recommend a supplier."""
        if self._recommender is None:
            self._recommender = await self.people.one("recommender", (Role.OFFICER, unit_id(PROVINCE)))
        await self._recommender.post(f"/suppliers/{supplier_id}/reviews", {"outcome": "recommend"})

    async def applied(
        self, person: Person, name: str = "云阳残疾人帮扶基地", county: str = "430224", **other: Any
    ) -> UUID:
        """Have a person apply for a base, with a document; gives its id."""
        supplier_id = new_id()
        await person.put(f"/suppliers/{supplier_id}", an_application(name, county, **other))
        path = f"/suppliers/{supplier_id}/documents/{new_id()}?kind=recognition&name=recognition.pdf"
        await person.put(path, content=PDF, media_type="application/pdf")
        return supplier_id

    async def goods(self, seller: Seller, stock: int, name: str = "茶陵生姜", **other: Any) -> Goods:
        """Have a listing written, photographed, submitted and published, with this much in stock."""
        listing_id, terms = new_id(), some_terms(seller.id, name, **{"first_stock_quantity": stock, **other})
        await seller.person.put(f"/listings/{listing_id}", terms)
        path = f"/listings/{listing_id}/photos/{new_id()}"
        await seller.person.put(path, content=a_photo(), media_type="image/jpeg")
        await seller.person.post(f"/listings/{listing_id}/submission")
        told = await self.officer.post(f"/listings/{listing_id}/reviews", {"outcome": "publish", "reason": ""})
        await self.everything.settled()
        return Goods(listing_id, seller, int(told["listing_version"]), terms)


async def offer_instead(market: Market, seller: Seller, order: Order, ids: dict[str, Any]) -> None:
    """Let a seller offer other goods in the place of some of a placed order, and keep the ids of both."""
    other = await market.goods(seller, 1_000_000, "攸县大蒜")
    line = (await order.read())["lines"][0]
    offer = other.line(1_000) | {"price_fen": other.terms["price_fen"]}
    told = {"line_id": line["line_id"], "confirmed_quantity": 2_000, "reason": "遭了霜冻", "substitute": offer}
    view = await seller.person.post(f"/orders/{order.id}/confirmation", {"lines": [told]})
    ids["order offered"], ids["substitute"] = order.id, UUID(view["substitutes"][0]["substitute_id"])


def a_standing_order(canteen_id: UUID, *lines: dict[str, Any]) -> dict[str, Any]:
    """Write a standing order of which nothing is drafted for some days."""
    today = business_date(SystemClock().now())
    return {
        "canteen_id": str(canteen_id),
        "name": "每周菜单",
        "fund": "canteen",
        "weekdays": [(today + timedelta(days=3)).isoweekday()],
        "lead_days": 0,
        "until": (today + timedelta(days=300)).isoformat(),
        "lines": list(lines),
    }


def a_basket(canteen_id: UUID, *lines: dict[str, Any], fund: str = "canteen") -> dict[str, Any]:
    """Write a basket."""
    return {"canteen_id": str(canteen_id), "fund": fund, "lines": list(lines)}


def a_policy(unit_id: UUID) -> dict[str, Any]:
    """Write that two approvers decide from 10,000 yuan on."""
    tiers = [{"from_fen": 1_000_000, "steps": [{"role": "approver", "people": 2, "days": 2}]}]
    return {"unit_id": str(unit_id), "fund": "union", "tiers": tiers}


def a_budget(canteen_id: UUID) -> dict[str, Any]:
    """Write that nothing beyond ten million yuan is ordered in any month from this one on."""
    month = f"{business_date(SystemClock().now()):%Y-%m}"
    of = {"canteen_id": str(canteen_id), "fund": "canteen", "month": month, "every_month": True}
    return of | {"amount_fen": 10**9, "stop": "hard", "reason": "年初预算"}


def a_delegation(unit_id: UUID) -> dict[str, Any]:
    """Write that somebody stands in for an approver for this day."""
    today = str(business_date(SystemClock().now()))
    days = {"first_day": today, "last_day": today}
    return {"unit_id": str(unit_id), "role": "approver", "to_account_id": str(new_id()), "reason": "外出培训"} | days


def a_purchase(canteen_id: UUID, invoice: str, **other: Any) -> dict[str, Any]:
    """Write what was bought elsewhere today: vegetables whose origin is claimed to be 茶陵."""
    return {
        "canteen_id": str(canteen_id),
        "fund": "canteen",
        "category": "vegetables",
        "seller": "农贸市场李记",
        "invoice": {"number": invoice},
        "bought_on": business_date(SystemClock().now()).isoformat(),
        "amount_fen": 12_800,
        "origin_county": "430224",
        **other,
    }


def a_transfer(to_canteen: UUID, **what: str) -> dict[str, Any]:
    """Write the request that an order or a purchase, named by its id, moves to a canteen."""
    return {
        **what,
        "to_canteen_id": str(to_canteen),
        "payer": "长沙市残疾人联合会",
        "receiver": "长沙市残联机关食堂",
        "delivery_address": "长沙市岳麓大道218号",
        "reason": "录入时误选了食堂",
    }


def a_form(canteen_id: UUID, unit_id: UUID, kind: str = "own", **other: Any) -> dict[str, Any]:
    """Write how a canteen is to be run from the first day of this year on."""
    return {
        "canteen_id": str(canteen_id),
        "unit_id": str(unit_id),
        "name": "机关第二食堂",
        "kind": kind,
        "valid_from": f"{business_date(SystemClock().now()).year}-01-01",
        "evidence": "局务会纪要",
        **other,
    }


def an_opening(canteen_id: UUID, fund: str = "canteen") -> dict[str, Any]:
    """Write what was bought last year until November, before the canteen joined."""
    return {
        "canteen_id": str(canteen_id),
        "fund": fund,
        "bought_until": f"{business_date(SystemClock().now()).year - 1}-11-30",
        "evidence": "上年采购明细账",
        "lines": [{"category": "vegetables", "amount_fen": 30_000}, {"category": "meat_poultry", "amount_fen": 20_000}],
    }


def an_invoice() -> str:
    """Give the number of a new e-invoice, 20 digits."""
    return f"2443{new_id().int % 10**16:016d}"


def in_a_week() -> str:
    """Give a day to want goods on."""
    return (business_date(SystemClock().now()) + timedelta(days=7)).isoformat()


async def ask_for(buyer: Person, canteen_id: UUID, *lines: dict[str, Any], fund: str = "canteen") -> Any:
    """Fill a basket and make a requisition of it; gives the requisition."""
    basket_id, requisition_id = new_id(), new_id()
    await buyer.put(f"/baskets/{basket_id}", a_basket(canteen_id, *lines, fund=fund))
    body = {"basket_id": str(basket_id), "wanted_on": in_a_week()}
    return await buyer.put(f"/requisitions/{requisition_id}", body)
