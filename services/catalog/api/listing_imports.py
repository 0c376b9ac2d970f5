"""Many prices by one sheet, by HTTP: the sheet as it stands, the sheet filled in, what is wrong with it, its doing."""

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.listing_import_answers import ListingImportAnswer
from services.catalog.api.parse import desk_of, raw_body
from services.catalog.api.plausible_answers import PriceSchemaAnswer
from services.catalog.domain.listing_table import listing_table
from services.catalog.domain.listings import SupplierNotAdmitted
from services.catalog.domain.members import HelpEnded
from services.catalog.domain.suppliers import SupplierNotFound
from services.catalog.usecases.import_listings import (
    ListingImportUnknown,
    PutListingImport,
    RowState,
    accept_listing_import,
    get_listing_import,
    put_listing_import,
    write_listing_import_report,
    write_listing_sheet,
)
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.files.object_store import FilesUnavailable
from shared.http.answers import bytes_of, file_answer, json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import language_of, refusals
from shared.imports.taking import ImportDiffers, NothingToAccept, TooManyImports
from shared.media import CSV, XLSX, FileTooLarge
from shared.tables.opening import ImportUnreadable
from shared.tables.template import template

router = APIRouter(tags=["listings"])
Format = Literal["xlsx", "csv"]
_TYPES = {"xlsx": XLSX, "csv": CSV}
_A_TABLE: dict[int | str, dict[str, Any]] = {200: {"content": bytes_of((XLSX, CSV))}}


@router.get(
    "/suppliers/{supplier_id}/listing-sheet",
    operation_id="get_listing_sheet",
    summary="A supplier's listings on sale as a sheet, to fill in new prices",
    response_class=Response,
    responses={**_A_TABLE, **refusals(NotSignedIn, NotAllowed, SupplierNotFound)},
)
async def sheet(request: Request, supplier_id: UUID, identity: SignedIn, format: Format = "xlsx") -> Response:  # noqa: A002
    language = language_of(request.headers)
    body = await write_listing_sheet(desk_of(request), identity, supplier_id, _TYPES[format], language)
    return file_answer(body, _TYPES[format], f"prices.{format}")


@router.get(
    "/listing-imports/schema",
    operation_id="get_listing_import_schema",
    summary="The table schema of a sheet of new prices, in the terms of Frictionless",
    responses={200: {"model": PriceSchemaAnswer}, **refusals()},
)
async def schema() -> Response:
    return json_answer(listing_table().published(), headers={"cache-control": "public, max-age=3600"})


@router.get(
    "/listing-imports/template",
    operation_id="get_listing_import_template",
    summary="An empty sheet of new prices, with one example row",
    response_class=Response,
    responses={**_A_TABLE, **refusals()},
)
async def blank(request: Request, format: Format = "xlsx") -> Response:  # noqa: A002
    body = await asyncio.to_thread(template, listing_table(), _TYPES[format], language_of(request.headers))
    return file_answer(body, _TYPES[format], f"prices.{format}")


@router.put(
    "/listing-imports/{import_id}",
    operation_id="put_listing_import",
    summary="Take in a sheet of new prices: xlsx or csv, at most 10 MiB and 10,000 rows",
    responses={
        200: {"model": ListingImportAnswer},
        201: {"model": ListingImportAnswer, "description": "Taken in; it is checked in the background"},
        **refusals(
            NotSignedIn,
            NotAllowed,
            HelpEnded,
            SupplierNotFound,
            SupplierNotAdmitted,
            ImportDiffers,
            TooManyImports,
            ImportUnreadable,
            FileTooLarge,
            FilesUnavailable,
        ),
    },
    openapi_extra=raw_body(XLSX, CSV),
)
async def put(
    request: Request, import_id: UUID, command: Annotated[PutListingImport, Query()], identity: SignedIn
) -> Response:
    answer, new = await put_listing_import(desk_of(request), identity, import_id, command, await request.body())
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/listing-imports/{import_id}",
    operation_id="get_listing_import",
    summary="How far a sheet of new prices is, what each row would become or became, and what is wrong with which",
    responses={200: {"model": ListingImportAnswer}, **refusals(NotSignedIn, NotAllowed, ListingImportUnknown)},
)
async def get(
    request: Request,
    import_id: UUID,
    identity: SignedIn,
    state: Annotated[
        RowState | None, Query(description="rows of this state; else those with an error or a note")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
) -> Response:
    found = await get_listing_import(desk_of(request), identity, import_id, state=state, limit=limit, cursor=cursor)
    return json_answer(found)


@router.get(
    "/listing-imports/{import_id}/report",
    operation_id="get_listing_import_report",
    summary="The rows that were not done, or all, on the sheet they came on, with what is wrong with each",
    response_class=Response,
    responses={**_A_TABLE, **refusals(NotSignedIn, NotAllowed, ListingImportUnknown)},
)
async def report(
    request: Request,
    import_id: UUID,
    identity: SignedIn,
    rows: Annotated[Literal["wrong", "all"], Query(description="those that were not done, or every row")] = "wrong",
    format: Format = "xlsx",  # noqa: A002
) -> Response:
    desk, language = desk_of(request), language_of(request.headers)
    every, media_type = rows == "all", _TYPES[format]
    body = await write_listing_import_report(desk, identity, import_id, media_type, language, every=every)
    return file_answer(body, media_type, f"prices-{rows}.{format}")


@router.post(
    "/listing-imports/{import_id}/acceptance",
    operation_id="accept_listing_import",
    summary="Have the good rows done; each price holds at once, or waits for an officer",
    responses={
        200: {"model": ListingImportAnswer},
        **refusals(
            NotSignedIn, NotAllowed, HelpEnded, ListingImportUnknown, NothingToAccept, SupplierNotAdmitted, KeyReused
        ),
    },
)
async def accept(request: Request, import_id: UUID, identity: SignedIn, once: Once) -> Response:
    return json_answer(await accept_listing_import(desk_of(request), identity, import_id, once=once))
