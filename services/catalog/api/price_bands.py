"""Fair prices by HTTP: bands for anyone to see, and the files of reference prices that they are made of."""

import asyncio
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.parse import desk_of, raw_body
from services.catalog.api.plausible_answers import PriceBandsAnswer, PriceImportAnswer, PriceSchemaAnswer
from services.catalog.domain.price_table import price_table
from services.catalog.usecases.import_prices import (
    PriceImportUnknown,
    PutPriceImport,
    accept_price_import,
    get_price_import,
    put_price_import,
)
from services.catalog.usecases.price_band import see_price_bands
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.files.object_store import FilesUnavailable
from shared.http.answers import bytes_of, json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import language_of, refusals
from shared.imports.taking import ImportDiffers, NothingToAccept, TooManyImports
from shared.media import CSV, XLSX, FileTooLarge
from shared.tables.opening import ImportUnreadable
from shared.tables.template import template

router = APIRouter(tags=["plausible"])


@router.get(
    "/price-bands",
    operation_id="see_price_bands",
    summary="What an item costs now: its bands, their source and age, the one that prices are held against first",
    responses={200: {"model": PriceBandsAnswer}, **refusals()},
)
async def see(
    request: Request, item: Annotated[str, Query(max_length=40, description="a code of the items, e.g. ginger")]
) -> Response:
    return json_answer(await see_price_bands(desk_of(request), item))


@router.get(
    "/price-imports/schema",
    operation_id="get_price_import_schema",
    summary="The table schema of reference prices, in the terms of Frictionless",
    responses={200: {"model": PriceSchemaAnswer}, **refusals()},
)
async def schema() -> Response:
    return json_answer(price_table().published(), headers={"cache-control": "public, max-age=3600"})


@router.get(
    "/price-imports/template",
    operation_id="get_price_import_template",
    summary="An empty table of reference prices to fill in, with one example row",
    response_class=Response,
    responses={200: {"content": bytes_of((XLSX, CSV))}, **refusals()},
)
async def blank(request: Request, format: Literal["xlsx", "csv"] = "xlsx") -> Response:  # noqa: A002
    media_type = XLSX if format == "xlsx" else CSV
    body = await asyncio.to_thread(template, price_table(), media_type, language_of(request.headers))
    disposition = f'attachment; filename="prices.{format}"'
    headers = {"content-disposition": disposition, "x-content-type-options": "nosniff", "content-type": media_type}
    return Response(body, headers=headers)


@router.put(
    "/price-imports/{import_id}",
    operation_id="put_price_import",
    summary="Take in a file of reference prices: xlsx or csv, at most 10 MiB and 5,000 rows",
    responses={
        200: {"model": PriceImportAnswer},
        201: {"model": PriceImportAnswer, "description": "Taken in; it is checked in the background"},
        **refusals(
            NotSignedIn,
            NotAllowed,
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
    request: Request, import_id: UUID, command: Annotated[PutPriceImport, Query()], identity: SignedIn
) -> Response:
    body = await request.body()
    answer, new = await put_price_import(desk_of(request), identity, import_id, command, body)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/price-imports/{import_id}",
    operation_id="get_price_import",
    summary="How far an import of prices is, and what is wrong with which row",
    responses={200: {"model": PriceImportAnswer}, **refusals(NotSignedIn, NotAllowed, PriceImportUnknown)},
)
async def get(
    request: Request,
    import_id: UUID,
    identity: SignedIn,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
) -> Response:
    return json_answer(await get_price_import(desk_of(request), identity, import_id, limit=limit, cursor=cursor))


@router.post(
    "/price-imports/{import_id}/acceptance",
    operation_id="accept_price_import",
    summary="Have the good rows become reference prices; never by who brought the file",
    responses={
        200: {"model": PriceImportAnswer},
        **refusals(NotSignedIn, NotAllowed, OwnRequest, PriceImportUnknown, NothingToAccept, KeyReused),
    },
)
async def accept(request: Request, import_id: UUID, identity: SignedIn, once: Once) -> Response:
    return json_answer(await accept_price_import(desk_of(request), identity, import_id, once=once))
