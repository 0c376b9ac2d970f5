"""Much stock by one sheet, by HTTP: the sheet as it stands, the sheet filled in, what is wrong with it, its doing."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.stock_import_models import StockImportView
from services.order.domain.refusals import NoSuchSupplier, StockImportUnknown, SupplierIsRevoked
from services.order.domain.stock_table import stock_table
from services.order.usecases import import_stock as importing
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.once import Once
from shared.http.paging import LIMIT_DEFAULT
from shared.http.problems import language_of, refusals
from shared.imports import door
from shared.imports.taking import NothingToAccept

router = APIRouter(tags=["stock"])
door.publish_table(
    router,
    "/stock-imports",
    stock_table(),
    operations=("get_stock_import_schema", "get_stock_import_template"),
    holds="counted stock",
    file="stock",
)


@router.get(
    "/suppliers/{supplier_id}/stock-sheet",
    operation_id="get_stock_sheet",
    summary="A supplier's stock as a sheet, to fill in what was counted",
    response_class=Response,
    responses=door.a_table(NotSignedIn, NotAllowed, NoSuchSupplier),
)
async def on_get_sheet(
    desk: AtDesk,
    request: Request,
    identity: Asking,
    supplier_id: UUID,
    format: door.Format = "xlsx",  # noqa: A002
) -> Response:
    language = language_of(request.headers)
    body = await importing.write_stock_sheet(desk, identity, supplier_id, door.TYPES[format], language)
    return door.table_answer(body, format, "stock")


@router.put(
    "/stock-imports/{import_id}",
    operation_id="put_stock_import",
    summary="Take in a sheet of counted stock: xlsx or csv, at most 10 MiB and 10,000 rows",
    responses={
        200: {"model": StockImportView},
        201: {"model": StockImportView, "description": "Taken in; it is checked in the background"},
        **refusals(*door.BRINGING, NoSuchSupplier, SupplierIsRevoked),
    },
    openapi_extra=door.BROUGHT,
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
    state: Annotated[importing.RowState | None, door.ROWS_OF] = None,
    limit: door.Limit = LIMIT_DEFAULT,
    cursor: door.Cursor = None,
) -> Response:
    found = await importing.get_stock_import(desk, identity, import_id, state=state, limit=limit, cursor=cursor)
    return json_answer(found)


@router.get(
    "/stock-imports/{import_id}/report",
    operation_id="get_stock_import_report",
    summary="The rows that were not done, or all, on the sheet they came on, with what is wrong with each",
    response_class=Response,
    responses=door.a_table(NotSignedIn, NotAllowed, StockImportUnknown),
)
async def on_get_report(
    desk: AtDesk,
    request: Request,
    identity: Asking,
    import_id: UUID,
    rows: door.Which = "wrong",
    format: door.Format = "xlsx",  # noqa: A002
) -> Response:
    media_type, language, every = door.TYPES[format], language_of(request.headers), rows == "all"
    body = await importing.write_stock_import_report(desk, identity, import_id, media_type, language, every=every)
    return door.table_answer(body, format, f"stock-{rows}")


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
