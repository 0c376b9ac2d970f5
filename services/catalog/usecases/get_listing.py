"""Anyone sees a listing as it was published; its supplier and officers see every version and where it stands."""

from datetime import date
from typing import Any
from uuid import UUID

from services.catalog.domain.certificates import NAMED, OF_GOODS, CertificateKind
from services.catalog.domain.listings import ListingNotFound, ListingVersionNotFound
from services.catalog.store import certificates, copies, listings, suppliers
from services.catalog.store.listings import Version
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.listing_shapes import detail, full_listing
from services.catalog.usecases.price_band import listing_band
from services.catalog.usecases.reach import may_see_all
from shared.clock import today
from shared.contracts.authority import Identity
from shared.db.unit_of_work import ReadTx


async def get_listing(
    desk: Desk, identity: Identity | None, listing_id: UUID, version: int | None = None
) -> dict[str, Any]:
    """Give one version of a listing: the one asked for, else the newest (own, officers) or the one on sale (public).

    The public may read any version that ever was on sale, for an order names the version that was agreed to.
    """
    async with desk.uow.read() as tx:
        listing = await listings.find(tx, listing_id)
        if listing is None:
            raise ListingNotFound(listing_id=listing_id)
        supplier = await suppliers.find(tx, listing.supplier_id)
        assert supplier is not None
        all_of_it = await may_see_all(tx, identity, supplier)
        number = version or (listing.version if all_of_it else listing.published_version)
        if number is None:
            raise ListingNotFound(listing_id=listing_id)
        found = await listings.find_version(tx, listing_id, number)
        if found is None or (not all_of_it and found.published_at is None):
            hidden = listing.last_published_version is None and not all_of_it
            raise (
                ListingNotFound(listing_id=listing_id)
                if hidden
                else ListingVersionNotFound(listing_id=listing_id, version=number)
            )
        day = today(desk.clock)
        beside = {
            "price_band": await listing_band(tx, found, day),
            "certificates": await _certificates(tx, found, day),
        }
        if all_of_it:
            assert identity is not None
            return await full_listing(tx, listing, found, supplier, identity) | beside
        is_on_sale = listing.published_version == number
        available = is_on_sale and await copies.is_available(tx, listing_id)
        return detail(found, supplier, found.photo_ids or [], is_on_sale=is_on_sale, available=available) | beside


async def _certificates(tx: ReadTx, version: Version, day: date) -> list[dict[str, Any]]:
    """Show by what these goods are certified on a day: what an officer confirmed, holds, and is of such goods."""
    held = await certificates.of_goods(tx, version.certificate_ids, OF_GOODS, version.item_code, day)
    return [
        {
            "certificate_id": str(row.filing_id),
            "kind": row.kind,
            "kind_name": NAMED[CertificateKind(row.kind)][0],
            "title": row.title,
            "issuer": row.issuer,
            "number": row.number,
            "valid_from": row.valid_from.isoformat(),
            "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        }
        for row in held
    ]
