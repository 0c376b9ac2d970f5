"""Papers of listings by HTTP: filed as bytes, read as bytes, never by a buyer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.answers import LinkAnswer, ListingPaperAnswer
from services.catalog.api.parse import desk_of
from services.catalog.domain.listings import ListingNotFound
from services.catalog.domain.members import HelpEnded
from services.catalog.domain.suppliers import RevokedSupplier
from services.catalog.usecases.get_listing_paper import get_listing_paper
from services.catalog.usecases.link_files import link_listing_paper
from services.catalog.usecases.put_listing_paper import PutListingPaper, put_listing_paper
from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn
from shared.http.answers import file_answer, json_answer
from shared.http.identity import SignedIn
from shared.http.problems import refusals
from shared.papers.door import GIVEN, GIVING, TAKEN, TAKING
from shared.papers.evidence import EvidenceUnknown
from shared.papers.paper import Paper

router = APIRouter(tags=["listings"])


@router.put(
    "/listings/{listing_id}/papers/{document_id}",
    operation_id="put_listing_paper",
    summary="File what proves a listing's price or origin, or explains it: a PDF, OFD, JPEG or PNG of at most 10 MiB",
    responses={
        200: {"model": ListingPaperAnswer},
        201: {"model": ListingPaperAnswer, "description": "Filed"},
        **refusals(*TAKING, HelpEnded, ListingNotFound, RevokedSupplier),
    },
    openapi_extra=TAKEN,
)
async def put(
    request: Request,
    listing_id: UUID,
    document_id: UUID,
    command: Annotated[PutListingPaper, Query()],
    identity: SignedIn,
) -> Response:
    declared = request.headers.get("content-type", "")
    paper = Paper(document_id, command.name, await request.body(), declared)
    view, new = await put_listing_paper(desk_of(request), identity, listing_id, command.purpose, paper)
    return json_answer(view, 201 if new else 200)


@router.get(
    "/listings/{listing_id}/papers/{document_id}",
    operation_id="get_listing_paper",
    summary="A paper of a listing, as it was filed",
    response_class=Response,
    responses={**GIVEN, **refusals(*GIVING, ListingNotFound)},
)
async def get(request: Request, listing_id: UUID, document_id: UUID, identity: SignedIn) -> Response:
    paper, found = await get_listing_paper(desk_of(request), identity, listing_id, document_id)
    return file_answer(found.body, paper["media_type"], paper["name"])


@router.post(
    "/listings/{listing_id}/papers/{document_id}/links",
    operation_id="link_listing_paper",
    summary="A link to a paper of a listing that a browser opens, for five minutes",
    responses={200: {"model": LinkAnswer}, **refusals(NotSignedIn, NotAllowed, ListingNotFound, EvidenceUnknown)},
)
async def link(request: Request, listing_id: UUID, document_id: UUID, identity: SignedIn) -> Response:
    return json_answer(await link_listing_paper(desk_of(request), identity, listing_id, document_id))
