"""Listings by HTTP: write, read, submit, withdraw, decide."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.answers import FullListing, PriceChangeAnswer, PublicListing
from services.catalog.api.parse import desk_of
from services.catalog.domain.bands import PriceUnexplained
from services.catalog.domain.listings import (
    AnotherSuppliersListing,
    ListingNotFound,
    ListingVersionNotFound,
    NothingToReview,
    NotOnSale,
    PhotoWanted,
    ReopenedFromAbove,
    SupplierNotAdmitted,
    TooManyListings,
)
from services.catalog.domain.members import HelpEnded
from services.catalog.domain.origin import OriginUnproven
from services.catalog.domain.prices import NewerTermsWaiting, NothingToRepeat, PriceChangeDiffers, RepeatDiffers
from services.catalog.domain.suppliers import ChangedMeanwhile, RevokedSupplier, SupplierNotFound
from services.catalog.usecases.change_price import ChangePrice, change_price
from services.catalog.usecases.get_listing import get_listing
from services.catalog.usecases.put_listing import PutListing, put_listing
from services.catalog.usecases.repeat_listing import RepeatListing, repeat_listing
from services.catalog.usecases.review_listing import ReviewListing, review_listing
from services.catalog.usecases.submit_listing import submit_listing
from services.catalog.usecases.withdraw_listing import WithdrawListing, withdraw_listing
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import Asker, SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["listings"])
MOVED = (NotSignedIn, NotAllowed, ListingNotFound, WrongState, ChangedMeanwhile, KeyReused)
BY_ITS_PEOPLE = (*MOVED, HelpEnded)


@router.put(
    "/listings/{listing_id}",
    operation_id="put_listing",
    summary="Write what is offered; other content is a new version, as a draft",
    responses={
        200: {"model": FullListing},
        **refusals(
            NotSignedIn,
            NotAllowed,
            HelpEnded,
            SupplierNotFound,
            AnotherSuppliersListing,
            RevokedSupplier,
            TooManyListings,
            WrongState,
            ChangedMeanwhile,
        ),
    },
)
async def put(request: Request, listing_id: UUID, command: PutListing, identity: SignedIn) -> Response:
    return json_answer(await put_listing(desk_of(request), identity, listing_id, command))


@router.get(
    "/listings/{listing_id}",
    operation_id="get_listing",
    summary="A listing: the version on sale for anyone; any version and its state for its supplier and officers",
    responses={
        200: {"model": FullListing | PublicListing},
        **refusals(NotSignedIn, ListingNotFound, ListingVersionNotFound),
    },
)
async def get(
    request: Request,
    listing_id: UUID,
    identity: Asker,
    version: Annotated[int | None, Query(ge=1, le=2_000_000_000)] = None,
) -> Response:
    return json_answer(await get_listing(desk_of(request), identity, listing_id, version))


@router.put(
    "/listings/{listing_id}/prices/{change_id}",
    operation_id="change_price",
    summary="Change the price of what is on sale: at once within 15 % of what an officer saw, else after a review",
    responses={
        200: {"model": PriceChangeAnswer},
        **refusals(
            NotSignedIn,
            NotAllowed,
            HelpEnded,
            ListingNotFound,
            PriceChangeDiffers,
            NotOnSale,
            NewerTermsWaiting,
            ChangedMeanwhile,
            OriginUnproven,
            SupplierNotAdmitted,
        ),
    },
)
async def price(
    request: Request, listing_id: UUID, change_id: UUID, command: ChangePrice, identity: SignedIn
) -> Response:
    return json_answer(await change_price(desk_of(request), identity, listing_id, change_id, command))


@router.put(
    "/listings/{listing_id}/repeat",
    operation_id="repeat_listing",
    summary="Offer an earlier listing again, under this new id: on sale at once where an officer saw it within a year",
    responses={
        200: {"model": FullListing},
        **refusals(
            NotSignedIn,
            NotAllowed,
            HelpEnded,
            SupplierNotFound,
            ListingNotFound,
            NothingToRepeat,
            RepeatDiffers,
            OriginUnproven,
            SupplierNotAdmitted,
            TooManyListings,
        ),
    },
)
async def repeat(request: Request, listing_id: UUID, command: RepeatListing, identity: SignedIn) -> Response:
    return json_answer(await repeat_listing(desk_of(request), identity, listing_id, command))


@router.post(
    "/listings/{listing_id}/submission",
    operation_id="submit_listing",
    summary="Ask for the newest version to be reviewed",
    responses={
        200: {"model": FullListing},
        **refusals(*BY_ITS_PEOPLE, PriceUnexplained, PhotoWanted, OriginUnproven, SupplierNotAdmitted, NothingToReview),
    },
)
async def submit(request: Request, listing_id: UUID, identity: SignedIn, once: Once) -> Response:
    return json_answer(await submit_listing(desk_of(request), identity, listing_id, once=once))


@router.post(
    "/listings/{listing_id}/withdrawal",
    operation_id="withdraw_listing",
    summary="Take a listing off sale, or out of the queue",
    responses={200: {"model": FullListing}, **refusals(*BY_ITS_PEOPLE, NotOnSale)},
)
async def withdraw(
    request: Request,
    listing_id: UUID,
    identity: SignedIn,
    once: Once,
    command: Annotated[WithdrawListing | None, Body()] = None,
) -> Response:
    asked = command or WithdrawListing()
    return json_answer(await withdraw_listing(desk_of(request), identity, listing_id, asked, once=once))


@router.post(
    "/listings/{listing_id}/reviews",
    operation_id="review_listing",
    summary="Publish a listing, return or reject it, open a rejected one again, or take it off sale",
    responses={
        200: {"model": FullListing},
        **refusals(*MOVED, OwnRequest, NotOnSale, OriginUnproven, ReopenedFromAbove, SupplierNotAdmitted),
    },
)
async def review(
    request: Request, listing_id: UUID, command: ReviewListing, identity: SignedIn, once: Once
) -> Response:
    return json_answer(await review_listing(desk_of(request), identity, listing_id, command, once=once))
