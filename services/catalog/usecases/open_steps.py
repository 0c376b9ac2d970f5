"""What may be done now to a supplier or its goods is told to each reader as far as they may do it.

A state is open to a step for somebody; here it is asked for whom, by the policy and by who acted before.
"""

from typing import Any

from services.catalog.domain.listings import LISTING, ListingOutcome, is_above
from services.catalog.domain.suppliers import SUPPLIER
from services.catalog.store import listings
from services.catalog.store.listings import Listing
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.reach import owned_supplier, under_review_by
from shared.contracts.authority import Identity, Owned, Role, allows
from shared.db.unit_of_work import ReadTx

_BY_ITS_PEOPLE = {
    "write": "put_listing",
    "submit": "submit_listing",
    "withdraw": "withdraw_listing",
    "reprice": "change_price",
    "propose_price": "change_price",
}
"""The operation that takes a listing a step on, of those that its supplier's people do; an officer reviews."""


async def supplier_steps(
    tx: ReadTx, identity: Identity, supplier: Supplier, reviews: list[dict[str, Any]] | None
) -> list[str]:
    """Tell what a reader may do to a supplier now; `reviews` are those open to them, if they are an officer."""
    mine = {step["outcome"] for step in reviews or () if step["withheld"] is None}
    if allows(identity, "put_supplier", await owned_supplier(tx, identity, supplier)):
        mine.add("amend")
    return [step for step in SUPPLIER.open_verbs(supplier.state) if step in mine]


async def listing_steps(tx: ReadTx, identity: Identity, listing: Listing, supplier: Supplier) -> list[str]:
    """Tell what a reader may do to a listing now."""
    own = Owned(supplier_id=listing.supplier_id)
    reviewed = await under_review_by(tx, identity, supplier, listing.submitted_by)
    reviews = allows(identity, "review_listing", reviewed) and reviewed.asked_by != identity.account_id
    mine = []
    for step in LISTING.open_verbs(listing.state):
        operation = _BY_ITS_PEOPLE.get(step)
        if operation is not None:
            may = allows(identity, operation, own)
        elif step == ListingOutcome.SUSPEND.value:
            may = reviews and listing.published_version is not None
        elif step == ListingOutcome.REOPEN.value:
            may = reviews and await may_reopen(tx, identity, listing, supplier)
        else:
            may = reviews
        if may:
            mine.append(step)
    return mine


async def may_reopen(tx: ReadTx, identity: Identity, listing: Listing, supplier: Supplier) -> bool:
    """Tell whether somebody is of a level above, and another than who rejected it."""
    paths = [seat.path for seat in identity.seats_as(Role.OFFICER)]
    rejected_by = await listings.last_reviewed_by(tx, listing.listing_id)
    return is_above(paths, supplier.unit_path) and rejected_by != identity.account_id
