"""Many prices by one sheet, by HTTP: the sheet as it stands, the sheet filled in, what is wrong with it, its doing."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.listing_import_answers import ListingImportAnswer
from services.catalog.api.parse import desk_of
from services.catalog.domain.listing_table import ListingImportUnknown, listing_table
from services.catalog.domain.listings import SupplierNotAdmitted
from services.catalog.domain.members import HelpEnded
from services.catalog.domain.suppliers import SupplierNotFound
from services.catalog.usecases.import_listings import (
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
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.paging import LIMIT_DEFAULT
from shared.http.problems import language_of, refusals
from shared.imports.door import (
    BRINGING,
    BROUGHT,
    ROWS_OF,
    TYPES,
    Cursor,
    Format,
    Limit,
    Which,
    a_table,
    publish_table,
    table_answer,
)
from shared.imports.taking import NothingToAccept

router = APIRouter(tags=["listings"])
publish_table(
    router,
    "/listing-imports",
    listing_table(),
    operations=("get_listing_import_schema", "get_listing_import_template"),
    holds="new prices",
    file="prices",
)


@router.get(
    "/suppliers/{supplier_id}/listing-sheet",
    operation_id="get_listing_sheet",
    summary="A supplier's listings on sale as a sheet, to fill in new prices",
    response_class=Response,
    responses=a_table(NotSignedIn, NotAllowed, SupplierNotFound),
)
async def sheet(request: Request, supplier_id: UUID, identity: SignedIn, format: Format = "xlsx") -> Response:  # noqa: A002
    language = language_of(request.headers)
    body = await write_listing_sheet(desk_of(request), identity, supplier_id, TYPES[format], language)
    return table_answer(body, format, "prices")


@router.put(
    "/listing-imports/{import_id}",
    operation_id="put_listing_import",
    summary="Take in a sheet of new prices: xlsx or csv, at most 10 MiB and 10,000 rows",
    responses={
        200: {"model": ListingImportAnswer},
        201: {"model": ListingImportAnswer, "description": "Taken in; it is checked in the background"},
        **refusals(*BRINGING, HelpEnded, SupplierNotFound, SupplierNotAdmitted),
    },
    openapi_extra=BROUGHT,
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
    state: Annotated[RowState | None, ROWS_OF] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    found = await get_listing_import(desk_of(request), identity, import_id, state=state, limit=limit, cursor=cursor)
    return json_answer(found)


@router.get(
    "/listing-imports/{import_id}/report",
    operation_id="get_listing_import_report",
    summary="The rows that were not done, or all, on the sheet they came on, with what is wrong with each",
    response_class=Response,
    responses=a_table(NotSignedIn, NotAllowed, ListingImportUnknown),
)
async def report(
    request: Request,
    import_id: UUID,
    identity: SignedIn,
    rows: Which = "wrong",
    format: Format = "xlsx",  # noqa: A002
) -> Response:
    desk, language, every = desk_of(request), language_of(request.headers), rows == "all"
    body = await write_listing_import_report(desk, identity, import_id, TYPES[format], language, every=every)
    return table_answer(body, format, f"prices-{rows}")


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
