"""Prices that were changed without a review, by HTTP, for the officers who answer for them."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.answers import Answer, BandOfListing, TierAnswer
from services.catalog.api.parse import desk_of, parameters_of, query_of
from services.catalog.domain.listings import ListingNotFound, ListingVersionNotFound
from services.catalog.usecases.list_price_changes import ListPriceChanges, list_price_changes
from services.catalog.usecases.see_prices import SeePrices, see_prices
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.problems import refusals

router = APIRouter(tags=["listings"])


class PricedAnswer(Answer):
    """What a version costs, a unit and a kilogram; none a kilogram where a piece's weight is unknown."""

    listing_version: int
    price_fen: int
    price_tiers: list[TierAnswer]
    price_fen_per_kg: int | None


class SeenPriceAnswer(PricedAnswer):
    """What an officer saw last: when it was published, or `in_queue`, marked as seen in this list."""

    seen_at: datetime
    in_queue: bool


class ChangedPrice(Answer):
    """A price that its seller changed; `drift_bp` is the largest difference from what was seen, at any quantity."""

    change_id: UUID
    listing_id: UUID
    name: str
    category: str
    category_name: str
    item_code: str
    item_name: str
    unit_name: str
    supplier_id: UUID
    supplier_name: str
    county_code: str
    county_name: str
    changed_by: UUID
    changed_at: datetime
    on_sale: bool
    now: PricedAnswer
    before: PricedAnswer | None
    seen: SeenPriceAnswer | None
    drift_bp: int | None
    band: BandOfListing | None


class ChangedPrices(Answer):
    items: list[ChangedPrice]
    next: str | None


class SeenAnswer(Answer):
    """How many changes waited and do not any longer."""

    listing_id: UUID
    listing_version: int
    seen: int


@router.get(
    "/price-changes",
    operation_id="list_price_changes",
    summary="Prices that their sellers changed at once and no officer has seen since, the longest waiting first",
    responses={200: {"model": ChangedPrices}, **refusals(NotSignedIn)},
    openapi_extra=parameters_of(ListPriceChanges),
)
async def page(request: Request, identity: SignedIn) -> Response:
    return json_answer(await list_price_changes(desk_of(request), identity, query_of(ListPriceChanges, request)))


@router.put(
    "/listings/{listing_id}/seen-prices",
    operation_id="see_prices",
    summary="Mark as seen what was changed of a listing's price, up to a version",
    responses={
        200: {"model": SeenAnswer},
        **refusals(NotSignedIn, NotAllowed, OwnRequest, ListingNotFound, ListingVersionNotFound),
    },
)
async def seen(request: Request, listing_id: UUID, command: SeePrices, identity: SignedIn) -> Response:
    return json_answer(await see_prices(desk_of(request), identity, listing_id, command))
