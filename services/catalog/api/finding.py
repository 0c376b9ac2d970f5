"""What is on sale by HTTP: the page that is found, and how much each filter would leave."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.answers import Facets, Listings
from services.catalog.api.parse import desk_of, parameters_of, query_of
from services.catalog.usecases.asked_goods import CanteenNotFound
from services.catalog.usecases.facet_listings import FacetListings, facet_listings
from services.catalog.usecases.list_listings import list_listings
from services.catalog.usecases.search_listings import SearchListings, search_listings
from shared.errors import NotSignedIn
from shared.http.answers import bytes_answer, json_answer
from shared.http.identity import signed_in
from shared.http.problems import refusals

router = APIRouter(tags=["listings"])


@router.get(
    "/listings",
    operation_id="search_listings",
    summary="Search what is on sale and available",
    responses={200: {"model": Listings}, **refusals(NotSignedIn, CanteenNotFound)},
    openapi_extra=parameters_of(SearchListings),
)
async def search(request: Request) -> Response:
    query = query_of(SearchListings, request)
    if query.state is not None:
        identity = await signed_in(request)
        return json_answer(await list_listings(desk_of(request), identity, query.state, query))
    return bytes_answer(await search_listings(desk_of(request), query))


@router.get(
    "/listing-facets",
    operation_id="facet_listings",
    summary="How much each filter would leave of what is on sale, each counted without itself",
    responses={200: {"model": Facets}, **refusals(CanteenNotFound)},
    openapi_extra=parameters_of(FacetListings),
)
async def facets(request: Request) -> Response:
    return json_answer(await facet_listings(desk_of(request), query_of(FacetListings, request)))
