"""Goods whose sale an officer stopped are down until an officer lets them be sold, whatever is written anew."""

from collections.abc import Iterable
from uuid import UUID

from services.catalog.domain.listings import ABOUT_THE_SALE, is_taken_down
from services.catalog.store import listings
from shared.db.unit_of_work import ReadTx


async def was_taken_down(tx: ReadTx, listing_ids: Iterable[UUID]) -> bool:
    """Tell whether the last decision about the sale of one of these listings stopped it."""
    last = await listings.last_outcomes(tx, listing_ids, [one.value for one in ABOUT_THE_SALE])
    return any(is_taken_down(outcome) for outcome in last.values())
