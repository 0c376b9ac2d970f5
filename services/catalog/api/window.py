"""The shop window by HTTP: which pages there are, for search engines."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.parse import desk_of
from services.catalog.api.window_answers import SitemapPartAnswer, SitemapPartsAnswer
from services.catalog.domain.sitemap import PART_NAME, SitemapPartNotFound
from services.catalog.usecases.tell_sitemap import list_sitemap_parts, written_sitemap_part
from shared.http.answers import bytes_answer, json_answer
from shared.http.problems import refusals

router = APIRouter(tags=["shop window"])
PartName = Annotated[str, Path(pattern=PART_NAME, max_length=40, examples=["listings-3-of-64"])]


@router.get(
    "/sitemap-parts",
    operation_id="list_sitemap_parts",
    summary="The parts of the sitemap, each of at most 50,000 pages",
    responses={200: {"model": SitemapPartsAnswer}, **refusals()},
)
async def parts(request: Request) -> Response:
    return json_answer(await list_sitemap_parts(desk_of(request)))


@router.get(
    "/sitemap-parts/{part}",
    operation_id="get_sitemap_part",
    summary="The pages of one part of the sitemap, and when each last changed",
    responses={200: {"model": SitemapPartAnswer}, **refusals(SitemapPartNotFound)},
)
async def part(request: Request, part: PartName) -> Response:
    return bytes_answer(await written_sitemap_part(desk_of(request), part))
