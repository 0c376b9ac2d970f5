"""An officer marks as seen what a seller changed by itself; who did it and when is kept.

Decision: what is marked so is no publication: the 15 % within which a price holds at once are still measured from what
an officer published. Why: a glance at a list of a hundred lines is no review, and must not let a price walk on. Price:
whoever wants to move a price further in a season has it reviewed, as before.
"""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.listings import ListingNotFound, ListingVersionNotFound
from services.catalog.store import listings, price_looks, suppliers
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import under_review_by
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity, require


class SeePrices(BaseModel):
    """The version whose price was seen; changes before it are seen with it."""

    model_config = COMMAND | {"json_schema_extra": {"examples": [{"listing_version": 2}]}}

    listing_version: int = Field(ge=1, le=2_000_000_000)


async def see_prices(desk: Desk, identity: Identity, listing_id: UUID, command: SeePrices) -> dict[str, Any]:
    """Mark the changes of a listing's price up to a version as seen; again, or of nothing that waits, changes nothing.

    What changed after that version waits on. Raises ListingNotFound, ListingVersionNotFound.
    """
    async with desk.uow.begin() as tx:
        known = await listings.find(tx, listing_id)
        if known is None:
            raise ListingNotFound(listing_id=listing_id)
        supplier = await suppliers.find(tx, known.supplier_id)
        assert supplier is not None
        require(identity, "see_prices", await under_review_by(tx, identity, supplier, None))
        version = await listings.find_version(tx, listing_id, command.listing_version)
        if version is None or version.published_at is None:
            raise ListingVersionNotFound(listing_id=listing_id, listing_version=command.listing_version)
        seen = await price_looks.take_out(tx, listing_id, version.version)
        if seen:
            look = {"listing_id": listing_id, "version": version.version, "seen_by": identity.account_id}
            await price_looks.note(tx, look | {"seer_name": identity.name, "seen_at": tx.now})
    return {"listing_id": str(listing_id), "listing_version": version.version, "seen": seen}
