"""Catalog's people and goods for tests, made through its use cases as their users make them."""

import io
import itertools
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PIL import Image

from services.catalog.domain.listings import ListingOutcome
from services.catalog.domain.suppliers import DocumentKind, SupplierOutcome
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.put_listing import PutListing, put_listing
from services.catalog.usecases.put_listing_photo import put_listing_photo
from services.catalog.usecases.put_supplier import PutSupplier, put_supplier
from services.catalog.usecases.put_supplier_document import PutDocument, put_supplier_document
from services.catalog.usecases.review_listing import ReviewListing, review_listing
from services.catalog.usecases.review_supplier import ReviewSupplier, review_supplier
from services.catalog.usecases.submit_listing import submit_listing
from shared.contracts.authority import Identity, Role, Seat
from shared.ids import derived_id, new_id
from tests.build.papers import PDF

PROVINCE = "/430000/"
PREFECTURE = "/430000/430200/"
COUNTY = "/430000/430200/430224/"
ELSEWHERE = "/430000/430100/"
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_numbers = itertools.count(1)


def a_credit_code(county_code: str = "430224", number: int | None = None) -> str:
    """Make a unified social credit code whose check digit is right."""
    head = f"91{county_code}MA{next(_numbers) if number is None else number:07d}"
    total = sum(_LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(head))
    return head + _LETTERS[-total % 31]


def a_supplier(**other: Any) -> PutSupplier:
    """Write what a base says of itself."""
    said = {
        "name": "云阳残疾人帮扶基地",
        "kind": "disabled_base",
        "county_code": "430224",
        "contact_name": "陈小红",
        "contact_phone": "0731-25230000",
        "address": "茶陵县云阳街道1号",
        "bank_account": {
            "bank_name": "茶陵农商银行",
            "account_name": "云阳残疾人帮扶基地",
            "account_number": "6230901800000000001",
        },
        **other,
    }
    if "credit_code" not in said:
        said["credit_code"] = a_credit_code(said["county_code"])
    return PutSupplier.model_validate(said)


def a_listing(supplier_id: UUID, **other: Any) -> PutListing:
    """Write the terms of a listing: ginger by the jin, unless told."""
    return PutListing.model_validate(
        {
            "supplier_id": supplier_id,
            "name": "茶陵生姜",
            "category": "vegetables",
            "description": "当年新姜",
            "measure": "weight",
            "unit_name": "斤",
            "unit_quantity": 500,
            "price_fen": 650,
            "minimum_quantity": 5000,
            "step_quantity": 500,
            "origin_county_code": "430224",
            "harvest_months": [10, 9],
            "first_stock_quantity": 2_000_000,
            **other,
        }
    )


def a_photo(width: int = 60, height: int = 40, colour: str = "olivedrab", form: str = "JPEG", **how: Any) -> bytes:
    """Make a photo."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, form, **how)
    return out.getvalue()


def a_person(*seats: Seat, name: str = "张三") -> Identity:
    """Make someone who is signed in."""
    return Identity(new_id(), new_id(), name, seats)


def an_officer(path: str = COUNTY, role: Role = Role.OFFICER, name: str = "李科长") -> Identity:
    """Make an officer, or another reader, of the unit at a path."""
    return a_person(Seat(role, derived_id("unit", path.strip("/").split("/")[-1]), path), name=name)


def seated(identity: Identity, supplier_id: UUID) -> Identity:
    """Seat someone in a supplier, as the gateway does when it hears of the application."""
    return Identity(
        identity.account_id, identity.session_id, identity.name, (*identity.seats, Seat(Role.SUPPLIER, supplier_id))
    )


@dataclass(frozen=True)
class Seller:
    """A supplier and the person who acts for it."""

    id: UUID
    person: Identity


async def applied(desk: Desk, **said: Any) -> Seller:
    """Have a base apply and file a document."""
    person, supplier_id = a_person(name="陈小红"), new_id()
    await put_supplier(desk, person, supplier_id, a_supplier(**said))
    filed = PutDocument(kind=DocumentKind.RECOGNITION, name="认定书.pdf")
    await put_supplier_document(desk, person, supplier_id, new_id(), filed, PDF, "application/pdf")
    return Seller(supplier_id, seated(person, supplier_id))


async def admitted(desk: Desk, **said: Any) -> Seller:
    """Have a base apply, one officer recommend it, and another admit it."""
    seller = await recommended(desk, **said)
    await decide(desk, seller.id, SupplierOutcome.ADMIT)
    return seller


async def recommended(desk: Desk, **said: Any) -> Seller:
    """Have a base apply, and an officer recommend it."""
    seller = await applied(desk, **said)
    await decide(desk, seller.id, SupplierOutcome.RECOMMEND)
    return seller


async def decide(desk: Desk, supplier_id: UUID, outcome: SupplierOutcome, **other: Any) -> dict[str, Any]:
    """Have an officer of the province decide about a supplier, each time another."""
    command = ReviewSupplier.model_validate({"outcome": outcome, "reason": "现场核验", **other})
    return await review_supplier(desk, an_officer(PROVINCE), supplier_id, command)


async def submitted(desk: Desk, seller: Seller, **terms: Any) -> UUID:
    """Have a listing written, photographed and submitted."""
    listing_id = new_id()
    await put_listing(desk, seller.person, listing_id, a_listing(seller.id, **terms))
    await put_listing_photo(desk, seller.person, listing_id, new_id(), a_photo(), "image/jpeg")
    await submit_listing(desk, seller.person, listing_id)
    return listing_id


async def on_sale(desk: Desk, seller: Seller, **terms: Any) -> UUID:
    """Have a listing put on sale."""
    listing_id = await submitted(desk, seller, **terms)
    await publish(desk, listing_id)
    return listing_id


async def publish(desk: Desk, listing_id: UUID) -> dict[str, Any]:
    """Have the province's officer publish a listing."""
    return await review_listing(desk, an_officer(PROVINCE), listing_id, ReviewListing(outcome=ListingOutcome.PUBLISH))
