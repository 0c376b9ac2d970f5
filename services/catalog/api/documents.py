"""Suppliers' documents by HTTP: filed as bytes, read as bytes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.answers import DocumentAnswer, LinkAnswer
from services.catalog.api.parse import desk_of, raw_body
from services.catalog.domain.members import HelpEnded
from services.catalog.domain.suppliers import (
    DocumentFixed,
    DocumentNotFound,
    RevokedSupplier,
    SupplierNotFound,
    TooManyDocuments,
)
from services.catalog.usecases.get_supplier_document import get_supplier_document
from services.catalog.usecases.link_files import link_supplier_document
from services.catalog.usecases.put_supplier_document import TAKEN, PutDocument, put_supplier_document
from shared.contracts.authority import NotAllowed
from shared.documents import REFUSALS
from shared.errors import NotSignedIn
from shared.files.object_store import FilesUnavailable
from shared.http.answers import bytes_of, file_answer, json_answer
from shared.http.identity import SignedIn
from shared.http.problems import refusals

router = APIRouter(tags=["suppliers"])


@router.put(
    "/suppliers/{supplier_id}/documents/{document_id}",
    operation_id="put_supplier_document",
    summary="File a document: a PDF, JPEG or PNG of at most 10 MiB",
    responses={
        200: {"model": DocumentAnswer},
        **refusals(
            NotSignedIn,
            NotAllowed,
            HelpEnded,
            SupplierNotFound,
            DocumentFixed,
            TooManyDocuments,
            RevokedSupplier,
            *REFUSALS,
            FilesUnavailable,
        ),
    },
    openapi_extra=raw_body(*TAKEN),
)
async def put(
    request: Request,
    supplier_id: UUID,
    document_id: UUID,
    command: Annotated[PutDocument, Query()],
    identity: SignedIn,
) -> Response:
    declared = request.headers.get("content-type", "")
    body = await request.body()
    return json_answer(
        await put_supplier_document(desk_of(request), identity, supplier_id, document_id, command, body, declared)
    )


@router.get(
    "/suppliers/{supplier_id}/documents/{document_id}",
    operation_id="get_supplier_document",
    summary="A document as it was filed",
    response_class=Response,
    responses={
        200: {"content": bytes_of(TAKEN)},
        **refusals(NotSignedIn, NotAllowed, SupplierNotFound, DocumentNotFound, FilesUnavailable),
    },
)
async def get(request: Request, supplier_id: UUID, document_id: UUID, identity: SignedIn) -> Response:
    document, found = await get_supplier_document(desk_of(request), identity, supplier_id, document_id)
    return file_answer(found.body, document.media_type, document.name)


@router.post(
    "/suppliers/{supplier_id}/documents/{document_id}/links",
    operation_id="link_supplier_document",
    summary="A link to a document that a browser opens, for five minutes",
    responses={
        200: {"model": LinkAnswer},
        **refusals(NotSignedIn, NotAllowed, SupplierNotFound, DocumentNotFound),
    },
)
async def link(request: Request, supplier_id: UUID, document_id: UUID, identity: SignedIn) -> Response:
    return json_answer(await link_supplier_document(desk_of(request), identity, supplier_id, document_id))
