"""Fair prices by HTTP: bands for anyone to see, and the files of reference prices that they are made of."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.parse import desk_of, parameters_of, query_of
from services.catalog.api.plausible_answers import PriceBandsAnswer, PriceImportAnswer, PriceImports
from services.catalog.domain.price_table import price_table
from services.catalog.usecases.import_prices import (
    ListPriceImports,
    NothingToRefuse,
    PriceImportUnknown,
    PutPriceImport,
    RefusePriceImport,
    accept_price_import,
    get_price_import,
    list_price_imports,
    put_price_import,
    refuse_price_import,
)
from services.catalog.usecases.price_band import see_price_bands
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.paging import LIMIT_DEFAULT
from shared.http.problems import refusals
from shared.imports.door import BRINGING, BROUGHT, Cursor, Limit, publish_table
from shared.imports.taking import NothingToAccept

router = APIRouter(tags=["plausible"])
publish_table(
    router,
    "/price-imports",
    price_table(),
    operations=("get_price_import_schema", "get_price_import_template"),
    holds="reference prices",
    file="prices",
)


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
    "/price-imports",
    operation_id="list_price_imports",
    summary="Imports of prices, the newest first; those that wait for a second officer are checked",
    responses={200: {"model": PriceImports}, **refusals(NotSignedIn, NotAllowed)},
    openapi_extra=parameters_of(ListPriceImports),
)
async def page(request: Request, identity: SignedIn) -> Response:
    return json_answer(await list_price_imports(desk_of(request), identity, query_of(ListPriceImports, request)))


@router.put(
    "/price-imports/{import_id}",
    operation_id="put_price_import",
    summary="Take in a file of reference prices: xlsx or csv, at most 10 MiB and 5,000 rows",
    responses={
        200: {"model": PriceImportAnswer},
        201: {"model": PriceImportAnswer, "description": "Taken in; it is checked in the background"},
        **refusals(*BRINGING),
    },
    openapi_extra=BROUGHT,
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
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
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


@router.post(
    "/price-imports/{import_id}/refusal",
    operation_id="refuse_price_import",
    summary="End an import that nobody has accepted, and say why; who brought it may too",
    responses={
        200: {"model": PriceImportAnswer},
        **refusals(NotSignedIn, NotAllowed, PriceImportUnknown, NothingToRefuse, KeyReused),
    },
)
async def refuse(
    request: Request, import_id: UUID, command: RefusePriceImport, identity: SignedIn, once: Once
) -> Response:
    return json_answer(await refuse_price_import(desk_of(request), identity, import_id, command, once=once))
