"""An officer of the supplier's county, or above, publishes a listing, returns it, or takes it off sale."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.listings import (
    LISTING,
    ListingNotFound,
    ListingOutcome,
    NotOnSale,
    ReopenedFromAbove,
    SupplierNotAdmitted,
)
from services.catalog.domain.prices import PublishedBy
from services.catalog.domain.suppliers import ChangedMeanwhile
from services.catalog.store import listings, on_sale, price_looks, suppliers
from services.catalog.store.listings import Listing, Version
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.listing_shapes import full_listing
from services.catalog.usecases.open_steps import may_reopen
from services.catalog.usecases.put_on_sale import put_on_sale
from services.catalog.usecases.reach import under_review_by
from services.catalog.usecases.texts import COMMAND, Reason
from shared.contracts.authority import Identity, require
from shared.contracts.catalog import ListingWithdrawn
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import InvalidFields, field_problem


class ReviewListing(BaseModel):
    """A decision about a listing."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {"outcome": "publish", "reason": ""},
                {"outcome": "return", "reason": "照片看不清产品，请重新拍摄", "listing_version": 2},
            ]
        }
    }

    outcome: ListingOutcome
    reason: Reason = Field(default="", description="required but to publish")
    listing_version: int | None = Field(
        default=None, ge=1, le=2_000_000_000, description="the version that was looked at; refused if it has changed"
    )


async def review_listing(
    desk: Desk, identity: Identity, listing_id: UUID, command: ReviewListing, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Decide about the newest version (publish, return, reject, reopen), or about what is on sale (suspend).

    The supplier is held meanwhile, so that it cannot be suspended beside it. Of two who decide at
    once, one wins and the other gets ChangedMeanwhile.
    """
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        known = await listings.find(tx, listing_id)
        if known is None:
            raise ListingNotFound(listing_id=listing_id)
        supplier = await suppliers.hold(tx, known.supplier_id)
        assert supplier is not None
        require(identity, "review_listing", await under_review_by(tx, identity, supplier, known.submitted_by))
        _check(command, known)
        if command.outcome is ListingOutcome.REOPEN:
            await _check_reopening(tx, identity, known, supplier)
        listing, version = await _decide(tx, known, supplier, command)
        await listings.insert_review(
            tx,
            {
                "listing_id": listing_id,
                "listing_version": version.version,
                "outcome": command.outcome.value,
                "reason": command.reason,
                "reviewed_by": identity.account_id,
                "reviewer_name": identity.name,
                "reviewed_at": tx.now,
            },
        )
        view = await full_listing(tx, listing, version, supplier, identity)
        await tx.answer(view)
        return view


def _check(command: ReviewListing, known: Listing) -> None:
    if not command.reason and command.outcome is not ListingOutcome.PUBLISH:
        raise InvalidFields(field_problem("reason", "is required for this outcome", "请填写理由"))
    LISTING.check(known.state, command.outcome.value)
    looked_at = _looked_at(command, known)
    if looked_at is None:
        raise NotOnSale(listing_id=known.listing_id)
    if command.listing_version not in (None, looked_at):
        raise ChangedMeanwhile(listing_id=known.listing_id, listing_version=looked_at)


def _looked_at(command: ReviewListing, known: Listing) -> int | None:
    return known.published_version if command.outcome is ListingOutcome.SUSPEND else known.version


async def _check_reopening(tx: Tx, identity: Identity, known: Listing, supplier: Supplier) -> None:
    """Let an officer of a level above, and another person, open again what was rejected. Raises ReopenedFromAbove."""
    if not await may_reopen(tx, identity, known, supplier):
        raise ReopenedFromAbove(listing_id=known.listing_id, unit_path=supplier.unit_path)


async def _decide(tx: Tx, known: Listing, supplier: Supplier, command: ReviewListing) -> tuple[Listing, Version]:
    match command.outcome:
        case ListingOutcome.PUBLISH:
            return await _publish(tx, known, supplier, command)
        case ListingOutcome.RETURN | ListingOutcome.REOPEN:
            listing = await _moved(tx, known, command, {})
            return listing, await _version(tx, listing, listing.version)
        case ListingOutcome.SUSPEND | ListingOutcome.REJECT:
            return await _take_off_sale(tx, known, command)


async def _publish(tx: Tx, known: Listing, supplier: Supplier, command: ReviewListing) -> tuple[Listing, Version]:
    if supplier.state is not SupplierState.ADMITTED:
        raise SupplierNotAdmitted(supplier_id=known.supplier_id)
    moved = {"published_version": known.version, "last_published_version": known.version}
    listing = await _moved(tx, known, command, moved)
    version = await _version(tx, known, known.version)
    await price_looks.take_out(tx, known.listing_id, known.version)
    last = known.last_published_version
    return listing, await put_on_sale(tx, version, supplier, PublishedBy.OFFICER, last=last)


async def _take_off_sale(tx: Tx, known: Listing, command: ReviewListing) -> tuple[Listing, Version]:
    """Suspend what is on sale, or reject the newest version and with it the listing."""
    listing = await _moved(tx, known, command, {"published_version": None})
    if known.published_version is not None:
        await on_sale.remove(tx, known.listing_id)
        await tx.publish(
            ListingWithdrawn(
                listing_id=known.listing_id, listing_version=known.published_version, reason=command.reason
            )
        )
    return listing, await _version(tx, listing, _looked_at(command, known) or known.version)


async def _moved(tx: Tx, known: Listing, command: ReviewListing, values: dict[str, Any]) -> Listing:
    state = LISTING.check(known.state, command.outcome.value)
    listing = await listings.change(tx, known, {"state": state.value, **values})
    if listing is None:
        raise ChangedMeanwhile(listing_id=known.listing_id)
    return listing


async def _version(tx: Tx, listing: Listing, number: int) -> Version:
    version = await listings.find_version(tx, listing.listing_id, number)
    assert version is not None
    return version
