"""A seller offers again what it offered before: one request, with the terms, the photos and all.

Decision: what an officer looked at within a year goes on sale at once, as long as its price stays near what the officer
saw, the certificates that it names hold, no flag stands on the supplier's goods, and neither the listing nor one that
repeats the same was taken off sale by an officer; anything else waits for review as a new listing does. Why: a base
offers the same ginger every autumn, and nothing of it is new but the season. Price: a listing that has worsened is
found by a complaint, not by a second look.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.listings import (
    LISTINGS_OF_A_SUPPLIER_MAX,
    ListingNotFound,
    ListingState,
    SupplierNotAdmitted,
    TooManyListings,
)
from services.catalog.domain.prices import REVIEWED_DAYS_MAX, NothingToRepeat, PublishedBy, RepeatDiffers
from services.catalog.domain.suppliers import SupplierNotFound
from services.catalog.store import certificates, flags, listing_papers, listings, photos, prices, suppliers
from services.catalog.store.listings import Listing, Version
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.listing_shapes import full_listing
from services.catalog.usecases.price_band import needs_explanation
from services.catalog.usecases.put_on_sale import check_origin, needs_an_officer, put_on_sale, repriced
from services.catalog.usecases.taken_down import was_taken_down
from services.catalog.usecases.texts import COMMAND
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import Tx


class RepeatListing(BaseModel):
    """What is offered again, and what is new of it."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {
                    "supplier_id": "019a0000-0000-7000-8000-000000000001",
                    "price_fen": 680,
                    "first_stock_quantity": 1500000,
                }
            ]
        }
    }

    supplier_id: UUID
    of: UUID | None = Field(default=None, description="the listing to repeat; null is the one that came on sale last")
    price_fen: int | None = Field(default=None, ge=1, le=100_000_000, description="null is the price that it had")
    first_stock_quantity: int | None = Field(
        default=None, ge=0, le=1_000_000_000_000, description="grams or pieces at hand; null is what was at hand first"
    )


async def repeat_listing(desk: Desk, identity: Identity, listing_id: UUID, command: RepeatListing) -> dict[str, Any]:
    """Make a listing of an earlier one, and put it on sale or submit it; the same again changes nothing.

    Raises SupplierNotFound, ListingNotFound, NothingToRepeat, RepeatDiffers, OriginUnproven, SupplierNotAdmitted,
    TooManyListings.
    """
    async with desk.uow.begin() as tx:
        supplier = await suppliers.find(tx, command.supplier_id)
        if supplier is None:
            raise SupplierNotFound(supplier_id=command.supplier_id)
        require(identity, "repeat_listing", Owned(supplier_id=supplier.supplier_id))
        supplier = await suppliers.hold(tx, command.supplier_id)
        assert supplier is not None
        if (known := await listings.find(tx, listing_id)) is not None:
            return await _repeated(tx, identity, known, command, supplier)
        if supplier.state is not SupplierState.ADMITTED:
            raise SupplierNotAdmitted(supplier_id=supplier.supplier_id, state=supplier.state.value)
        if await listings.count_of_supplier(tx, supplier.supplier_id) >= LISTINGS_OF_A_SUPPLIER_MAX:
            raise TooManyListings(listings_max=LISTINGS_OF_A_SUPPLIER_MAX)
        of, terms = await _of(tx, command)
        reviewed = await prices.last_reviewed(tx, of.listing_id)
        await check_origin(tx, terms)
        waits = _is_old(tx, reviewed) or needs_an_officer(reviewed, terms)
        waits = waits or await was_taken_down(tx, await _of_the_same(tx, of, reviewed))
        waits = waits or await needs_explanation(tx, terms, business_date(tx.now))
        waits = waits or await flags.is_flagged(tx, supplier.supplier_id)
        if not await certificates.hold(tx, supplier.supplier_id, terms.certificate_ids, business_date(tx.now)):
            waits = True
        listing = await _insert(tx, identity, listing_id, supplier, waits=waits)
        if listing is None:  # Somebody else has just taken this id.
            first = await listings.find(tx, listing_id)
            assert first is not None
            return await _repeated(tx, identity, first, command, supplier)
        version = await _write(tx, identity, terms, listing_id)
        await _keep_of_what(tx, identity, command, listing_id, terms, reviewed)
        await log_act(tx, identity, supplier.supplier_id, "repeat_listing", listing_id, 1)
        if not waits:
            version = await put_on_sale(tx, version, supplier, PublishedBy.REPEAT, last=None)
        return await full_listing(tx, listing, version, supplier, identity)


async def _repeated(
    tx: Tx, identity: Identity, known: Listing, command: RepeatListing, supplier: Supplier
) -> dict[str, Any]:
    """Answer a repeat that was made before, as its listing stands now. Raises RepeatDiffers for any other listing."""
    repeat = await prices.find_repeat(tx, known.listing_id)
    if repeat is None or repeat["asked"] != command.model_dump(mode="json"):
        raise RepeatDiffers(listing_id=known.listing_id)
    version = await listings.find_version(tx, known.listing_id, known.version)
    assert version is not None
    return await full_listing(tx, known, version, supplier, identity)


async def _of(tx: Tx, command: RepeatListing) -> tuple[Listing, Version]:
    """Give what is repeated, and its terms at the new price. Raises ListingNotFound, NothingToRepeat, InvalidFields."""
    of_id = command.of or await prices.last_on_sale(tx, command.supplier_id)
    of = None if of_id is None else await listings.find(tx, of_id)
    if command.of is not None and (of is None or of.supplier_id != command.supplier_id):
        raise ListingNotFound(listing_id=command.of)
    if of is None or of.last_published_version is None:
        raise NothingToRepeat(supplier_id=command.supplier_id)
    terms = await listings.find_version(tx, of.listing_id, of.last_published_version)
    assert terms is not None
    if command.price_fen is not None:
        terms = repriced(terms, command.price_fen)
    if command.first_stock_quantity is not None:
        terms = replace(terms, first_stock_quantity=command.first_stock_quantity)
    return of, terms


async def _of_the_same(tx: Tx, of: Listing, reviewed: Version | None) -> set[UUID]:
    """Name what is repeated, the listing whose terms an officer saw of it, and all that repeat that one."""
    if reviewed is None:
        return {of.listing_id}
    repeats = await prices.repeats_of(tx, of.supplier_id, reviewed.listing_id)
    return {of.listing_id, reviewed.listing_id, *repeats}


def _is_old(tx: Tx, reviewed: Version | None) -> bool:
    """Tell whether no officer looked at it within a year."""
    if reviewed is None or reviewed.published_at is None:
        return True
    return reviewed.published_at < tx.now - timedelta(days=REVIEWED_DAYS_MAX)


async def _insert(tx: Tx, identity: Identity, listing_id: UUID, supplier: Supplier, *, waits: bool) -> Listing | None:
    asked = {"submitted_by": identity.account_id, "submitted_at": tx.now}
    state = ListingState.SUBMITTED if waits else ListingState.PUBLISHED
    return await listings.insert(
        tx,
        {
            "listing_id": listing_id,
            "supplier_id": supplier.supplier_id,
            "state": state.value,
            "version": 1,
            "published_version": None if waits else 1,
            "last_published_version": None if waits else 1,
            "revision": 1,
            "written_at": tx.now,
            "changed_at": tx.now,
            **asked,
        },
    )


async def _write(tx: Tx, identity: Identity, terms: Version, listing_id: UUID) -> Version:
    """Write the first version, with the photos that the terms came on sale with, and all papers."""
    shown = terms.photo_ids or []
    for photo in await photos.of_listing(tx, terms.listing_id):
        if photo.photo_id in shown:
            await photos.insert(tx, replace(photo, listing_id=listing_id, position=shown.index(photo.photo_id) + 1))
    for paper in await listing_papers.of_listing(tx, terms.listing_id):
        await listing_papers.insert(tx, paper | {"listing_id": listing_id})
    return await listings.insert_again(tx, terms, 1, identity.account_id, listing_id=listing_id)


async def _keep_of_what(
    tx: Tx, identity: Identity, command: RepeatListing, listing_id: UUID, terms: Version, reviewed: Version | None
) -> None:
    await prices.insert_repeat(
        tx,
        {
            "listing_id": listing_id,
            "of_listing_id": terms.listing_id,
            "of_version": terms.version,
            "reviewed_listing_id": None if reviewed is None else reviewed.listing_id,
            "reviewed_version": None if reviewed is None else reviewed.version,
            "asked": command.model_dump(mode="json"),
            "repeated_by": identity.account_id,
            "repeated_at": tx.now,
        },
    )
