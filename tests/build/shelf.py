"""The demo's six hundred offers on sale, their rows made as publication makes them, without the way there."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from deploy.operator.demo.load import counties_51
from deploy.operator.demo.producers import Offer, Producer, producers
from services.catalog.store import on_sale
from services.catalog.store.listings import Version
from services.catalog.store.suppliers import Supplier
from services.catalog.store.tables import listing_versions, listings, suppliers
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.listing_shapes import sale_row
from shared.contracts.words import SupplierState
from shared.reference.items import likely_item

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SEASONS = {"vegetables": [2, 3, 4], "fruit": [9, 10], "tea": [3]}
"""In which months goods are harvested here, by category."""
NOBODY = UUID(int=0)


@cache
def by_id() -> dict[UUID, Offer]:
    return {offer.listing_id: offer for producer in demo() for offer in producer.offers}


@cache
def demo() -> tuple[Producer, ...]:
    return producers(tuple(sorted(counties_51())))


def said(producer: Producer) -> dict[str, Any]:
    return {
        "supplier_id": producer.supplier_id,
        "version": 1,
        "state": SupplierState.ADMITTED,
        "kind": producer.kind,
        "name": producer.name,
        "county_code": producer.county_code,
        "credit_code": producer.credit_code,
        "registration_number": producer.registration_number,
        "contact_name": producer.contact_name,
        "contact_phone": producer.contact_phone,
        "address": producer.address,
        "bank_name": None,
        "bank_account_name": None,
        "bank_account_number": None,
        "applicant_account_id": NOBODY,
        "unit_path": "/430000/",
        "applied_at": NOW,
        "changed_at": NOW,
        "admitted_at": NOW,
    }


def offered(offer: Offer, place: int) -> dict[str, Any]:
    good = offer.good
    return {
        "listing_id": offer.listing_id,
        "version": 1,
        "name": offer.name,
        "category": good.category,
        "description": offer.description,
        "measure": good.measure,
        "unit_name": good.unit_name,
        "unit_quantity": good.unit_quantity,
        "piece_grams": good.piece_grams,
        "price_fen": offer.price_fen,
        "minimum_quantity": good.minimum_quantity,
        "step_quantity": good.step_quantity,
        "origin_county_code": offer.origin_county_code,
        "item_code": item_of(good.name, good.category),
        "delivery_areas": ["430000"] if good.category == "dairy" else [],
        "specification": "",
        "price_tiers": [],
        "shelf_life_days": None,
        "storage": None,
        "lead_days": None,
        "main_ingredient": "",
        "origin_shares": [],
        "certificate_ids": [],
        "explanation": "",
        "harvest_months": SEASONS.get(good.category),
        "first_stock_quantity": offer.first_stock,
        "written_by": NOBODY,
        "written_at": NOW,
        "photo_ids": [offer.photo_id],
        "published_at": NOW + timedelta(minutes=place),
        "published_by": "officer",
    }


def item_of(name: str, category: str) -> str:
    """Give the item of a good of the demo; empty where the list has none like it."""
    found = likely_item(name, category)
    return found.code if found else ""


def listed(offer: Offer) -> dict[str, Any]:
    return {
        "listing_id": offer.listing_id,
        "supplier_id": offer.supplier_id,
        "state": "published",
        "version": 1,
        "published_version": 1,
        "last_published_version": 1,
        "revision": 1,
        "written_at": NOW,
        "changed_at": NOW,
    }


async def fill_the_shelf(desk: Desk) -> None:
    """Put every offer of the demo on sale; the tables are empty."""
    sellers = {producer.supplier_id: said(producer) for producer in demo()}
    versions = [offered(offer, place) for place, offer in enumerate(by_id().values())]
    async with desk.uow.begin() as tx:
        await tx.execute(sa.insert(suppliers), list(sellers.values()))
        await tx.execute(sa.insert(listings), [listed(offer) for offer in by_id().values()])
        await tx.execute(sa.insert(listing_versions), versions)
        for version in versions:
            seller = sellers[by_id()[version["listing_id"]].supplier_id]
            await on_sale.replace(tx, sale_row(Version(**version), Supplier(**seller), True))
