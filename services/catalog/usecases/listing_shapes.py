"""Listings as they are shown, searched, and said."""

from collections.abc import Mapping
from typing import Any

import orjson

from services.catalog.domain.grams import FOLDING, RowWords, row_words
from services.catalog.domain.listings import price_fen_per_kg, price_rank
from services.catalog.domain.standing import UNSETTLED, Standing
from services.catalog.domain.tags import row_tags
from services.catalog.domain.terms import fields_changed
from services.catalog.store import listing_papers, listings
from services.catalog.store.listings import Listing, Version
from services.catalog.store.on_sale import SaleRow
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.cursors import number_of
from services.catalog.usecases.open_steps import listing_steps
from shared.contracts.authority import Identity
from shared.contracts.catalog import ListingFacts, PriceTier
from shared.db.unit_of_work import ReadTx
from shared.reference import category_name, county_name
from shared.reference.items import item_name


def item(version: Version, supplier: Supplier, photo_ids: list[Any]) -> dict[str, Any]:
    """Show a listing as a line of a list."""
    return {
        "listing_id": str(version.listing_id),
        "listing_version": version.version,
        "name": version.name,
        "category": version.category,
        "category_name": category_name(version.category),
        "supplier_id": str(supplier.supplier_id),
        "supplier_name": supplier.name,
        "supplier_kind": supplier.kind.value,
        "measure": version.measure.value,
        "unit_name": version.unit_name,
        "unit_quantity": version.unit_quantity,
        "piece_grams": version.piece_grams,
        "price_fen": version.price_fen,
        "price_fen_per_kg": _per_kg(version),
        "minimum_quantity": version.minimum_quantity,
        "step_quantity": version.step_quantity,
        "price_tiers": version.price_tiers,
        "item_code": version.item_code,
        "specification": version.specification,
        "origin_county_code": version.origin_county_code,
        "origin_county_name": county_name(version.origin_county_code),
        "photo_id": str(photo_ids[0]) if photo_ids else None,
        "published_at": version.published_at.isoformat() if version.published_at else None,
    }


def detail(
    version: Version, supplier: Supplier, photo_ids: list[Any], *, is_on_sale: bool, available: bool
) -> dict[str, Any]:
    """Show one version of a listing to anyone who may see it."""
    return item(version, supplier, photo_ids) | {
        "description": version.description,
        "item_name": item_name(version.item_code),
        "harvest_months": version.harvest_months,
        "shelf_life_days": version.shelf_life_days,
        "storage": version.storage,
        "delivery_areas": version.delivery_areas,
        "lead_days": version.lead_days,
        "main_ingredient": version.main_ingredient,
        "origin_shares": [
            share | {"county_name": county_name(share["county_code"])} for share in version.origin_shares
        ],
        "certificate_ids": [str(one) for one in version.certificate_ids],
        "supplier_county_code": supplier.county_code,
        "supplier_county_name": county_name(supplier.county_code),
        "photo_ids": [str(photo_id) for photo_id in photo_ids],
        "on_sale": is_on_sale,
        "available": available,
    }


async def full_listing(
    tx: ReadTx, listing: Listing, version: Version, supplier: Supplier, identity: Identity
) -> dict[str, Any]:
    """Show a version with all that its supplier and officers see, and to each what they may do to it now."""
    around = await listings.surroundings(tx, listing.listing_id)
    shown = detail(
        version,
        supplier,
        around.photo_ids,
        is_on_sale=listing.published_version == version.version,
        available=around.available,
    )
    return shown | {
        "state": listing.state.value,
        "newest_version": listing.version,
        "published_version": listing.published_version,
        "first_stock_quantity": version.first_stock_quantity,
        "explanation": version.explanation,
        "papers": [paper_view(one) for one in await listing_papers.of_listing(tx, listing.listing_id)],
        "submitted_at": listing.submitted_at.isoformat() if listing.submitted_at else None,
        "open_steps": await listing_steps(tx, identity, listing, supplier),
        "versions": around.versions,
        "reviews": around.reviews,
    }


def paper_view(paper: Mapping[str, Any]) -> dict[str, Any]:
    """Show a paper's record to those who may see it."""
    return {
        "document_id": str(paper["document_id"]),
        "purpose": paper["purpose"],
        "name": paper["name"],
        "media_type": paper["media_type"],
        "sha256": paper["sha256"],
        "size_bytes": paper["size_bytes"],
        "put_at": paper["put_at"].isoformat(),
    }


def sale_row(version: Version, supplier: Supplier, available: bool, standing: Standing = UNSETTLED) -> SaleRow:
    """Shape a version for search when it is published, or how it stands changes: words, tags, keys, and its line."""
    assert version.published_at is not None
    words = _sale_words(version, supplier)
    return SaleRow(
        listing_id=version.listing_id,
        supplier_id=supplier.supplier_id,
        supplier_kind=supplier.kind.value,
        version=version.version,
        category=version.category,
        origin_county_code=version.origin_county_code,
        price_rank=price_rank(_per_kg(version), version.price_fen),
        published_us=number_of(version.published_at),
        available=available,
        grams=words.grams,
        sounds=words.sounds,
        tags=row_tags(
            category=version.category,
            kind=supplier.kind.value,
            origin=version.origin_county_code,
            price_rank=price_rank(_per_kg(version), version.price_fen),
            published_us=number_of(version.published_at),
            item=version.item_code,
            harvest_months=version.harvest_months or (),
            delivery_areas=version.delivery_areas,
            certificates=standing.certificates,
            band=standing.band.value,
            labelled=standing.labelled,
            recognised_to=standing.recognised_to,
        ),
        folding=FOLDING,
        item=orjson.dumps(item(version, supplier, version.photo_ids or [])).decode(),
        recognised_to=standing.recognised_to,
        anew_on=standing.anew_on,
    )


def _sale_words(version: Version, supplier: Supplier) -> RowWords:
    """Give the words that find a listing: of its name, its item and category, its supplier and where both are from."""
    places = (county_name(version.origin_county_code), county_name(supplier.county_code))
    others = (item_name(version.item_code), category_name(version.category), supplier.name, *places)
    return row_words(version.name, others, version.piece_grams)


AGREED = (
    "name",
    "category",
    "measure",
    "unit_name",
    "unit_quantity",
    "piece_grams",
    "price_fen",
    "minimum_quantity",
    "step_quantity",
    "origin_county_code",
    "price_tiers",
    "item_code",
    "specification",
    "shelf_life_days",
    "storage",
    "delivery_areas",
    "lead_days",
    "main_ingredient",
    "origin_shares",
    "certificate_ids",
    "harvest_months",
    "description",
)
"""The terms that anyone sees, by their names on a version."""


def listing_facts(version: Version, supplier: Supplier, before: Version | None) -> ListingFacts:
    """Say what a buyer agrees to, and in what it differs from the version that was on sale before."""
    return ListingFacts(
        listing_id=version.listing_id,
        listing_version=version.version,
        supplier_id=supplier.supplier_id,
        supplier_name=supplier.name,
        supplier_kind=supplier.kind,
        name=version.name,
        category=version.category,
        measure=version.measure,
        unit_name=version.unit_name,
        unit_quantity=version.unit_quantity,
        piece_grams=version.piece_grams,
        price_fen=version.price_fen,
        minimum_quantity=version.minimum_quantity,
        step_quantity=version.step_quantity,
        origin_county_code=version.origin_county_code,
        price_tiers=tuple(PriceTier.model_validate(tier) for tier in version.price_tiers),
        item_code=version.item_code,
        fields_changed=() if before is None else tuple(fields_changed(before, version, AGREED)),
    )


def _per_kg(version: Version) -> int | None:
    return price_fen_per_kg(version.measure, version.unit_quantity, version.piece_grams, version.price_fen)
