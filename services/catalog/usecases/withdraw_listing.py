"""A supplier takes a listing off sale, or out of the queue, at once."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.catalog.domain.listings import LISTING, ListingNotFound, ListingState, NotOnSale
from services.catalog.domain.suppliers import ChangedMeanwhile
from services.catalog.store import listings, on_sale, suppliers
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.listing_shapes import full_listing
from services.catalog.usecases.texts import COMMAND, Reason
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.catalog import ListingWithdrawn
from shared.db.unit_of_work import Stamp


class WithdrawListing(BaseModel):
    """Why a listing goes; nothing need be said."""

    model_config = COMMAND | {"json_schema_extra": {"examples": [{"reason": "本季售完"}]}}

    reason: Reason = ""


async def withdraw_listing(
    desk: Desk, identity: Identity, listing_id: UUID, command: WithdrawListing, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Withdraw a listing; orders already placed are not touched."""
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        known = await listings.find(tx, listing_id)
        if known is None:
            raise ListingNotFound(listing_id=listing_id)
        require(identity, "withdraw_listing", Owned(supplier_id=known.supplier_id))
        state = LISTING.check(known.state, "withdraw")
        if known.published_version is None and known.state is not ListingState.SUBMITTED:
            raise NotOnSale(listing_id=listing_id)
        listing = await listings.change(tx, known, {"state": state.value, "published_version": None})
        if listing is None:
            raise ChangedMeanwhile(listing_id=listing_id)
        if known.published_version is not None:
            await on_sale.remove(tx, listing_id)
            await tx.publish(
                ListingWithdrawn(
                    listing_id=listing_id,
                    listing_version=known.published_version,
                    reason=command.reason,
                )
            )
        await log_act(tx, identity, known.supplier_id, "withdraw_listing", listing_id, listing.version)
        supplier = await suppliers.find(tx, known.supplier_id)
        version = await listings.find_version(tx, listing_id, listing.version)
        assert supplier is not None
        assert version is not None
        view = await full_listing(tx, listing, version, supplier, identity)
        await tx.answer(view)
        return view
