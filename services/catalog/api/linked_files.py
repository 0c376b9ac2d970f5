"""A file by a link that whoever may read it was given: as it was filed, and never kept by what it passes through."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.parse import desk_of
from services.catalog.usecases.build_packages import ZIP
from services.catalog.usecases.link_files import get_linked_file
from services.catalog.usecases.put_supplier_document import TAKEN
from shared.files.links import Link, LinkDead
from shared.files.object_store import FilesUnavailable
from shared.http.answers import bytes_of, file_answer
from shared.http.problems import refusals
from shared.papers.evidence import OFD

router = APIRouter(tags=["files"])


@router.get(
    "/files/{file_id}",
    operation_id="get_linked_file",
    summary="A file by a link that was given for it",
    response_class=Response,
    responses={200: {"content": bytes_of((*TAKEN, OFD, ZIP))}, **refusals(LinkDead, FilesUnavailable)},
)
async def get(request: Request, file_id: UUID, link: Annotated[Link, Query()]) -> Response:
    name, found = await get_linked_file(desk_of(request), file_id, link)
    return file_answer(found.body, found.media_type, name)
