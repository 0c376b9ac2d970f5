"""A supplier asks for its newest version to be reviewed, with the photos it has now."""

from typing import Any
from uuid import UUID

from services.catalog.domain.listings import (
    LISTING,
    ListingNotFound,
    ListingState,
    NothingToReview,
    PhotoWanted,
    SupplierNotAdmitted,
)
from services.catalog.domain.suppliers import ChangedMeanwhile
from services.catalog.store import listings, suppliers
from services.catalog.store.listings import Listing, Version
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.listing_shapes import full_listing
from services.catalog.usecases.price_band import check_price
from services.catalog.usecases.put_on_sale import check_origin
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import Stamp, Tx


async def submit_listing(
    desk: Desk, identity: Identity, listing_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Put the newest version into the officers' queue.

    A version goes on sale once: what was on sale before is submitted as a new version with the same terms.
    """
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        known = await listings.find(tx, listing_id)
        if known is None:
            raise ListingNotFound(listing_id=listing_id)
        require(identity, "submit_listing", Owned(supplier_id=known.supplier_id))
        supplier = await suppliers.hold(tx, known.supplier_id)
        assert supplier is not None
        state = LISTING.check(known.state, "submit")
        if supplier.state is not SupplierState.ADMITTED:
            raise SupplierNotAdmitted(supplier_id=supplier.supplier_id, state=supplier.state.value)
        version, photo_ids = await _what_is_submitted(tx, identity, known)
        await check_price(tx, version)
        listing = await listings.change(
            tx,
            known,
            {
                "state": state.value,
                "version": version.version,
                "submitted_by": identity.account_id,
                "submitted_at": tx.now,
            },
        )
        if listing is None:
            raise ChangedMeanwhile(listing_id=listing_id)
        await log_act(tx, identity, known.supplier_id, "submit_listing", listing_id, version.version)
        version = await listings.mark_version(tx, listing_id, version.version, {"photo_ids": photo_ids})
        view = await full_listing(tx, listing, version, supplier, identity)
        await tx.answer(view)
        return view


async def _what_is_submitted(tx: Tx, identity: Identity, known: Listing) -> tuple[Version, list[UUID]]:
    photo_ids = await listings.photo_ids(tx, known.listing_id)
    if not photo_ids:
        raise PhotoWanted(listing_id=known.listing_id)
    version = await listings.find_version(tx, known.listing_id, known.version)
    assert version is not None
    await check_origin(tx, version)
    if known.state is ListingState.PUBLISHED and version.photo_ids == photo_ids:
        raise NothingToReview(listing_id=known.listing_id)
    if version.published_at is None:
        return version, photo_ids
    locked = await listings.lock(tx, known.listing_id)
    if locked is None or locked.revision != known.revision:
        raise ChangedMeanwhile(listing_id=known.listing_id)
    again = await listings.insert_again(tx, version, known.version + 1, identity.account_id, photo_ids=None)
    return again, photo_ids
