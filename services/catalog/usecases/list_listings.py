"""A supplier finds its own listings in any state, and an officer the queue of its subtree."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.catalog.domain.listings import ListingState
from services.catalog.store import listings, worklist
from services.catalog.usecases.cursors import moment_of, number_of, tagged
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.listing_shapes import item
from services.catalog.usecases.search_listings import SearchListings
from shared.contracts.authority import Identity, Reach, seats_that_reach, supplier_seats
from shared.http.paging import decode_cursor, encode_cursor


async def list_listings(desk: Desk, identity: Identity, state: ListingState, query: SearchListings) -> dict[str, Any]:
    """List listings whose newest version is in a state, longest waiting first; nobody else's."""
    whose = worklist.Whose(
        supplier_ids=tuple(seat.organisation_id for seat in supplier_seats(identity)),
        paths=tuple(
            seat.path
            for reach, seat in seats_that_reach(identity, "get_supplier_document")
            if reach is Reach.SUBTREE and seat.path
        ),
    )
    async with desk.uow.read() as tx:
        found = await worklist.page(
            tx, whose, state, supplier_id=query.supplier, after=_after(query.cursor), limit=query.limit + 1
        )
        items = [
            item(one.version, one.supplier, await listings.photo_ids(tx, one.listing.listing_id))
            | {"state": one.listing.state.value, "published_version": one.listing.published_version}
            for one in found[: query.limit]
        ]
    following = None
    if len(found) > query.limit:
        last = found[query.limit - 1].listing
        following = encode_cursor(["waiting", number_of(last.changed_at), str(last.listing_id)])
    return {"items": items, "next": following}


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    keys = decode_cursor(cursor, str, int, UUID)
    if keys is None:
        return None
    tagged(keys[0], "waiting")
    return moment_of(keys[1]), keys[2]
