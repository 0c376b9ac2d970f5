"""Much stock by one sheet, by HTTP: the sheet as it stands, the sheet filled in, what is wrong with it, its doing."""

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.stock_import_models import StockImportView, TableSchemaView
from services.order.domain.refusals import NoSuchSupplier, StockImportUnknown, SupplierIsRevoked
from services.order.domain.stock_table import stock_table
from services.order.usecases import import_stock as importing
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.files.object_store import FilesUnavailable
from shared.http.answers import bytes_of, file_answer, json_answer
from shared.http.once import Once
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import language_of, refusals
from shared.imports.taking import ImportDiffers, NothingToAccept, TooManyImports
from shared.media import CSV, XLSX, FileTooLarge
from shared.tables.opening import ImportUnreadable
from shared.tables.template import template

router = APIRouter(tags=["stock"])
Format = Literal["xlsx", "csv"]
_TYPES = {"xlsx": XLSX, "csv": CSV}
_FILE = bytes_of((XLSX, CSV))
_A_TABLE: dict[int | str, dict[str, Any]] = {200: {"content": _FILE}}


@router.get(
    "/suppliers/{supplier_id}/stock-sheet",
    operation_id="get_stock_sheet",
    summary="A supplier's stock as a sheet, to fill in what was counted",
    response_class=Response,
    responses={**_A_TABLE, **refusals(NotSignedIn, NotAllowed, NoSuchSupplier)},
)
async def on_get_sheet(
    desk: AtDesk,
    request: Request,
    identity: Asking,
    supplier_id: UUID,
    format: Format = "xlsx",  # noqa: A002
) -> Response:
    language = language_of(request.headers)
    body = await importing.write_stock_sheet(desk, identity, supplier_id, _TYPES[format], language)
    return file_answer(body, _TYPES[format], f"stock.{format}")


@router.get(
    "/stock-imports/schema",
    operation_id="get_stock_import_schema",
    summary="The table schema of a sheet of counted stock, in the terms of Frictionless",
    responses={200: {"model": TableSchemaView}, **refusals()},
)
async def on_get_schema() -> Response:
    return json_answer(stock_table().published(), headers={"cache-control": "public, max-age=3600"})


@router.get(
    "/stock-imports/template",
    operation_id="get_stock_import_template",
    summary="An empty sheet of counted stock, with one example row",
    response_class=Response,
    responses={**_A_TABLE, **refusals()},
)
async def on_get_template(request: Request, format: Format = "xlsx") -> Response:  # noqa: A002
    body = await asyncio.to_thread(template, stock_table(), _TYPES[format], language_of(request.headers))
    return file_answer(body, _TYPES[format], f"stock.{format}")


@router.put(
    "/stock-imports/{import_id}",
    operation_id="put_stock_import",
    summary="Take in a sheet of counted stock: xlsx or csv, at most 10 MiB and 10,000 rows",
    responses={
        200: {"model": StockImportView},
        201: {"model": StockImportView, "description": "Taken in; it is checked in the background"},
        **refusals(
            NotSignedIn,
            NotAllowed,
            NoSuchSupplier,
            SupplierIsRevoked,
            ImportDiffers,
            TooManyImports,
            ImportUnreadable,
            FileTooLarge,
            FilesUnavailable,
        ),
    },
    openapi_extra={"requestBody": {"required": True, "content": _FILE}},
)
async def on_put(
    desk: AtDesk,
    request: Request,
    identity: Asking,
    import_id: UUID,
    command: Annotated[importing.PutStockImport, Query()],
) -> Response:
    answer, new = await importing.put_stock_import(desk, identity, import_id, command, await request.body())
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/stock-imports/{import_id}",
    operation_id="get_stock_import",
    summary="How far a sheet of counted stock is, and what is wrong with which row",
    responses={200: {"model": StockImportView}, **refusals(NotSignedIn, NotAllowed, StockImportUnknown)},
)
async def on_get(
    desk: AtDesk,
    identity: Asking,
    import_id: UUID,
    state: Annotated[
        importing.RowState | None, Query(description="rows of this state; else those with an error or a note")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
) -> Response:
    found = await importing.get_stock_import(desk, identity, import_id, state=state, limit=limit, cursor=cursor)
    return json_answer(found)


@router.get(
    "/stock-imports/{import_id}/report",
    operation_id="get_stock_import_report",
    summary="The rows that were not done, or all, on the sheet they came on, with what is wrong with each",
    response_class=Response,
    responses={**_A_TABLE, **refusals(NotSignedIn, NotAllowed, StockImportUnknown)},
)
async def on_get_report(
    desk: AtDesk,
    request: Request,
    identity: Asking,
    import_id: UUID,
    rows: Annotated[Literal["wrong", "all"], Query(description="those that were not done, or every row")] = "wrong",
    format: Format = "xlsx",  # noqa: A002
) -> Response:
    language, every = language_of(request.headers), rows == "all"
    media_type = _TYPES[format]
    body = await importing.write_stock_import_report(desk, identity, import_id, media_type, language, every=every)
    return file_answer(body, media_type, f"stock-{rows}.{format}")


@router.post(
    "/stock-imports/{import_id}/acceptance",
    operation_id="accept_stock_import",
    summary="Have the good rows done",
    responses={
        200: {"model": StockImportView},
        **refusals(NotSignedIn, NotAllowed, StockImportUnknown, NothingToAccept, SupplierIsRevoked, KeyReused),
    },
)
async def on_accept(desk: AtDesk, identity: Asking, import_id: UUID, once: Once) -> Response:
    return json_answer(await importing.accept_stock_import(desk, identity, import_id, once=once))
